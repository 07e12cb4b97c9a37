import { describe, expect, test } from 'vitest';
import { createRoomViews } from '../../src/composition/room-view.ts';
import { createUpgradeViews } from '../../src/composition/upgrade-view.ts';
import type { JsonObject, ToolCall, ToolResult } from '../../src/tools/types.ts';

const asker = {
  user: { platform: 'web' as const, tenant: 'console', id: 'ann' },
  conversation: { platform: 'web' as const, tenant: 'console', id: 'c', kind: 'dm' as const },
  language: 'en' as const,
};
const ok = (data: JsonObject): ToolResult => ({ ok: true, data });
const refused: ToolResult = {
  ok: false,
  error: { code: 'NOT_YOURS', message: 'not for your roles', retryable: false, ambiguous: false },
};

/** A gateway that answers lists by kind and other tools by name, and keeps what it was asked. */
function scripted(answers: Record<string, ToolResult | ((args: JsonObject) => ToolResult)>) {
  const calls: ToolCall[] = [];
  return {
    calls,
    async read(call: ToolCall): Promise<ToolResult> {
      calls.push(call);
      const answer = answers[call.tool === 'k8s_list' ? `${call.args.kind}` : call.tool] ?? ok({ items: [] });
      return typeof answer === 'function' ? answer(call.args) : answer;
    },
  };
}

const node = (name: string, ready = 'True', version = 'v1.35.1-aliyun.1') => ({
  metadata: { name, labels: { 'alibabacloud.com/nodepool-id': 'np1' } },
  status: {
    allocatable: { cpu: '4', memory: '8Gi', pods: '10' },
    conditions: [{ type: 'Ready', status: ready }],
    nodeInfo: { kubeletVersion: version },
  },
});
const pod = (name: string) => ({
  metadata: { name, namespace: 'prod' },
  spec: { nodeName: 'a', containers: [{ resources: { requests: { cpu: '1' } } }] },
  status: { phase: 'Running' },
});

describe('room on the nodes', () => {
  test('is added up over every page, in the name of who asks', async () => {
    const gateway = scripted({
      Node: ok({ items: [node('a')] }),
      Pod: ({ continue: at }) => ok(at ? { items: [pod('y')] } : { items: [pod('x')], continue: 'next' }),
    });
    const fit = { need: { cpu: 1, memory: 0 }, copies: 9 };
    const answer = await createRoomViews(gateway).copilot_room?.({ clusterId: 'c1', fit }, asker);
    expect(answer).toEqual(ok({ nodes: 1, open: 1, waiting: 0, fits: 2 }));
    expect(gateway.calls.every(({ actor }) => actor === asker.user)).toBe(true);
  });

  test('is not told in part where not everything may be read', async () => {
    const gateway = scripted({ Node: refused, Pod: ok({ items: [pod('x')] }) });
    expect(await createRoomViews(gateway).copilot_room?.({ clusterId: 'c1' }, asker)).toEqual(refused);
  });

  test('of more pods than can be added up is unknown', async () => {
    const gateway = scripted({ Node: ok({ items: [node('a')] }), Pod: ok({ items: [pod('x')], continue: 'on' }) });
    const answer = await createRoomViews(gateway).copilot_room?.({ clusterId: 'c1' }, asker);
    expect(answer).toMatchObject({ ok: false, error: { code: 'TOO_MANY' } });
  });
});

describe('the facts before an upgrade', () => {
  const cluster = ok({
    clusterId: 'c1',
    name: 'demo',
    state: 'running',
    region: 'cn-hangzhou',
    version: '1.35.1-aliyun.1',
    spec: 'ack.pro.small',
    nextVersion: '1.36.1-aliyun.1',
    nodepools: [{ nodepoolId: 'np1', name: 'workers', state: 'active', total: 2 }],
    addons: [{ name: 'coredns', version: 'v1.5.0', state: 'active' }],
  });
  const facts = async (answers: Parameters<typeof scripted>[0]) => {
    const view = createUpgradeViews(scripted({ cluster_get: cluster, ...answers })).copilot_upgrade_facts;
    const result = await view?.({ clusterId: 'c1' }, asker);
    return result?.ok ? result.data : result;
  };
  const metrics =
    (rows: JsonObject[], scraped = true) =>
    ({ promql }: JsonObject): ToolResult =>
      ok({ series: `${promql}`.startsWith('count') ? (scraped ? [{ metric: {} }] : []) : rows, truncated: false });

  test('are read side by side and kept small', async () => {
    const found = await facts({
      cluster_check_api: ok({ status: 'reachable', endpoint: 'https://10.0.0.1:6443' }),
      Node: ok({ items: [node('a'), node('b', 'False', 'v1.34.1-aliyun.1')] }),
      metrics_query: metrics([
        { metric: { group: 'batch', version: 'v1beta1', resource: 'cronjobs', removed_release: '1.36' } },
      ]),
      PodDisruptionBudget: ok({
        items: [
          { metadata: { name: 'db', namespace: 'prod' }, status: { disruptionsAllowed: 0, expectedPods: 1 } },
          { metadata: { name: 'idle', namespace: 'prod' }, status: { disruptionsAllowed: 0, expectedPods: 0 } },
        ],
      }),
      Deployment: ok({
        items: [
          { metadata: { name: 'one', namespace: 'prod' }, spec: { replicas: 1 } },
          { metadata: { name: 'two', namespace: 'prod' }, spec: { replicas: 2 } },
          { metadata: { name: 'system', namespace: 'kube-system' }, spec: { replicas: 1 } },
        ],
      }),
      cloud_list_addons: ok({ items: [{ name: 'coredns', version: 'v1.6.0' }] }),
      k8s_scan: ok({ counts: { workloads: { suspects: 1 }, nodes: { suspects: 1 } } }),
    });
    expect(found).toMatchObject({
      api: { status: 'reachable' },
      nodes: {
        total: 2,
        notReady: ['b'],
        kubelets: [
          { pool: 'np1', version: 'v1.35.1-aliyun.1', count: 1 },
          { pool: 'np1', version: 'v1.34.1-aliyun.1', count: 1 },
        ],
      },
      deprecated: { apis: [{ api: 'batch/v1beta1 cronjobs', removedIn: '1.36' }] },
      budgets: { stuck: ['prod/db'], complete: true },
      singles: { names: ['prod/one'], complete: true },
      addons: { items: [{ name: 'coredns', version: 'v1.5.0', state: 'active', offered: 'v1.6.0' }] },
      suspects: { workloads: 1, nodes: 1 },
    });
  });

  test('say what could not be looked at, and why, instead of nothing', async () => {
    const found = await facts({
      cluster_check_api: refused,
      Node: refused,
      metrics_query: metrics([], false),
      PodDisruptionBudget: refused,
      Deployment: refused,
      k8s_scan: refused,
    });
    expect(found).toMatchObject({
      api: { status: 'unknown' },
      nodes: { unknown: expect.stringContaining('NOT_YOURS') },
      deprecated: { unknown: expect.stringContaining('no figures') },
      budgets: { unknown: expect.stringContaining('NOT_YOURS') },
      singles: { unknown: expect.stringContaining('NOT_YOURS') },
      suspects: { unknown: expect.stringContaining('NOT_YOURS') },
    });
  });

  test('of a quiet API server whose figures are there are that nobody calls what goes', async () => {
    expect(
      await facts({
        metrics_query: metrics([]),
        Node: ok({ items: [] }),
        k8s_scan: refused,
        cluster_check_api: refused,
      }),
    ).toMatchObject({ deprecated: { apis: [] } });
  });
});
