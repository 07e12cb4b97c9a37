import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../flows/health-report/metrics/catalogue.ts';
import { TALLY } from '../../../flows/health-report/metrics/queries.ts';
import { ALL_SOURCES } from '../../../flows/health-report/metrics/sources.ts';
import { type AskMetricsOptions, askMetrics } from '../../../src/composition/health/metrics.ts';
import { outlineOf } from '../../../src/composition/health/outline.ts';
import type { JsonObject, ToolResult } from '../../../src/tools/types.ts';
import { emptySurvey } from '../../support/survey-builder.ts';

const NOW = Date.parse('2026-11-25T08:00:00Z');
const window = { from: NOW - 7 * 86_400_000, to: NOW };

type Series = { metric: Record<string, string>; points: [number, string][] }[];
type Reply = Series | { error: string } | undefined;

const given = (series: Series): ToolResult => ({ ok: true, data: { resultType: 'vector', series, truncated: false } });
const refused = (code: string): ToolResult => ({
  ok: false,
  error: { code, message: 'no', retryable: false, ambiguous: false },
});
const value = (metric: Record<string, string>, number: number): Series[number] => ({
  metric,
  points: [[NOW / 1000, String(number)]],
});
const everySource = ALL_SOURCES.map((source) => value({ [TALLY]: source }, 1));
const isProbe = (promql: string) => promql.includes('count(coredns_dns_responses_total)');

/** A Prometheus behind the gateway that answers as told: nothing where it is not told. */
async function ask(
  answer: (promql: string, args: JsonObject) => Reply | Promise<Reply>,
  options: Partial<AskMetricsOptions> = {},
) {
  const calls: { tool: string; args: JsonObject }[] = [];
  let busy = 0;
  let busiest = 0;
  const read = async (tool: string, args: JsonObject): Promise<ToolResult> => {
    calls.push({ tool, args });
    busy += 1;
    busiest = Math.max(busiest, busy);
    await setImmediate();
    const promql = String(args.promql);
    const told = await answer(promql, args);
    busy -= 1;
    if (told && 'error' in told) return refused(told.error);
    return given(told ?? (isProbe(promql) ? everySource : []));
  };
  const asked = await askMetrics({ read, clusterId: 'c1', now: NOW, window, clock: () => 0, ...options });
  const sent = calls.map(({ args }) => String(args.promql));
  return { ...asked, calls, sent, busiest };
}

const kinds = (metrics: Awaited<ReturnType<typeof ask>>['metrics']) =>
  new Set(Object.values(metrics).map((answer) => ('unknown' in answer ? answer.kind : 'known')));

describe('metrics of a report', () => {
  test('are absent where no Prometheus is known, after one question', async () => {
    const { metrics, unknown, calls, curves } = await ask(() => ({ error: 'NOT_CONFIGURED' }));
    expect(kinds(metrics)).toEqual(new Set(['absent']));
    expect(unknown).toEqual([{ what: 'Prometheus', why: 'NOT_CONFIGURED: no', kind: 'absent' }]);
    expect({ calls: calls.length, curves }).toEqual({ calls: 1, curves: [] });
  });

  test.each(['Forbidden', 'Unauthorized', 'Unreachable'])('are lost where it is there and says %s', async (error) => {
    const { metrics, unknown, calls } = await ask(() => ({ error }));
    expect(kinds(metrics)).toEqual(new Set(['lost']));
    expect(unknown).toMatchObject([{ what: 'Prometheus', kind: 'lost' }]);
    expect(calls.length).toBe(1);
  });

  test('are asked for two at a time, with 20 seconds each', async () => {
    const { busiest, calls } = await ask(() => undefined);
    expect(busiest).toBe(2);
    expect(new Set(calls.map(({ args }) => args.timeoutSeconds))).toEqual(new Set([20]));
    expect(new Set(calls.map(({ args }) => args.clusterId))).toEqual(new Set(['c1']));
  });

  test('are asked for once a signal where all is well', async () => {
    const { sent, queries } = await ask(() => undefined);
    expect(new Set(sent).size).toBe(sent.length);
    expect(queries).toBe(sent.length);
    expect(sent.length).toBeLessThan(catalogue.length + 25);
  });

  test('are left alone after three time-outs in a row, and the rest is lost', async () => {
    const { metrics, unknown, calls } = await ask(() => ({ error: 'Timeout' }));
    expect(calls.length).toBeLessThanOrEqual(4);
    expect(kinds(metrics)).toEqual(new Set(['lost']));
    expect(unknown.some(({ why }) => why.includes('3 times in a row'))).toBe(true);
  });

  test('go on where time-outs are single ones', async () => {
    let asked = 0;
    const { metrics } = await ask((promql) => {
      asked += 1;
      return asked % 3 === 0 && !isProbe(promql) ? { error: 'Timeout' } : undefined;
    });
    expect(kinds(metrics)).toEqual(new Set(['lost', 'known']));
  });

  test('end with the time for all questions; what is left is lost and says so', async () => {
    let now = 0;
    const passing = () => {
      now += 1000;
      return undefined;
    };
    const { metrics, unknown, calls } = await ask(passing, { clock: () => now, budgetMs: 10_000 });
    expect(calls.length).toBeLessThanOrEqual(11);
    expect(Number(calls.at(-1)?.args.timeoutSeconds)).toBeLessThanOrEqual(2);
    expect(kinds(metrics)).toContain('lost');
    expect(unknown.some(({ why }) => why === 'the 10 seconds for questions were over')).toBe(true);
  });

  test('are not asked for where the survey tells the same, unless it was lost', async () => {
    const read = outlineOf(emptySurvey());
    const { metrics, sent } = await ask(() => undefined, { survey: read });
    expect(metrics.W1).toBeUndefined();
    expect(metrics.N1).toBeUndefined();
    expect(metrics.CP1).toBeDefined();
    expect(sent.filter((promql) => promql.includes('CrashLoopBackOff"}[5m]'))).toEqual([]);
    const lost = {
      ...read,
      readings: read.readings.map((one) => (one.kind === 'Pod' ? { ...one, state: 'lost' as const } : one)),
    };
    const again = await ask(() => undefined, { survey: lost });
    expect(again.metrics.W1).toBeDefined();
    expect(again.metrics.N1).toBeUndefined();
  });

  test('of an exporter that is not there are absent, and nothing is asked for them', async () => {
    const { metrics, unknown, sent } = await ask((promql) =>
      isProbe(promql) ? everySource.filter(({ metric }) => metric[TALLY] !== 'coredns') : undefined,
    );
    expect(metrics.DNS1).toEqual({ unknown: 'Prometheus has no metrics of coredns', kind: 'absent' });
    expect(unknown).toEqual([
      { what: 'metrics of coredns', why: 'Prometheus has no metrics of coredns', kind: 'absent' },
    ]);
    expect(sent.filter((promql) => promql.includes('coredns_dns') && !isProbe(promql))).toEqual([]);
  });

  test('count all where more than a hundred are bad', async () => {
    const many = Array.from({ length: 100 }, (_, n) => value({ node: `n${n}` }, 0.99));
    const { metrics } = await ask((promql) => {
      if (!promql.includes('node_filefd_allocated')) return undefined;
      return promql.startsWith('topk') ? many : [value({ [TALLY]: 'total' }, 900), value({ [TALLY]: 'bad' }, 450)];
    });
    expect(metrics.N18).toMatchObject({ total: 900, bad: 450 });
  });

  test('that came cut short are lost, not fewer', async () => {
    const read = async (_: string, { promql }: JsonObject): Promise<ToolResult> =>
      isProbe(String(promql))
        ? given(everySource)
        : { ok: true, data: { resultType: 'vector', series: [], truncated: String(promql).includes('filefd') } };
    const { metrics } = await askMetrics({ read, clusterId: 'c1', now: NOW, window, clock: () => 0 });
    expect(metrics.N18).toMatchObject({ kind: 'lost' });
    expect(metrics.N13).toEqual({ total: 0, bad: 0, rows: [] });
  });

  test('that are no answer at all are lost', async () => {
    const read = async (_: string, { promql }: JsonObject): Promise<ToolResult> =>
      isProbe(String(promql)) ? given(everySource) : { ok: true, data: { nonsense: true } };
    const { metrics } = await askMetrics({ read, clusterId: 'c1', now: NOW, window, clock: () => 0 });
    expect(kinds(metrics)).toEqual(new Set(['lost']));
  });

  test('name machines as Kubernetes does', async () => {
    const { metrics } = await ask((promql) => {
      if (promql.startsWith('max by (node, internal_ip)')) return [value({ node: 'n1', internal_ip: '10.0.0.1' }, 1)];
      return promql.includes('nf_conntrack') ? [value({ instance: '10.0.0.1:9100' }, 0.9)] : undefined;
    });
    expect(metrics.N13).toMatchObject({ rows: [{ labels: { node: 'n1', instance: '10.0.0.1:9100' } }] });
  });

  test('end when whoever asked goes away', async () => {
    const gone = new AbortController();
    const asked = ask(() => void gone.abort(new Error('gone')), { signal: gone.signal });
    await expect(asked).rejects.toThrow('gone');
  });
});

describe('curves of a report', () => {
  test('have at most 336 points for a week and 360 for 30 days, and end at its end', async () => {
    for (const [days, most] of [
      [7, 336],
      [30, 360],
    ] as const) {
      const { calls } = await ask(() => undefined, { window: { from: NOW - days * 86_400_000, to: NOW } });
      const grids = calls
        .filter(({ tool, args }) => tool === 'metrics_query_range' && !String(args.promql).includes('instance)'))
        .map(({ args }) => ({
          end: args.end,
          points: (Number(args.end) - Number(args.start)) / Number(args.step) + 1,
        }));
      expect(new Set(grids.map(({ end }) => end))).toEqual(new Set([NOW / 1000]));
      expect(Math.max(...grids.map(({ points }) => points))).toBe(most);
    }
  });

  test('keep gaps as gaps, and know what they cannot go above', async () => {
    const labels = { namespace: 'shop', persistentvolumeclaim: 'data' };
    const { curves, samples } = await ask((promql) => {
      if (promql.includes('kubelet_volume_stats_available_bytes)'))
        return [{ metric: labels, points: [[NOW / 1000, '5']] }];
      return promql.includes('max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes)')
        ? [value(labels, 10)]
        : undefined;
    });
    expect(curves).toMatchObject([{ name: 'volume-free', labels, capacity: 10 }]);
    expect(curves[0]?.points.slice(-2)).toEqual([
      [NOW - 1_800_000, null],
      [NOW, 5],
    ]);
    expect(samples).toBeGreaterThan(336);
  });

  test('are by node pool only where the pool of every machine is known', async () => {
    const pooledBy = async (answer: number) =>
      (await ask((promql) => (promql.includes('== bool count(') ? [value({}, answer)] : undefined))).sent.filter(
        (promql) => promql.includes('group_left (pool)') && !promql.includes('== bool count('),
      ).length;
    expect(await pooledBy(0)).toBe(0);
    expect(await pooledBy(1)).toBeGreaterThan(5);
  });
});
