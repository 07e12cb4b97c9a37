import { describe, expect, test } from 'vitest';
import { toolAccess } from '../../servers/ack/access.ts';
import { parsePolicy } from '../../src/approvals/policy.ts';
import type { UserRef } from '../../src/chat/types.ts';
import { TOOL_RIGHTS, withReadRights } from '../../src/tools/rights.ts';
import type { JsonObject, ToolCall, ToolGateway, ToolResult } from '../../src/tools/types.ts';

const POLICY = `
roles:
  operator: [web:console:olga]
  shop-team: [web:console:sam]
  whole-main: [web:console:mia]
readers:
  - roles: [operator]
  - { roles: [shop-team], cluster: main, namespaces: [shop, 'shop-*'] }
  - { roles: [whole-main], cluster: c-main }
`;
const OBJECTS: Record<string, [string | undefined, string][]> = {
  Namespace: ['pay', 'shop', 'shop-test', 'shopping'].map((name) => [undefined, name]),
  Node: [[undefined, 'node-1']],
  Pod: [
    ['pay', 'ledger-1'],
    ['shop', 'cart-1'],
    ['shop', 'cart-2'],
    ['shop-test', 'cart-3'],
  ],
};
const as = (id: string): UserRef => ({ platform: 'web', tenant: 'console', id });
const fake = (kind: string, [namespace, name]: [string | undefined, string]) => ({
  kind,
  metadata: { name, ...(namespace && { namespace }) },
});

/** As the `ack` server answers, where kinds of the whole cluster do not care for a namespace; pages of one. */
function answer({ tool, args }: ToolCall): JsonObject {
  const { kind, namespace, name, continue: from } = args;
  const isWide = kind === 'Node' || kind === 'Namespace';
  const of = (OBJECTS[String(kind)] ?? []).filter(
    ([within]) => isWide || namespace === undefined || within === namespace,
  );
  switch (tool) {
    case 'k8s_clusters':
      return {
        items: [
          { id: 'c-main', name: 'main' },
          { id: 'c-dev', name: 'dev' },
        ],
      };
    case 'k8s_list': {
      const at = Number(from ?? 0);
      const more = at + 1 < of.length;
      const items = of.slice(at, at + 1).map((each) => fake(String(kind), each));
      return { items, complete: !more, remaining: of.length - at - 1, ...(more && { continue: `${at + 1}` }) };
    }
    case 'k8s_get':
    case 'k8s_describe': {
      const found = of.find(([, each]) => each === name);
      const events = ['shop', 'pay'].map((within) => ({ object: { namespace: within }, message: within }));
      return found ? { object: fake(String(kind), found), owners: [fake('Node', [undefined, 'node-1'])], events } : {};
    }
    case 'k8s_events':
      return {
        items: [
          { time: '2026-01-01T00:00:00Z', object: { namespace: String(namespace ?? 'pay') } },
          { time: '2026-01-02T00:00:00Z', object: { kind: 'Node' } },
        ],
        complete: true,
      };
    case 'k8s_top':
      return { items: [{ name: 'x', namespace: String(namespace ?? 'pay'), memoryBytes: 1 }], complete: true };
    case 'k8s_scan':
      return {
        nodes: [{ name: 'node-1' }],
        counts: { nodes: { total: 1 } },
        unknown: [],
        namespaces: args.namespaces ?? [],
      };
    default:
      return { ok: 'yes' };
  }
}

function setUp() {
  const calls: ToolCall[] = [];
  const gateway: ToolGateway = {
    tools: () => [],
    write: async () => ({ ok: true, data: {} }),
    async read(call) {
      calls.push(call);
      return { ok: true, data: answer(call) };
    },
  };
  const clusters = async () => [
    { id: 'c-main', name: 'main' },
    { id: 'c-dev', name: 'dev' },
  ];
  const judged = withReadRights(gateway, { policy: parsePolicy(POLICY, 'policy.yaml'), clusters });
  const read = (who: string, tool: string, args: JsonObject): Promise<ToolResult> =>
    judged.read({ tool, args, actor: as(who) });
  return { read, calls, judged };
}
const NO = { ok: false, error: { code: 'NOT_YOURS_TO_READ' } };
const names = (result: ToolResult) =>
  result.ok && Array.isArray(result.data.items) ? result.data.items.map((item) => JSON.stringify(item)) : result;

describe('what a person may read', () => {
  test('every reading tool says how it is judged', () => {
    const reading = Object.keys(toolAccess).filter((tool) => toolAccess[tool] === 'read');
    expect(reading.filter((tool) => !Object.hasOwn(TOOL_RIGHTS, tool))).toEqual([]);
  });

  test('without readers nobody is limited', async () => {
    const gateway = setUp().judged;
    expect(withReadRights(gateway, { policy: parsePolicy('roles: {}', 'p'), clusters: async () => [] })).toBe(gateway);
  });

  test('the bot itself, and whom no rule limits, read everything', async () => {
    const { read, judged } = setUp();
    expect(await read('olga', 'other_tool', {})).toMatchObject({ ok: true });
    expect(await judged.read({ tool: 'k8s_survey', args: { clusterId: 'c-dev' }, actor: 'system' })).toMatchObject({
      ok: true,
    });
  });

  test('somebody in no rule reads nothing of a cluster', async () => {
    const { read, calls } = setUp();
    for (const tool of Object.keys(TOOL_RIGHTS).filter(
      (each) => TOOL_RIGHTS[each] !== 'open' && TOOL_RIGHTS[each] !== 'clusters',
    ))
      expect(
        await read('nobody', tool, { clusterId: 'c-main', namespace: 'shop', kind: 'Pod', name: 'cart-1' }),
      ).toMatchObject(NO);
    expect(await read('nobody', 'k8s_clusters', {})).toMatchObject({ data: { items: [] } });
    expect(calls.map(({ tool }) => tool)).toEqual(['k8s_clusters']);
  });

  test('a whole cluster is read under its id and under its name, and no other one', async () => {
    const { read } = setUp();
    expect(await read('mia', 'metrics_query', { clusterId: 'main', promql: 'up' })).toMatchObject({ ok: true });
    expect(await read('mia', 'k8s_get', { clusterId: 'c-main', kind: 'Node', name: 'node-1' })).toMatchObject({
      ok: true,
    });
    expect(await read('mia', 'k8s_get', { clusterId: 'c-dev', kind: 'Node', name: 'node-1' })).toMatchObject(NO);
    expect(await read('mia', 'k8s_list', { kind: 'Node' })).toMatchObject(NO);
  });

  test('lists over all namespaces hold those that may be read, page after page', async () => {
    const { read, calls } = setUp();
    const list = (more: JsonObject = {}) =>
      read('sam', 'k8s_list', { clusterId: 'main', kind: 'Pod', fields: ['metadata.name'], limit: 1, ...more });
    const seen: unknown[] = [];
    let page = await list();
    for (;;) {
      if (!page.ok) throw new Error(page.error.message);
      seen.push(...(page.data.items as JsonObject[]).map(({ metadata }) => metadata));
      expect(page.data).not.toHaveProperty('remaining');
      if (page.data.complete === true) break;
      page = await list({ continue: page.data.continue ?? '' });
    }
    expect(seen).toEqual([
      { name: 'cart-1', namespace: 'shop' },
      { name: 'cart-2', namespace: 'shop' },
      { name: 'cart-3', namespace: 'shop-test' },
    ]);
    const made = calls.filter(({ args }) => args.kind === 'Pod');
    expect(made.every(({ args }) => args.namespace !== 'pay' && args.namespace !== undefined)).toBe(true);
    expect(made.every(({ args }) => (args.fields as string[]).includes('metadata.namespace'))).toBe(true);
  });

  test('one namespace is read, another one is not', async () => {
    const { read } = setUp();
    expect(names(await read('sam', 'k8s_list', { clusterId: 'main', kind: 'Pod', namespace: 'shop' }))).toHaveLength(1);
    for (const tool of [
      'k8s_list',
      'k8s_logs',
      'k8s_get',
      'k8s_describe',
      'k8s_events',
      'k8s_top',
      'k8s_workload_status',
    ]) {
      const args = { clusterId: 'main', kind: 'Pod', namespace: 'pay', name: 'ledger-1', of: 'pods', pod: 'ledger-1' };
      expect(await read('sam', tool, args)).toMatchObject(NO);
    }
    expect(await read('sam', 'k8s_list', { clusterId: 'dev', kind: 'Pod', namespace: 'shop' })).toMatchObject(NO);
  });

  test('what belongs to the whole cluster is not to be had under the name of a namespace', async () => {
    const { read } = setUp();
    for (const tool of ['k8s_get', 'k8s_describe', 'k8s_list'])
      expect(
        await read('sam', tool, { clusterId: 'main', kind: 'Node', name: 'node-1', namespace: 'shop' }),
      ).toMatchObject(NO);
    expect(await read('sam', 'k8s_list', { clusterId: 'main', kind: 'Node' })).toMatchObject(NO);
    expect(await read('sam', 'k8s_top', { clusterId: 'main', of: 'nodes', namespace: 'shop' })).toMatchObject(NO);
    const status = { clusterId: 'main', kind: 'Node', name: 'node-1', namespace: 'shop' };
    expect(await read('sam', 'k8s_workload_status', status)).toMatchObject(NO);
    for (const tool of ['logs_query', 'k8s_survey', 'k8s_watch', 'nodepool_list', 'cluster_get'])
      expect(await read('sam', tool, { clusterId: 'main', namespace: 'shop' })).toMatchObject(NO);
  });

  test('a refusal names the namespaces that may be read', async () => {
    const { read } = setUp();
    const result = await read('sam', 'node_list', { clusterId: 'main' });
    expect(result).toMatchObject({ error: { hint: expect.stringContaining('shop, shop-test') } });
  });

  test('metrics are those of the namespaces that may be read, and the answer says so', async () => {
    const { read, calls } = setUp();
    for (const tool of ['metrics_query', 'metrics_query_range']) {
      const result = await read('sam', tool, { clusterId: 'main', promql: 'sum(up) # all', maxSeries: 3 });
      expect(result).toMatchObject({
        data: { ok: 'yes', warnings: [expect.stringMatching(/yours was asked for: shop, shop-\*\. .*nodes/)] },
      });
      const asked = calls.at(-1);
      expect(asked).toMatchObject({ tool, actor: as('sam'), args: { clusterId: 'main', maxSeries: 3 } });
      expect(asked?.args.promql).toMatch(/^sum \( up\{namespace=~"shop\|shop-\.\*", [^}]*\} \)$/);
    }
    const numbers = await read('sam', 'metrics_query', { clusterId: 'main', promql: '1 + 1' });
    expect(numbers).toEqual({ ok: true, data: { ok: 'yes' } });
  });

  test('a query that cannot be narrowed is not asked', async () => {
    const { read, calls } = setUp();
    for (const args of [{ promql: 'sum(up' }, { promql: 'info(up)' }, { promql: ['up'] }, {}])
      expect(await read('sam', 'metrics_query', { clusterId: 'main', ...args })).toMatchObject({
        error: { code: 'INVALID_ARGUMENT' },
      });
    expect(await read('sam', 'metrics_query', { clusterId: 'dev', promql: 'up' })).toMatchObject(NO);
    expect(calls).toEqual([]);
  });

  test('namespaces, owners and events of others are left out', async () => {
    const { read } = setUp();
    const first = await read('sam', 'k8s_list', { clusterId: 'main', kind: 'Namespace', fields: ['metadata.uid'] });
    expect(names(first)).toEqual([]);
    expect(await read('sam', 'k8s_get', { clusterId: 'main', kind: 'Namespace', name: 'shop' })).toMatchObject({
      ok: true,
    });
    expect(await read('sam', 'k8s_get', { clusterId: 'main', kind: 'Namespace', name: 'shopping' })).toMatchObject(NO);
    const described = { clusterId: 'main', kind: 'Pod', namespace: 'shop', name: 'cart-1' };
    expect(await read('sam', 'k8s_describe', described)).toMatchObject({
      data: { owners: [], events: [{ message: 'shop' }] },
    });
    expect(names(await read('sam', 'k8s_events', { clusterId: 'main' }))).toHaveLength(2);
    expect(names(await read('sam', 'k8s_top', { clusterId: 'main', of: 'pods' }))).toHaveLength(2);
    expect(await read('sam', 'k8s_scan', { clusterId: 'main' })).toMatchObject({
      data: { nodes: [], complete: false, namespaces: ['shop', 'shop-test'], unknown: [{ what: 'Node list' }] },
    });
  });

  test('a preview is of namespaces that may be read only', async () => {
    const { read } = setUp();
    const preview = (change: JsonObject) => read('sam', 'k8s_preview', { clusterId: 'main', change });
    expect(await preview({ tool: 'k8s_scale', namespace: 'shop', name: 'cart' })).toMatchObject({ ok: true });
    expect(await preview({ tool: 'k8s_scale', namespace: 'pay', name: 'ledger' })).toMatchObject(NO);
    expect(await preview({ tool: 'k8s_drain', node: 'node-1' })).toMatchObject(NO);
    const hidden = [{ metadata: { namespace: 'shop' } }, { metadata: { namespace: 'pay' } }];
    expect(await preview({ tool: 'k8s_apply', namespace: 'shop', manifests: hidden })).toMatchObject(NO);
  });
});
