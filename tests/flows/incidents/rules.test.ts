import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../flows/incidents/diagnose.ts';
import type { Diagnosis } from '../../../flows/incidents/finding.ts';
import { remedySchema } from '../../../flows/incidents/remedies/schema.ts';
import { rules } from '../../../flows/incidents/rules/registry.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { CauseCase, Expected } from './case.ts';
import { evidenceOf, type World } from './evidence.ts';

/** Every rule looks at every world, so that a rule is held to silence in the cases of all others. */
const words = loadMessages('templates/messages');
const cases: CauseCase[] = await Promise.all(
  globSync('tests/flows/incidents/cases/*.ts').map(async (file) => {
    const module: Record<string, CauseCase> = await import(join(process.cwd(), file));
    const [found] = Object.values(module);
    if (!found) throw new Error(`${file} exports no case`);
    return found;
  }),
);

async function look(world: World): Promise<Diagnosis> {
  const source = evidenceOf(world);
  const scope = { namespace: world.namespace, focus: world.focus, alerts: world.alerts ?? [] };
  return diagnose({ source, scope, words, elapsed: () => 0 });
}

function check({ findings, unknown }: Diagnosis, expected: Expected | undefined): void {
  const broken = unknown.filter(({ what }) => what.startsWith('rule '));
  expect(broken).toEqual([]);
  const got = findings.map(
    ({ cause, object: { kind, namespace, name } }) => `${cause} ${kind} ${namespace ?? ''}/${name}`,
  );
  expect(expected ? [] : got).toEqual([]);
  if (!expected) return;
  const { cause, object, confidence, also = [], remedies = [] } = expected;
  expect(got[0], got.join('; ')).toBe(`${cause} ${object.kind} ${object.namespace ?? ''}/${object.name}`);
  expect(
    findings
      .slice(1)
      .map((finding) => finding.cause)
      .filter((one) => !also.includes(one)),
  ).toEqual([]);
  if (confidence) expect(findings[0]?.confidence).toBe(confidence);
  const offered = findings[0]?.remedies.map(({ id }) => id) ?? [];
  for (const id of remedies) expect(offered).toContain(id);
  for (const { id, plan } of findings.flatMap((one) => one.remedies))
    if (id !== 'advice') expect(remedySchema.safeParse(JSON.parse(JSON.stringify(plan))).error).toBeUndefined();
  expect(findings[0]?.evidence.length).toBeGreaterThan(0);
}

describe.each(cases.map((one) => [one.cause, one] as const))(
  '%s',
  (cause, { firing, healthy, recovered, nearest, more = {} }) => {
    test('is found where it is the cause', async () => check(await look(firing), { cause, ...firing.expect }));
    test('is not found in a healthy cluster', async () => check(await look(healthy), undefined));
    test('is not found once it is over', async () => check(await look(recovered), undefined));
    test('is told from what looks most like it', async () => check(await look(nearest), nearest.expect));
    for (const [sentence, world] of Object.entries(more))
      test(sentence, async () => check(await look(world), world.expect));
  },
);

test('each rule has its cases, and each case its rule', () => {
  expect(cases.map(({ cause }) => cause).sort()).toEqual(rules.map(({ cause }) => cause).sort());
});
