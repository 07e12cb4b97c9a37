import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtInPolicy, parsePolicy } from '../../src/approvals/policy.ts';
import type { UserRef } from '../../src/chat/types.ts';
import { createFinding } from '../../src/composition/finding.ts';
import type { Asker } from '../../src/conversations/ports.ts';
import type { JsonObject, ToolCall, ToolResult } from '../../src/tools/types.ts';
import { temporaryStore } from '../support/store.ts';

/** One cluster behind a gateway that knows names only. */
const OBJECTS: Record<string, [string | undefined, string][]> = {
  Namespace: [
    [undefined, 'shop'],
    [undefined, 'pay'],
  ],
  Deployment: [
    ['shop', 'checkout'],
    ['pay', 'ledger'],
  ],
  Pod: [['shop', 'lonely']],
  Node: [[undefined, 'cn-beijing.10.0.0.5']],
};
const clusters = async () => [{ id: 'c1', name: 'main', environment: 'prod' as const }];
let store: Awaited<ReturnType<typeof temporaryStore>>;
let calls: ToolCall[];
let now: number;
let broken: string | undefined;
beforeEach(async () => {
  store = await temporaryStore();
  calls = [];
  now = 1_800_000_000_000;
  broken = undefined;
});
afterEach(() => store.dispose());

async function read(call: ToolCall): Promise<ToolResult> {
  calls.push(call);
  const { kind, continue: from } = call.args;
  if (broken !== undefined && kind === broken)
    return { ok: false, error: { code: 'UNREACHABLE', message: 'gone', retryable: true, ambiguous: false } };
  if (call.tool === 'nodepool_list') return { ok: true, data: { items: [{ name: 'default-pool' }] } };
  const all = (OBJECTS[String(kind)] ?? []).map(([namespace, name]) => ({
    metadata: { name, ...(namespace && { namespace }) },
  }));
  const at = Number(from ?? 0);
  const next = at + 1 < all.length ? { continue: `${at + 1}` } : {};
  return { ok: true, data: { items: all.slice(at, at + 1), ...next } };
}

const ada: UserRef = { platform: 'web', tenant: 'console', id: 'ada' };
const askerIn = (id: string): Asker => ({
  user: ada,
  conversation: { platform: 'web', tenant: 'console', id, kind: 'dm' },
  language: 'en',
});
const finding = (policy = builtInPolicy()) =>
  createFinding({ ground: { policy, clock: () => now, store }, gateway: { read }, clusters });

async function find(
  args: JsonObject,
  { policy, place = 'p1' }: { policy?: ReturnType<typeof builtInPolicy>; place?: string } = {},
) {
  const view = finding(policy).views.copilot_find;
  if (!view) throw new Error('no view');
  return view(args, askerIn(place));
}

describe('finding what is meant', () => {
  test('every page of names is looked through, as the asker', async () => {
    expect(await find({ text: 'describe ledger' })).toEqual({
      ok: true,
      data: {
        kind: 'one',
        target: {
          clusterId: 'c1',
          cluster: 'main',
          environment: 'prod',
          namespace: 'pay',
          kind: 'Deployment',
          name: 'ledger',
        },
      },
    });
    expect(calls.every(({ actor }) => actor === ada)).toBe(true);
  });

  test('what no usual kind is called is looked for among the others', async () => {
    expect(await find({ text: 'describe lonely' })).toMatchObject({
      data: { target: { kind: 'Pod', name: 'lonely' } },
    });
    expect(await find({ text: 'cn-beijing.10.0.0.5 is slow' })).toMatchObject({ data: { target: { kind: 'Node' } } });
    expect(await find({ text: 'resize default-pool', kinds: ['NodePool'], level: 'object' })).toMatchObject({
      data: { target: { kind: 'NodePool', name: 'default-pool' } },
    });
  });

  test('it is what was spoken of last in the same conversation, for half an hour', async () => {
    await find({ text: 'describe ledger' });
    expect(await find({ text: 'restart it', level: 'object' })).toMatchObject({ data: { target: { name: 'ledger' } } });
    expect(await find({ text: 'restart it', level: 'object' }, { place: 'p2' })).toMatchObject({
      data: { kind: 'several' },
    });
    now += 31 * 60_000;
    expect(await find({ text: 'restart it', level: 'object' })).toMatchObject({ data: { kind: 'several' } });
  });

  test('a cluster that does not answer is no empty one', async () => {
    broken = 'Deployment';
    expect(await find({ text: 'describe ledgr' })).toMatchObject({ ok: false, error: { code: 'UNREACHABLE' } });
  });

  test('clusters that are not for the asker are not there for him', async () => {
    const policy = parsePolicy(
      'roles: { operator: [], team: ["web:console:ada"] }\nreaders: [{ roles: [team], cluster: other }]',
      'policy.yaml',
    );
    expect(await find({ text: 'describe ledger' }, { policy })).toMatchObject({
      ok: false,
      error: { code: 'NOT_YOURS_TO_READ' },
    });
    expect(calls).toEqual([]);
  });

  test('whoever may see some namespaces only is asked for one of them instead of the whole cluster', async () => {
    const policy = parsePolicy(
      'roles: { operator: [], team: ["web:console:ada"] }\nreaders: [{ roles: [team], namespaces: ["*"] }]',
      'policy.yaml',
    );
    expect(await find({ text: 'list pods' }, { policy })).toMatchObject({
      data: { kind: 'several', targets: [{ namespace: 'shop' }, { namespace: 'pay' }] },
    });
  });
});
