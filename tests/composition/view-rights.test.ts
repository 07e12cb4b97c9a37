import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/approvals/policy.ts';
import { VIEW_RIGHTS, withViewRights } from '../../src/composition/view-rights.ts';
import type { Asker } from '../../src/conversations/ports.ts';
import type { JsonObject } from '../../src/tools/types.ts';

const POLICY = `
roles: { operator: [web:console:olga], team: [web:console:sam] }
readers:
  - roles: [operator]
  - { roles: [team], cluster: main, namespace: shop }
`;
const items: JsonObject[] = [
  { id: 'I-1', cluster: 'main', namespace: 'shop' },
  { id: 'I-2', cluster: 'main', namespace: 'pay' },
  { id: 'I-3', cluster: 'main' },
  { id: 'I-4', cluster: 'dev', namespace: 'shop' },
];
const views = withViewRights(
  Object.fromEntries(
    [...Object.keys(VIEW_RIGHTS), 'copilot_new'].map((name) => [
      name,
      async () => ({ ok: true as const, data: { items } }),
    ]),
  ),
  parsePolicy(POLICY, 'policy.yaml'),
  async () => [
    { id: 'c1', name: 'main' },
    { id: 'c2', name: 'dev' },
  ],
);
const askerNamed = (id: string): Asker => ({
  user: { platform: 'web', tenant: 'console', id },
  conversation: { platform: 'web', tenant: 'console', id: 'x', kind: 'dm' },
  language: 'en',
});
const ask = (who: string, view: string, args: JsonObject = {}) => views[view]?.(args, askerNamed(who));
const NO = { ok: false, error: { code: 'NOT_YOURS_TO_READ' } };

describe('what a person may read in views', () => {
  test('every view says how it is judged', () => {
    const found = globSync('src/{composition,conversations,channels}/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/async (copilot_[a-z_]+)\(/g)].map(([, name = '']) => name),
    );
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((name) => !Object.hasOwn(VIEW_RIGHTS, name))).toEqual([]);
  });

  test('a view that nobody has judged is for those whom no rule limits', async () => {
    expect(await ask('sam', 'copilot_new')).toMatchObject(NO);
    expect(await ask('olga', 'copilot_new')).toMatchObject({ ok: true });
  });

  test('incidents of other places are left out', async () => {
    expect(await ask('sam', 'copilot_incident_list')).toEqual({ ok: true, data: { items: items.slice(0, 1) } });
    expect(await ask('olga', 'copilot_incident_list')).toEqual({ ok: true, data: { items } });
    expect(await ask('nobody', 'copilot_incident_list')).toEqual({ ok: true, data: { items: [] } });
  });

  test('a diagnosis is of a namespace that may be read, a report of a whole cluster', async () => {
    expect(await ask('sam', 'copilot_diagnose', { clusterId: 'c1', namespace: 'shop' })).toMatchObject({ ok: true });
    expect(await ask('sam', 'copilot_diagnose', { clusterId: 'c1', namespace: 'pay' })).toMatchObject(NO);
    expect(await ask('sam', 'copilot_diagnose', { clusterId: 'c1' })).toMatchObject(NO);
    expect(await ask('sam', 'copilot_diagnose', { clusterId: 'c9', namespace: 'shop' })).toMatchObject(NO);
    expect(await ask('sam', 'copilot_report', { clusterId: 'c1', namespace: 'shop' })).toMatchObject(NO);
  });
});
