import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { breakIt, findScenario, mendIt } from '../../../../servers/sandbox/kubernetes/scenarios/switch.ts';
import { openPrometheus, type Prometheus } from '../../../../servers/sandbox/prometheus/prometheus.ts';
import { startDemo, type TestDemo } from '../controllers/harness.ts';
import { catalogue } from './catalogue.ts';

const DAY_S = 86_400;
const HOUR_S = 3600;
const answerSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]).optional(),
        values: z.array(z.tuple([z.number(), z.string()])).optional(),
      }),
    ),
  }),
});

let demo: TestDemo;
let prometheus: Prometheus;
beforeAll(() => {
  demo = startDemo();
  // As after a restart: what objects went through is known from their own timestamps only.
  prometheus = openPrometheus({ world: demo.world, store: (id) => (id === demo.id ? demo.store : undefined) });
}, 60_000);
afterAll(() => {
  prometheus.close();
  demo.close();
});

async function call(path: string, parameters: Record<string, string>) {
  const query = new URLSearchParams(parameters);
  const reply = await prometheus.handle({
    method: 'GET',
    path: `/prometheus/${demo.id}/api/v1/${path}`,
    query,
    body: '',
  });
  expect(reply, parameters.query).toMatchObject({ status: 200 });
  return answerSchema.parse(reply.body).data.result;
}
const ask = async (query: string, at = demo.now() / 1000) =>
  (await call('query', { query, time: String(at) })).map(({ metric, value }) => ({
    metric,
    value: Number(value?.[1]),
  }));
const curve = async (query: string, { days, step }: { days: number; step: number }) => {
  const end = demo.now() / 1000;
  const span = { start: String(end - days * DAY_S), end: String(end), step: String(step) };
  return (await call('query_range', { query, ...span })).map(({ metric, values = [] }) => ({
    metric,
    points: values.map(([at, value]): [number, number] => [at, Number(value)]),
  }));
};
const signal = (code: string): string => catalogue.find(([id]) => id === code)?.[1] ?? '';

/** etcd and cert-manager are not there, as on a managed cluster; nothing calls webhooks or deprecated APIs in the demo; there is no quota. */
const NOT_THERE = ['CP6', 'CP7', 'CP8', 'CP10', 'SEC1', 'W20'];
/** Comparisons: what they find is wrong. */
const ALARMS = [
  ...['N1', 'N2', 'N10', 'W1', 'W2', 'W3', 'W5', 'W6', 'W7', 'W8', 'W9', 'W11', 'W12', 'W13', 'W14', 'W15', 'W16'],
  ...['ST1', 'ST4', 'OBS1', 'OBS2', 'CST6', 'CST7', 'CST8'],
];
/** The most that a figure may be where all is well. */
const MOST: Record<string, number> = {
  ...{ CP1: 0.001, CP2: 1, CP3: 0.2, CP9: 1, DNS1: 0.01, DNS2: 0.5, N3: 2, N4: 0, N5: 0.95, N6: 0.85, N7: 0.9 },
  ...{ N8: 0.2, N9: 0.1, N13: 0.75, N14: 0.05, N15: 10, N16: 10, N17: 0.01, N18: 0.7, W4: 5, W10: 0, W17: 0.25 },
  ...{ W18: 0.9, W19: 0, W21: 0.2, W22: 0.01, OBS4: 0, CAP1: 1, CAP2: 1 },
};

describe('the Prometheus of the demo', () => {
  test.each(catalogue)('%s has series, unless it tells of trouble or of what is not there', async (code, query) => {
    const series = await ask(query);
    const silent = NOT_THERE.includes(code) || ALARMS.includes(code);
    expect(series.length > 0).toBe(!silent);
    for (const { value } of series) expect(value).toBeLessThanOrEqual(MOST[code] ?? Number.MAX_VALUE);
  });

  test('a month of nodes is there to the hour, busier in the evening than at night, and on workdays than at weekends', async () => {
    const cpu = 'sum(rate(node_cpu_seconds_total{mode!~"idle|iowait"}[5m]))';
    const [used] = await curve(cpu, { days: 29, step: HOUR_S });
    expect(used?.points).toHaveLength(29 * 24 + 1);
    const mean = (fits: (at: Date) => boolean) => {
      // China's clock.
      const those = (used?.points ?? []).filter(([at]) => fits(new Date((at + 8 * HOUR_S) * 1000)));
      return those.reduce((sum, [, value]) => sum + value, 0) / those.length;
    };
    const weekend = (at: Date) => [0, 6].includes(at.getUTCDay());
    expect(mean((at) => at.getUTCHours() === 20)).toBeGreaterThan(1.2 * mean((at) => at.getUTCHours() === 8));
    expect(mean((at) => !weekend(at))).toBeGreaterThan(1.03 * mean(weekend));
    const rough = (used?.points ?? []).slice(1).map(([, value], n) => Math.abs(value - (used?.points[n]?.[1] ?? 0)));
    expect(Math.min(...rough)).toBeGreaterThan(0);
  });

  test('requests and nodes are as many all the time', async () => {
    const running = 'max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"}) == 1';
    const requests = `sum(kube_pod_container_resource_requests{resource="cpu"} * on (namespace, pod) group_left () (${running}))`;
    for (const query of [requests, 'count(kube_node_info)']) {
      const [line] = await curve(query, { days: 28, step: HOUR_S });
      expect(line?.points).toHaveLength(28 * 24 + 1);
      expect(new Set(line?.points.map(([, value]) => value.toFixed(6))).size).toBe(1);
    }
  });

  test('a coarse curve has the values that single queries have', async () => {
    const query = 'sum by (namespace) (rate(container_cpu_usage_seconds_total[5m]))';
    const [line] = await curve(query, { days: 10, step: 7 * HOUR_S });
    const namespace = line?.metric.namespace ?? '';
    for (const [at, value] of line?.points.slice(-5) ?? []) {
      const single = (await ask(query, at)).find(({ metric }) => metric.namespace === namespace);
      expect(single?.value).toBeCloseTo(value, 9);
    }
    expect(line?.points.length).toBeGreaterThan(30);
  });

  test('three nodes use less than a fifth of their processors over a week, and request less than half', async () => {
    for (const [code, most] of [
      ['CST1', 0.2],
      ['CST2', 0.45],
      ['CST4', 0.5],
    ] as const) {
      const nodes = await ask(signal(code));
      expect(nodes).toHaveLength(3);
      for (const { value } of nodes) expect(value).toBeGreaterThan(0.05);
      for (const { value } of nodes) expect(value).toBeLessThan(most);
    }
    expect((await ask(signal('OBS3')))[0]?.value).toBe(168);
  });
});

describe('what a report tells of', () => {
  const during = async (id: string, seconds: number, look: () => Promise<void>) => {
    const scenario = findScenario(id);
    if (!scenario) throw new Error(id);
    breakIt(demo.motion.context, scenario);
    demo.pass(seconds);
    await look();
    mendIt(demo.motion.context, scenario);
    demo.pass(seconds);
  };

  test('a volume that is full in three days is seen to fill, and nothing is wrong with it yet', async () => {
    await during('volume-filling', 300, async () => {
      expect(await ask(signal('ST1'))).toMatchObject([{ metric: { persistentvolumeclaim: 'data-orders-db-0' } }]);
      const free = 'kubelet_volume_stats_available_bytes{persistentvolumeclaim="data-orders-db-0"}';
      const [later] = await ask(`predict_linear(${free}[6h], 86400) / ${free}`);
      expect(later?.value).toBeCloseTo(2 / 3, 1);
      expect(demo.pods('orders-db').every(({ status }) => status?.containerStatuses?.every(({ ready }) => ready))).toBe(
        true,
      );
    });
    expect(await ask(signal('ST1'))).toEqual([]);
  });

  test('a workload that requests too much has used little for two weeks', async () => {
    await during('over-requested', 600, async () => {
      const [requested] = await ask(
        'sum(kube_pod_container_resource_requests{resource="cpu",namespace="prod",container="checkout"})',
      );
      const used = 'sum(rate(container_cpu_usage_seconds_total{namespace="prod",container="checkout"}[5m]))';
      const [line] = await curve(used, { days: 14, step: HOUR_S });
      expect(requested?.value).toBe(3);
      expect(Math.max(...(line?.points ?? []).map(([, value]) => value))).toBeLessThan(0.3);
      expect(line?.points.length).toBeGreaterThan(14 * 24 - 2);
    });
  });

  test('who calls an API that goes is told by its API and the release without it', async () => {
    await during('old-api', 60, async () => {
      expect(await ask(signal('CP8'))).toEqual([
        {
          metric: {
            group: 'networking.k8s.io',
            version: 'v1beta1',
            resource: 'servicecidrs',
            removed_release: '1.37',
          },
          value: 1,
        },
      ]);
    });
    expect(await ask(signal('CP8'))).toEqual([]);
  });

  test('what was left behind is named', async () => {
    await during('left-behind', 300, async () => {
      expect(await ask(signal('CST7'))).toMatchObject([{ metric: { persistentvolume: 'old-blog-data' } }]);
      expect(await ask(signal('CST8'))).toMatchObject([{ metric: { service: 'old-blog' } }]);
    });
    expect(await ask(signal('CST8'))).toEqual([]);
  });
});
