import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFollowViews } from '../../src/composition/following.ts';
import { createListView } from '../../src/composition/looking.ts';
import { createNowViews } from '../../src/composition/looking-now.ts';
import type { Asker, Views } from '../../src/conversations/ports.ts';
import type { JsonObject, ToolCall, ToolResult } from '../../src/tools/types.ts';
import { temporaryStore } from '../support/store.ts';

const NOW = '2026-11-26T02:00:00Z';
const asker: Asker = {
  user: { platform: 'web', tenant: 'console', id: 'ada' },
  conversation: { platform: 'web', tenant: 'console', id: 'p1', kind: 'dm' },
  language: 'en',
};
const refused = (code: string): ToolResult => ({
  ok: false,
  error: { code, message: code, retryable: false, ambiguous: false },
});

/** A gateway that answers as the test says, and remembers what it was asked. */
function gateway(answer: (call: ToolCall) => JsonObject | ToolResult) {
  const calls: ToolCall[] = [];
  const read = async (call: ToolCall): Promise<ToolResult> => {
    calls.push(call);
    const given = answer(call);
    return 'ok' in given && typeof given.ok === 'boolean'
      ? (given as ToolResult)
      : { ok: true, data: given as JsonObject };
  };
  return { calls, read };
}
async function ask(views: Views, name: string, args: JsonObject): Promise<JsonObject> {
  const result = await views[name]?.(args, asker);
  if (!result?.ok) throw new Error(result ? result.error.code : 'no view');
  return result.data;
}
const items = (data: JsonObject) => data.rows as { name: string; wrong: boolean }[];

describe('a list', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      metadata: { name: `pod-${at}`, namespace: 'shop', creationTimestamp: NOW },
      spec: { nodeName: at % 2 ? 'n1' : 'n2', containers: [{}] },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'a', ready: at !== 1234, restartCount: 0, state: { running: {} } }],
      },
    }));
  /** Pages of 500, as the tool gives them. */
  const paged = (all: object[]) =>
    gateway(({ args }) => {
      const at = Number(args.continue ?? 0);
      const next = at + 500 < all.length ? { continue: `${at + 500}` } : {};
      return { items: all.slice(at, at + 500) as JsonObject[], serverTime: NOW, ...next };
    });
  const list = (from: ReturnType<typeof paged>, more: JsonObject = {}) =>
    ask(createListView(from), 'copilot_list', { clusterId: 'c1', kinds: ['Pod'], ...more });

  test('goes through every page, counts all, and shows what is wrong first', async () => {
    const from = paged(many(1700));
    const data = await list(from);
    expect(data).toMatchObject({ total: 1700, wrong: 1, page: 1, pages: 17, complete: true, serverTime: NOW });
    expect(items(data)).toHaveLength(100);
    expect(items(data)[0]).toMatchObject({ name: 'pod-1234', wrong: true });
    expect(from.calls).toHaveLength(4);
    expect(from.calls.every(({ actor, args }) => actor === asker.user && Array.isArray(args.fields))).toBe(true);
  });

  test('has further pages, none of which repeats a row', async () => {
    const seen = await Promise.all([1, 2, 3].map(async (page) => items(await list(paged(many(250)), { page }))));
    expect(new Set(seen.flat().map(({ name }) => name)).size).toBe(250);
  });

  test('is narrowed by a word, an owner, a node, or to what is wrong', async () => {
    const total = async (more: JsonObject) => (await list(paged(many(1700)), more)).total;
    expect(await total({ word: 'POD-123' })).toBe(11);
    expect(await total({ of: { kind: 'Node', name: 'n1' } })).toBe(850);
    expect(await total({ of: { kind: 'Deployment', name: 'pod' } })).toBe(1700);
    expect(await total({ of: { kind: 'Deployment', name: 'po' } })).toBe(0);
    expect(await total({ wrongOnly: true })).toBe(1);
  });

  test('of too many says that there is more', async () => {
    expect(await list(paged(many(10_600)))).toMatchObject({ complete: false });
  });

  test('that is refused on its second page is refused, not cut', async () => {
    let page = 0;
    const from = gateway(() => (page++ === 0 ? { items: [], serverTime: NOW, continue: 'x' } : refused('UNREACHABLE')));
    await expect(list(from)).rejects.toThrow('UNREACHABLE');
  });

  test('of node pools comes from the cloud', async () => {
    const pool = { name: 'p', state: 'active', total: 3, healthy: 2, desired: 3, instanceTypes: ['ecs.g7.xlarge'] };
    const data = await list(
      gateway(() => ({ items: [pool] })),
      { kinds: ['NodePool'] },
    );
    expect(data).toMatchObject({ columns: ['state', 'nodes', 'types', 'autoscaling'], wrong: 1 });
  });
});

describe('usage', () => {
  const top = {
    items: [
      { name: 'a', namespace: 'shop', cpuCores: 0.1, memoryBytes: 100 },
      { name: 'b', namespace: 'shop', cpuCores: 0.2, memoryBytes: 50 },
    ],
    complete: true,
    serverTime: NOW,
  };
  const resources = (limits?: object) => ({
    resources: { requests: { cpu: '100m', memory: '1Ki' }, ...(limits && { limits }) },
  });
  const pod = (name: string, ...containers: object[]) => ({
    metadata: { name, namespace: 'shop' },
    spec: { nodeName: 'n1', containers },
  });
  const from = (pods: ToolResult | object[]) =>
    gateway(({ tool }) => {
      if (tool === 'k8s_top') return top;
      return Array.isArray(pods) ? { items: pods as JsonObject[], serverTime: NOW } : pods;
    });
  const read = (pods: ToolResult | object[], by = 'memory') =>
    ask(createNowViews(from(pods)), 'copilot_top', { clusterId: 'c1', of: 'pods', by });

  test('is beside requests and limits; one container without a limit is no limit', async () => {
    const data = await read([
      pod('a', resources({ memory: '2Ki' }), resources({ memory: '2Ki' })),
      pod('b', resources({ memory: '2Ki' }), resources()),
    ]);
    expect(data.items).toMatchObject([
      { name: 'a', requests: { cpu: 0.2, memory: 2048 }, limits: { memory: 4096 } },
      { name: 'b', limits: {} },
    ]);
  });

  test('is sorted by what is asked for', async () => {
    const names = async (by: string) => ((await read([], by)).items as { name: string }[]).map(({ name }) => name);
    expect([await names('memory'), await names('cpu')]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
  });

  test('is shown without requests where pods cannot be read, and said not to be complete', async () => {
    const data = await read(refused('FORBIDDEN'));
    expect(data).toMatchObject({ complete: false, items: [{ name: 'a' }, { name: 'b' }] });
  });
});

test('certificates have their dates, or why not; nothing else of a Secret is asked for', async () => {
  const ingress = (name: string, ...tls: JsonObject[]) => ({ metadata: { name, namespace: 'shop' }, spec: { tls } });
  const from = gateway(({ tool, args }) => {
    if (tool === 'k8s_list')
      return {
        items: [
          ingress('a', { hosts: ['x.example.com'], secretName: 'one' }, { hosts: ['y.example.com'] }),
          ingress('b', { secretName: 'one' }, { secretName: 'gone' }),
        ],
        serverTime: NOW,
      };
    if (args.name === 'gone') return refused('NotFound');
    return { object: { certificates: { 'tls.crt': { notAfter: '2027-01-01T00:00:00.000Z' } } } };
  });
  const data = await ask(createNowViews(from), 'copilot_certificates', { clusterId: 'c1' });
  expect(data.items).toEqual([
    {
      namespace: 'shop',
      secret: 'one',
      hosts: ['x.example.com'],
      ingresses: ['a', 'b'],
      notAfter: '2027-01-01T00:00:00.000Z',
    },
    { namespace: 'shop', secret: '', hosts: ['y.example.com'], ingresses: ['a'], why: 'default' },
    { namespace: 'shop', secret: 'gone', hosts: [], ingresses: ['b'], why: 'missing' },
  ]);
});

describe('a log that is followed', () => {
  let store: Awaited<ReturnType<typeof temporaryStore>>;
  beforeEach(async () => {
    store = await temporaryStore();
  });
  afterEach(() => store.dispose());
  const stamp = (seconds: string, line: string) => `2026-11-26T02:00:${seconds}Z ${line}`;
  const follow = (lines: string[], more: JsonObject = {}, clock = () => 5000) => {
    const from = gateway(({ args }) => ({
      text: `${lines.slice(-Number(args.tailLines)).join('\n')}\n`,
      serverTime: NOW,
    }));
    const views = createFollowViews(from, store, clock);
    const args = { clusterId: 'c1', namespace: 'shop', pod: 'a', startedAt: 1000, after: '', ...more };
    return { views, from, ask: () => ask(views, 'copilot_follow', args) };
  };

  test('begins at its end', async () => {
    const { ask: look } = follow([stamp('01', 'old')]);
    expect(await look()).toEqual({ stopped: false, lines: [], skipped: 0, last: '2026-11-26T02:00:01.000000000Z' });
  });

  test('has only what came since, in whatever digits a time is written', async () => {
    const lines = [stamp('01.1', 'seen'), stamp('01.12', 'new'), stamp('02', 'newer')];
    const { ask: look } = follow(lines, { after: '2026-11-26T02:00:01.100000000Z' });
    expect(await look()).toMatchObject({ lines: ['new', 'newer'], last: '2026-11-26T02:00:02.000000000Z' });
  });

  test('reads further back where much came, shows the newest, and counts the rest', async () => {
    const lines = [
      stamp('01', 'seen'),
      ...Array.from({ length: 1000 }, (_, at) => stamp(`02.${`${at}`.padStart(4, '0')}`, `n${at}`)),
    ];
    const { ask: look, from } = follow(lines, { after: '2026-11-26T02:00:01.000000000Z' });
    const data = await look();
    expect(data).toMatchObject({ skipped: 960 });
    expect((data.lines as string[]).at(-1)).toBe('n999');
    expect(from.calls).toHaveLength(2);
  });

  test('shows only lines with the word where one is looked for', async () => {
    const lines = [stamp('01', 'seen'), stamp('02', 'a Timeout'), stamp('03', 'fine')];
    const { ask: look } = follow(lines, { after: '2026-11-26T02:00:01.000000000Z', word: 'timeout' });
    expect(await look()).toMatchObject({ lines: ['a Timeout'], last: '2026-11-26T02:00:03.000000000Z' });
  });

  test('is stopped in its conversation, and not one that begins later', async () => {
    const { views, ask: look } = follow([stamp('01', 'x')]);
    await ask(views, 'copilot_stop_following', {});
    expect(await look()).toMatchObject({ stopped: true });
    expect(await follow([stamp('01', 'x')], { startedAt: 6000 }).ask()).toMatchObject({ stopped: false });
  });
});
