import { describe, expect, test } from 'vitest';
import { type ResizeProposal, resizeChanges, scalerOf } from '../../../../flows/health-report/rightsizing/changes.ts';
import { type ResizeContext, resizeBlocks, resizePlan } from '../../../../flows/health-report/rightsizing/plan.ts';
import { planSchema } from '../../../../src/approvals/plan.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { JsonObject } from '../../../../src/tools/types.ts';

const words = loadMessages('templates/messages');
const object = { kind: 'Deployment', namespace: 'prod', name: 'api' };
const proposal: ResizeProposal = {
  kind: 'resize',
  object,
  containers: [{ name: 'app', requests: { cpu: '682m', memory: '512Mi' }, limits: { memory: '512Mi' } }],
};
const scaled: ResizeProposal = { ...proposal, autoscaler: { name: 'api-hpa', cpuTarget: 68 } };
const workload: JsonObject = {
  spec: { replicas: 4, template: { spec: { containers: [{ name: 'app' }, { name: 'side' }] } } },
};
const cpuMetric = (averageUtilization: number): JsonObject => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const scaler: JsonObject = {
  spec: { metrics: [{ type: 'Pods', pods: { metric: { name: 'rps' } } }, cpuMetric(50)] },
};

function changes(wanted: ResizeProposal = proposal, present: JsonObject = workload) {
  const made = resizeChanges(wanted, { workload: present, scaler });
  if ('refused' in made) throw new Error(JSON.stringify(made));
  return made;
}

function context(wanted: ResizeProposal = proposal, overrides: Partial<ResizeContext> = {}): ResizeContext {
  const rehearsed = changes(wanted).map((change) => ({
    ...change,
    diff: `- ${change.id}`,
    uid: `uid-${change.id}`,
    ...(change.id === 'sizes' && { generation: 7 }),
    undoCall: { tool: 'k8s_patch', args: { undo: change.id } },
  }));
  return {
    cluster: { id: 'c1', name: 'prod', environment: 'prod' },
    proposal: wanted,
    title: { en: 'prod/api asks for too much', zh: 'prod/api 申请过多' },
    changes: rehearsed,
    present: workload,
    hasMetrics: true,
    words,
    ...overrides,
  };
}

describe('the change of a new size', () => {
  test('is a strategic merge of the named containers only', () => {
    expect(changes()).toEqual([
      {
        id: 'sizes',
        tool: 'k8s_patch',
        target: object,
        args: {
          ...object,
          patchType: 'strategic',
          patch: {
            spec: {
              template: {
                spec: {
                  containers: [
                    {
                      name: 'app',
                      resources: { requests: { cpu: '682m', memory: '512Mi' }, limits: { memory: '512Mi' } },
                    },
                  ],
                },
              },
            },
          },
        },
      },
    ]);
  });

  test('never touches a CPU limit, and no limit at all where only CPU changes', () => {
    const onlyCpu = { ...proposal, containers: [{ name: 'app', requests: { cpu: '100m' }, limits: {} }] };
    expect(JSON.stringify(changes(onlyCpu))).not.toContain('limits');
  });

  test('is refused when the container is gone: a merge would add it', () => {
    const other: JsonObject = { spec: { template: { spec: { containers: [{ name: 'web' }] } } } };
    expect(resizeChanges(proposal, { workload: other })).toEqual({
      refused: { key: 'rightsizing.refused.changed', params: { object: 'prod/api', container: 'app' } },
    });
  });

  test("takes the autoscaler's target along, first, and holds on to what it was", () => {
    expect(scalerOf(scaled)).toEqual({ kind: 'HorizontalPodAutoscaler', namespace: 'prod', name: 'api-hpa' });
    const [first, second] = changes(scaled);
    expect(second?.id).toBe('sizes');
    expect(first?.args).toEqual({
      kind: 'HorizontalPodAutoscaler',
      namespace: 'prod',
      name: 'api-hpa',
      patchType: 'json',
      patch: [
        { op: 'test', path: '/spec/metrics/1/resource/target/averageUtilization', value: 50 },
        { op: 'replace', path: '/spec/metrics/1/resource/target/averageUtilization', value: 68 },
      ],
    });
  });

  test('is refused when the autoscaler does not go by CPU any more', () => {
    const refused = { refused: { key: 'rightsizing.refused.scaler', params: { name: 'api-hpa' } } };
    expect(resizeChanges(scaled, { workload, scaler: { spec: { metrics: [] } } })).toEqual(refused);
    expect(resizeChanges(scaled, { workload })).toEqual(refused);
  });
});

describe('the plan of a new size', () => {
  test('is a plan, with each step bound to the object that was rehearsed and an undo for each', () => {
    const plan = resizePlan(context(scaled));
    expect(() => planSchema.parse({ ...plan, id: 'p', expiresAt: 1 })).not.toThrow();
    expect(plan.steps.map(({ id }) => id)).toEqual(['target', 'sizes']);
    expect(plan.steps[1]?.args).toMatchObject({ clusterId: 'c1', expectedUid: 'uid-sizes', expectedGeneration: 7 });
    expect(plan.undo.map(({ of }) => of)).toEqual(['target', 'sizes']);
    expect(plan.undoMode).toBe('automatic');
    expect(plan.target).toEqual({ ...object, percent: 25 });
    expect(plan.title.zh).toBe('调整 Deployment prod/api 的资源大小');
  });

  test('watches for 24 hours: kills, failures and restarts end it at once, throttling is counted at the end', () => {
    const { verify } = resizePlan(context());
    expect(verify.map(({ id }) => id)).toEqual(['rolled-out', 'watched', 'throttling']);
    const [, watch, throttling] = verify;
    expect(watch).toMatchObject({ holdMinutes: 1440, tool: 'k8s_workload_status' });
    expect(watch?.timeoutMinutes).toBeGreaterThan(1440);
    expect(watch?.failed).toEqual([
      { path: 'state', in: ['failing'] },
      { path: 'oomKilledSince', atLeast: 1 },
      { path: 'restartsSince', atLeast: 3 },
    ]);
    expect(throttling?.done).toEqual([{ path: 'series.0.points.0.1', atMost: 0.25 }]);
    expect(throttling?.args.promql).toContain(
      'container_cpu_cfs_throttled_periods_total{namespace="prod",pod=~"api-.*"',
    );
  });

  test('has no check of throttling where there is no Prometheus', () => {
    expect(resizePlan(context(proposal, { hasMetrics: false })).verify.map(({ id }) => id)).toEqual([
      'rolled-out',
      'watched',
    ]);
  });

  test('is riskier when memory changes, and knows how many pods go at once', () => {
    expect(resizePlan(context()).risk).toBe('medium');
    const onlyCpu = { ...proposal, containers: [{ name: 'app', requests: { cpu: '100m' }, limits: {} }] };
    expect(resizePlan(context(onlyCpu)).risk).toBe('low');
    const percent = (spec: JsonObject, kind = 'Deployment') =>
      resizePlan(context({ ...proposal, object: { ...object, kind } }, { present: { spec } })).target?.percent;
    expect(percent({ replicas: 4, strategy: { type: 'Recreate' } })).toBe(100);
    expect(percent({ replicas: 4, strategy: { rollingUpdate: { maxUnavailable: 1 } } })).toBe(25);
    expect(percent({ strategy: { rollingUpdate: { maxUnavailable: '40%' } } })).toBe(40);
    expect(percent({ replicas: 3 }, 'StatefulSet')).toBe(34);
  });

  test('shows every difference to who approves it', () => {
    const blocks = resizeBlocks(context(scaled), 'en');
    expect(blocks.filter(({ type }) => type === 'code')).toHaveLength(2);
    expect(blocks.at(-1)).toMatchObject({ markdown: expect.stringContaining('24 hours') });
  });
});
