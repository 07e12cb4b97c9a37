import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue, isScored } from '../../flows/health-report/metrics/catalogue.ts';
import { metricVerdicts } from '../../flows/health-report/metrics/verdicts.ts';
import { openWorld } from '../../servers/ack/server.ts';
import { queryInstant } from '../../servers/sandbox/prometheus/promql/engine.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { type AskedMetrics, askMetrics } from '../../src/composition/health/metrics.ts';
import type { Curve, Severity } from '../../src/health/types.ts';
import { narrowedQuery } from '../../src/tools/promql.ts';
import type { JsonObject, ToolResult } from '../../src/tools/types.ts';
import { kubeconfigOf } from '../servers/ack/kube-support.ts';
import { connectAck } from '../servers/ack/support.ts';
import { factsOf } from '../support/facts.ts';
import { queries } from '../tools/promql-worlds.ts';
import { sourceOf } from './support/openmetrics.ts';
import { clusterMetrics, END, GIB, type Wanted } from './support/openmetrics-cluster.ts';
import { EXPECTED } from './support/openmetrics-expected.ts';
import { type RealPrometheus, startPrometheus } from './support/prometheus.ts';

/** Every expression against a real Prometheus that holds a history with known values, asked by the bot's own tools. */

const DAY_MS = 86_400_000;

interface Row {
  labels: Record<string, string>;
  value: number;
}

/** Each row that is wanted is there, with its value, and no other. */
function expectRows(rows: readonly Row[], wanted: readonly Wanted[]): void {
  const found = wanted.map(({ labels }) =>
    rows.find((row) => Object.entries(labels).every(([name, value]) => row.labels[name] === value)),
  );
  wanted.forEach(({ labels, value, off = 1e-12 }, index) => {
    const got = found[index]?.value ?? Number.NaN;
    expect(Math.abs(got - value), `${JSON.stringify(labels)}: ${got} for ${value}`).toBeLessThanOrEqual(
      Math.abs(value) * off + 1e-12,
    );
  });
  expect(rows.length).toBe(wanted.length);
}

describe('the catalogue on a real Prometheus', () => {
  const series = clusterMetrics();
  let prometheus: RealPrometheus;
  let folder: string;
  let world: ReturnType<typeof openWorld>;
  let ack: Awaited<ReturnType<typeof connectAck>>;

  const read = async (tool: string, args: JsonObject): Promise<ToolResult> => {
    const { failed, data } = await ack.call(tool, args);
    return failed
      ? {
          ok: false,
          error: { code: String(data.code), message: String(data.message), retryable: false, ambiguous: false },
        }
      : { ok: true, data };
  };

  beforeAll(async () => {
    prometheus = await startPrometheus(series, END);
    folder = await mkdtemp(join(tmpdir(), 'k8s-copilot-e2e-'));
    const kubeconfig = join(folder, 'config');
    await writeFile(kubeconfig, kubeconfigOf({ test: 'http://127.0.0.1:9' }));
    world = openWorld({ backend: 'kubeconfig', kubeconfig, prometheusUrl: prometheus.url });
    ack = await connectAck(undefined, { world });
    console.log(`Prometheus ${prometheus.version}, ${prometheus.samples} samples`);
  });
  afterAll(async () => {
    await ack?.close();
    world?.close();
    await prometheus?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  test('there are 76 expressions, and a value is known for each', () => {
    expect(catalogue.length).toBe(76);
    expect(Object.keys(EXPECTED).sort()).toEqual(catalogue.map(({ code }) => code).sort());
  });

  test.each(catalogue.map((signal) => [signal.code, signal.promql]))(
    '%s gives what was put in',
    async (code, promql) => {
      const result = await read('metrics_query', { clusterId: 'test', promql, time: END / 1000 });
      if (!result.ok) throw new Error(result.error.message);
      const rows = (result.data.series as { metric: Row['labels']; points: [number, string][] }[]).map(
        ({ metric, points }) => ({ labels: metric, value: Number(points.at(-1)?.[1]) }),
      );
      expectRows(rows, EXPECTED[code] ?? []);
    },
  );

  test('narrowed to some namespaces, every query is still one, and no row is of another namespace', async () => {
    const asked = [...catalogue.map(({ promql }) => promql), ...queries(200)];
    const seen = { rows: 0, others: [] as unknown[], refused: [] as unknown[] };
    for (const query of asked) {
      const narrowed = narrowedQuery(query, ['shop', 'shop-*']);
      if ('refused' in narrowed) throw new Error(`${query}: ${narrowed.refused}`);
      const { promql } = narrowed;
      const result = await read('metrics_query', { clusterId: 'test', promql, time: END / 1000, maxSeries: 2000 });
      // Rows that do not fit together are an error of their own, which is no matter of the grammar.
      if (!result.ok && result.error.code === 'INVALID_ARGUMENT') seen.refused.push({ promql, error: result.error });
      const rows = result.ok ? (result.data.series as { metric: Row['labels'] }[]) : [];
      seen.rows += rows.length;
      const isOther = ({ namespace = 'shop' }: Row['labels']) => namespace !== 'shop' && !namespace.startsWith('shop-');
      // label_replace and count_values of the random queries write labels of their own.
      if (!/label_replace|count_values/.test(query))
        seen.others.push(...rows.filter(({ metric }) => isOther(metric)).map(({ metric }) => ({ query, metric })));
    }
    expect(seen).toEqual({ rows: expect.any(Number), others: [], refused: [] });
    expect(seen.rows).toBeGreaterThan(50);
  });

  describe('in the engine of the sandbox', () => {
    const source = sourceOf(series, END);
    test.each(catalogue.map((signal) => [signal.code, signal.promql]))('%s gives the same', async (code, promql) => {
      const result = await queryInstant({ source }, promql, END);
      if (result.type !== 'vector') throw new Error(`${code} came to a ${result.type}`);
      expectRows(
        result.elements.map(({ labels, value }) => ({ labels: { ...labels }, value })),
        EXPECTED[code] ?? [],
      );
    });
  });

  describe('asked for a report', () => {
    let asked: AskedMetrics;
    const window = { from: END - 7 * DAY_MS, to: END };
    beforeAll(async () => {
      const began = performance.now();
      asked = await askMetrics({ read, clusterId: 'test', now: END, window });
      const took = Math.round(performance.now() - began);
      console.log(`${asked.queries} queries, ${asked.samples} samples in ${took} ms`);
    });

    test('nothing stays unknown', () => {
      expect(asked.unknown).toEqual([]);
    });

    test('each signal finds its bad rows and none that are well', () => {
      const verdicts = metricVerdicts(factsOf({ now: END, window, ...asked }), loadMessages('templates/messages'));
      const found = Object.fromEntries(
        verdicts.map((verdict) => [verdict.code, verdict.state === 'bad' ? verdict.severity : verdict.state]),
      );
      expect(found).toEqual(SEVERITY);
      expect(Object.keys(SEVERITY)).toEqual(expect.arrayContaining(catalogue.filter(isScored).map(({ code }) => code)));
    });

    test('a signal counts what is bad of what there is', () => {
      expect(asked.metrics.N6).toMatchObject({ total: 3, bad: 1, rows: [{ labels: { node: 'node-a' } }] });
      expect(asked.metrics.W1).toMatchObject({ total: 9, bad: 1 });
      expect(asked.metrics.CP2).toMatchObject({ total: 2, bad: 1 });
      expect(asked.metrics.CST1).toMatchObject({ total: 3, bad: 0, rows: [{}, {}, {}] });
      expect(asked.metrics.N4).toMatchObject({ total: 2, bad: 1 });
    });

    test('what has a grace time says since when it is bad', () => {
      const since = (code: string) => {
        const answer = asked.metrics[code];
        return answer && 'rows' in answer ? answer.rows.map((row) => (END - (row.since ?? 0)) / 60_000) : answer;
      };
      expect(since('W1')).toEqual([50]);
      expect(since('N1')).toEqual([40]);
      expect(since('CP11')).toEqual([30]);
      expect(since('ST1')).toEqual([60]);
      expect(since('N11')).toEqual([Number(END / 60_000)]);
    });

    test('another cluster in the same Prometheus has nothing', async () => {
      const other = await askMetrics({ read, clusterId: 'test', now: END, window, matcher: 'cluster="other"' });
      expect(other.metrics.OBS2).toMatchObject({ bad: 1 });
      expect(other.metrics.N6).toMatchObject({ kind: 'absent' });
      expect(other.curves).toEqual([]);
    });

    test.each(CURVES)('the curve %s %j ends where it should', (name, labels, value, off = 1e-9) => {
      const curve = curveOf(asked.curves, name, labels);
      expect(curve?.points.at(-1)?.[0]).toBe(END);
      expect(Math.abs((curve?.points.at(-1)?.[1] ?? Number.NaN) - value)).toBeLessThanOrEqual(Math.abs(value) * off);
    });

    test('a curve shows what was, at each of its steps', () => {
      const curve = curveOf(asked.curves, 'cpu-used', { pool: 'np-2', stat: 'max' });
      expect(curve?.points.length).toBe(336);
      const busy = curve?.points.filter(([, value]) => (value ?? 0) > 0.55) ?? [];
      expect(busy[0]?.[0]).toBe(END - 47.5 * 3_600_000);
      // Whether the moment at which it ended is in the next step, too, differs between Prometheus 2 and 3.
      expect([36, 35.5].map((hours) => END - hours * 3_600_000)).toContain(busy.at(-1)?.[0]);
      expect(curveOf(asked.curves, 'volume-free', { persistentvolumeclaim: 'full-0' })?.capacity).toBe(100e9);
    });

    test('curves that have nothing are left out', () => {
      expect(asked.curves.map(({ name }) => name)).not.toContain('cpu-limits');
    });
  });
});

const curveOf = (curves: readonly Curve[], name: string, labels: Record<string, string>) =>
  curves.find(
    (curve) => curve.name === name && Object.entries(labels).every(([key, value]) => curve.labels[key] === value),
  );

/** Every scored signal has something bad in it, but for the one that says that there is nothing at all. */
const SEVERITY: Record<string, Severity | 'good'> = {
  ...all('critical', 'N11 N18 W22 ST2 SEC1'),
  ...all('high', 'CP3 CP5 CP6 CP10 N1 N2 N10 N15 W1 W2 W3 W5 W6 W7 W8 W9 ST1 ST3 CAP1'),
  ...all('medium', 'CP1 CP2 CP4 CP7 CP8 CP11 DNS1 DNS2 DNS3 N3 N4 N5 N6 N7 N8 N9 N12 N13 N14 N16 N17'),
  ...all('medium', 'W4 W10 W11 W12 W13 W14 W15 W16 W17 W18 W20 ST4 OBS1 CAP3'),
  ...all('low', 'CP9 W19 W21 OBS4'),
  ...all('info', 'CST5 CST6 CST7 CST8'),
  ...all('good', 'OBS2 CAP2'),
};

function all<T extends string>(what: T, codes: string): Record<string, T> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, what]));
}

const CURVES: [name: string, labels: Record<string, string>, value: number, off?: number][] = [
  ['cpu-used', { pool: 'np-1', stat: 'p50' }, 1.4, 1e-6],
  ['cpu-used', { pool: 'np-1', stat: 'p95' }, 1.4, 1e-6],
  ['cpu-used', { pool: 'np-2', stat: 'max' }, 0.1, 1e-6],
  ['cpu-requests', { pool: 'np-1' }, 9],
  ['cpu-allocatable', { pool: 'np-1' }, 12],
  ['cpu-largest-node', { pool: 'np-1' }, 8],
  ['memory-used', { pool: 'np-1', stat: 'max' }, 71 * GIB],
  ['memory-requests', { pool: 'np-1' }, 7 * GIB],
  ['memory-allocatable', { pool: 'np-2' }, 16 * GIB],
  ['memory-largest-node', { pool: 'np-1' }, 64 * GIB],
  ['nodes', { pool: 'np-1' }, 2],
  ['pods-pending', {}, 2],
  ['api-errors', {}, 0.5, 1e-6],
  ['network', { direction: 'receive' }, 5000, 1e-6],
  ['network', { direction: 'transmit' }, 7000, 1e-6],
  ['volume-free', { persistentvolumeclaim: 'data-db-0' }, 10e9],
  ['restarts', { namespace: 'shop', workload: 'crash' }, 8, 2e-3],
  ['restarts', { namespace: 'shop', workload: 'oom' }, 3, 2e-3],
  ['oom', { namespace: 'shop', workload: 'oom' }, 3, 2e-3],
];
