import { describe, expect, test } from 'vitest';
import { readCloudSide } from '../../../src/composition/health/cloud-side.ts';
import type { JsonObject, ToolResult } from '../../../src/tools/types.ts';

const ok = (data: JsonObject): ToolResult => ({ ok: true, data });
const failed = (code: string): ToolResult => ({
  ok: false,
  error: { code, message: 'why', retryable: false, ambiguous: false },
});

const answers: Record<string, ToolResult> = {
  cluster_get: ok({
    region: 'cn-hangzhou',
    nodepools: [{ nodepoolId: 'np1', name: 'default', state: 'active', desired: 2, total: 2 }],
  }),
  node_list: ok({
    items: [
      { instanceId: 'i-1', name: 'n1', nodepoolId: 'np1', instanceType: 'ecs.g7.xlarge', chargeType: 'PostPaid' },
      {
        instanceId: 'i-2',
        name: 'n2',
        nodepoolId: 'np1',
        instanceType: 'ecs.g7.xlarge',
        chargeType: 'PrePaid',
        expiresAt: '2027-01-01T00:00:00Z',
      },
    ],
  }),
  cloud_get_price: ok({
    lines: [
      { monthly: { amount: 764, currency: 'CNY' }, source: 'api', asOf: '2026-11-25' },
      { monthly: { amount: 40, currency: 'CNY' }, source: 'api', asOf: '2026-11-25' },
      { source: 'estimate', asOf: '2026-11-25' },
      { monthly: { amount: 0, currency: 'CNY' }, source: 'catalog', asOf: '2026-11-25' },
    ],
  }),
  inspect_get: ok({ finishedAt: '2026-11-25T00:00:00Z', items: [] }),
};

const sideOf = (changed: Record<string, ToolResult> = {}) =>
  readCloudSide({
    read: async (tool) => ({ ...answers, ...changed })[tool] ?? failed('UNKNOWN_TOOL'),
    clusterId: 'c1',
  });

describe('what the cloud knows of a cluster', () => {
  test('pools, machines with how they are paid, prices by month and GiB, and its own inspection', async () => {
    const side = await sideOf();
    expect(side).toMatchObject({ region: 'cn-hangzhou', pools: [{ nodepoolId: 'np1' }], unknown: [] });
    expect(side.machines).toEqual([
      { name: 'n1', instanceId: 'i-1', nodepoolId: 'np1', instanceType: 'ecs.g7.xlarge', chargeType: 'PostPaid' },
      {
        name: 'n2',
        instanceId: 'i-2',
        nodepoolId: 'np1',
        instanceType: 'ecs.g7.xlarge',
        chargeType: 'PrePaid',
        expiresAt: Date.parse('2027-01-01T00:00:00Z'),
      },
    ]);
    // A price that nobody knows is left out, never 0.
    expect(Object.keys(side.prices)).toEqual(['ecs.g7.xlarge', 'cloud_essd/PL0', 'clb']);
    expect(side.prices['cloud_essd/PL0']).toMatchObject({ amount: 1, currency: 'CNY' });
    expect(side.inspection).toEqual({ finishedAt: '2026-11-25T00:00:00Z', items: [] });
  });

  test.each(['TOOL_MISSING', 'UNKNOWN_TOOL', 'NOT_CONFIGURED', 'ErrorClusterNotFound'])(
    'a cluster of no cloud has none of it, which is absent and no fault: %s',
    async (code) => {
      const side = await sideOf({ cluster_get: failed(code) });
      expect(side).toMatchObject({ pools: undefined, machines: undefined, prices: {}, inspection: undefined });
      expect(side.unknown).toEqual([{ what: 'cloud', why: `${code}: why`, kind: 'absent' }]);
    },
  );

  test('what is refused is lost, and the rest is read all the same', async () => {
    const side = await sideOf({ node_list: failed('Forbidden.RAM'), inspect_get: failed('Throttling.User') });
    expect(side.pools).toHaveLength(1);
    expect(side.machines).toBeUndefined();
    expect(side.unknown.map(({ what, kind }) => [what, kind])).toEqual([
      ['node_list', 'lost'],
      ['ACK inspection', 'lost'],
    ]);
  });

  test('a cluster that was never inspected has no inspection', async () => {
    const side = await sideOf({ inspect_get: failed('NOT_FOUND') });
    expect(side.unknown).toMatchObject([{ what: 'ACK inspection', kind: 'absent' }]);
  });
});
