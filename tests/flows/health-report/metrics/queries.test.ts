import { describe, expect, test } from 'vitest';
import { signalOf } from '../../../../flows/health-report/metrics/catalogue.ts';
import { onGrid, spreadOf } from '../../../../flows/health-report/metrics/grid.ts';
import { historySpan, withSince } from '../../../../flows/health-report/metrics/history.ts';
import { nodesByAddress, withNode } from '../../../../flows/health-report/metrics/machines.ts';
import {
  evaluations,
  queriesOf,
  readRows,
  TALLY,
  withCounts,
} from '../../../../flows/health-report/metrics/queries.ts';
import type { Signal } from '../../../../flows/health-report/metrics/signal.ts';
import { readSources, sourcesQuery } from '../../../../flows/health-report/metrics/sources.ts';
import type { MetricRow } from '../../../../src/health/types.ts';

const signal = (code: string): Signal => {
  const found = signalOf(code);
  if (!found) throw new Error(`No signal ${code}`);
  return found;
};
const rows = (...values: number[]): MetricRow[] => values.map((value, n) => ({ labels: { node: `n${n}` }, value }));
const tally = (name: string, value: number): MetricRow => ({ labels: { [TALLY]: name }, value });

describe('the answer to a signal', () => {
  test('holds the bad rows only, and counts all', () => {
    expect(readRows(signal('N6'), rows(0.9, 0.86, 0.85, 0.1)).answer).toEqual({
      total: 4,
      bad: 2,
      rows: rows(0.9, 0.86),
    });
  });

  test('takes what is no number for no row', () => {
    expect(readRows(signal('DNS2'), rows(Number.NaN)).answer).toEqual({ total: 0, bad: 0, rows: [] });
  });

  test('counts what there is where only bad ones are given', () => {
    expect(readRows(signal('W1'), [...rows(1), tally('total', 40)]).answer).toMatchObject({ total: 40, bad: 1 });
    expect(readRows(signal('W1'), [tally('total', 40)]).answer).toEqual({ total: 40, bad: 0, rows: [] });
    expect(readRows(signal('W1'), []).answer).toEqual({ total: 0, bad: 0, rows: [] });
  });

  test('has a line for some rows only', () => {
    const given = [
      { labels: { verb: 'LIST' }, value: 3 },
      { labels: { verb: 'GET' }, value: 3 },
    ];
    expect(readRows(signal('CP2'), given).answer.rows).toEqual([{ labels: { verb: 'GET' }, value: 3 }]);
  });

  test('asks for the counts when it came back full, and not before', () => {
    expect(readRows(signal('N11'), rows(...Array(99).fill(0.5))).full).toBe(false);
    const { answer, full } = readRows(signal('N11'), rows(...Array(100).fill(0.01)));
    expect(full).toBe(true);
    expect(withCounts(answer, [tally('total', 900), tally('bad', 300)])).toMatchObject({ total: 900, bad: 300 });
    const few = readRows(signal('N11'), rows(0.01, ...Array(99).fill(0.5))).answer;
    expect(withCounts(few, [tally('total', 900), tally('bad', 3)])).toMatchObject({ total: 900, bad: 1 });
  });

  test('is every row where it feeds advice', () => {
    expect(readRows(signal('CST1'), rows(0.1, 0.9)).answer).toEqual({ total: 2, bad: 0, rows: rows(0.1, 0.9) });
  });

  test('is asked for from its bad end', () => {
    expect(queriesOf(signal('N11')).rows).toMatch(/^bottomk\(100, /);
    expect(queriesOf(signal('N6')).rows).toMatch(/^topk\(100, /);
    expect(queriesOf(signal('N11')).counts).toContain('< 0.05');
  });

  test('looks back only where a grace time wants it', () => {
    expect(queriesOf(signal('W1')).history).toBeDefined();
    expect(queriesOf(signal('N6')).history).toBeUndefined();
  });
});

test('the exporters that are there are told by one query', () => {
  expect(sourcesQuery()).toContain('label_replace(count(kube_node_info), ');
  const there = [tally('coredns', 4), tally('etcd', 0), tally('nobody', 3)];
  expect([...readSources(there)]).toEqual(['coredns']);
});

test.each([
  ['up', 1],
  ['rate(x[5m])', 1],
  ['avg_over_time((x)[7d:5m])', 2016],
  ['max_over_time((x)[1d:1m]) + x[1h:5m]', 1440],
])('%s makes Prometheus evaluate a series %i times', (promql, times) => {
  expect(evaluations(promql)).toBe(times);
});

describe('since when something is bad', () => {
  const end = Date.parse('2026-11-25T08:00:00Z');
  const MINUTE = 60_000;
  const span = historySpan(signal('W1'), end);
  const sinceOf = (minutesBefore: number[]) => {
    const past = [{ labels: { __name__: 'x', pod: 'a' }, times: minutesBefore.map((m) => end - m * MINUTE) }];
    const [row] = withSince([{ labels: { pod: 'a' }, value: 1 }], past, span);
    return (end - (row?.since ?? Number.NaN)) / MINUTE;
  };

  test('is the beginning of the run that lasts until now', () => {
    expect(sinceOf([10, 9, 8, 2, 1, 0])).toBe(2);
    expect(sinceOf([0])).toBe(0);
    expect(sinceOf([])).toBe(0);
  });

  test('is the first bad moment where it flapped for more than half of the last hour', () => {
    expect(sinceOf(Array.from({ length: 31 }, (_, n) => n * 1.9))).toBeCloseTo(57);
  });

  test('is looked for over an hour, or the grace time where that is longer', () => {
    expect(end - span.start).toBe(60 * MINUTE);
    expect(end - historySpan(signal('CST7'), end).start).toBe(24 * 60 * MINUTE);
  });
});

describe('machines', () => {
  test('are named by their node, whether the exporter says address or name', () => {
    const info = [{ labels: { node: 'worker-1', internal_ip: '10.0.0.1' }, value: 1 }];
    const known = nodesByAddress(info, ['cn-hangzhou.10.0.0.2']);
    const named = withNode(
      ['10.0.0.1:9100', '10.0.0.2:9100', 'worker-1:9100', 'worker-1', '10.0.0.9:9100', '[fd00::1]:9100'].map(
        (instance) => ({ labels: { instance }, value: 1 }),
      ),
      known,
    );
    expect(named.map(({ labels }) => labels.node)).toEqual([
      'worker-1',
      'cn-hangzhou.10.0.0.2',
      'worker-1',
      'worker-1',
      undefined,
      undefined,
    ]);
  });
});

describe('points of a curve', () => {
  const grid = { start: 100, end: 300, step: 100 };

  test('stand on every moment that was asked for, with a gap where there is none', () => {
    expect(
      onGrid(
        [
          [100_000, 1],
          [300_000, Number.NaN],
        ],
        grid,
      ),
    ).toEqual([
      [100_000, 1],
      [200_000, null],
      [300_000, null],
    ]);
  });

  test('are summed up as p50, p95 and max of the step that they end', () => {
    const points = [101, 125, 150, 175, 200].map((at, n): [number, number] => [at * 1000, n]);
    expect(spreadOf(points, grid)).toEqual({
      p50: [
        [100_000, null],
        [200_000, 2],
        [300_000, null],
      ],
      p95: [
        [100_000, null],
        [200_000, 3.8],
        [300_000, null],
      ],
      max: [
        [100_000, null],
        [200_000, 4],
        [300_000, null],
      ],
    });
  });
});
