import { describe, expect, test } from 'vitest';
import { type ChartInputs, chartsOf } from '../../../../flows/health-report/charts/charts.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { AnyChart, BarChart, Chart } from '../../../../src/chat/types.ts';
import { chartIn } from '../../../../src/health/chart-in.ts';
import type { Curve } from '../../../../src/health/types.ts';
import { DAY, factsOf, HOUR, NOW, poolCurves, resizeOf, surveyOf, usageOf } from './facts.ts';

const words = loadMessages('templates/messages');
const draw = (over: Partial<ChartInputs> = {}) =>
  chartsOf({ facts: factsOf(), findings: [], advice: [], history: [], ...over }, words);
const names = (over: Partial<ChartInputs>) => draw(over).map(({ name }) => name);
const chartOf = (name: string, over: Partial<ChartInputs>): AnyChart => {
  const found = draw(over).find((each) => each.name === name);
  if (!found) throw new Error(`No chart ${name}`);
  return found.chart;
};
const bars = (name: string, over: Partial<ChartInputs>): BarChart => {
  const chart = chartOf(name, over);
  if (!('kind' in chart)) throw new Error('No bars');
  return chart;
};
const curves = (name: string, over: Partial<ChartInputs>): Chart => {
  const chart = chartOf(name, over);
  if ('kind' in chart) throw new Error('No curves');
  return chart;
};
const valuesOf = (chart: BarChart, name: string) => chart.series.find((each) => each.name === name)?.values;

describe('the charts of a report', () => {
  test('are none where nothing was measured', () => {
    expect(draw()).toEqual([]);
    const nothing: Curve = { name: 'cpu-used', unit: 'cores', labels: { stat: 'p95' }, points: [[NOW, null]] };
    const still: Curve = { name: 'restarts', unit: 'count', labels: {}, points: [[NOW, null]] };
    const facts = factsOf({ curves: [nothing, still] });
    expect(draw({ facts, history: [{ at: NOW, score: 80 }], firing: [{ name: 'a', minutes: 0 }], costs: [] })).toEqual(
      [],
    );
  });

  test('are the same for the same facts, whatever their order', () => {
    const inputs = full();
    const turned: ChartInputs = {
      ...inputs,
      facts: { ...inputs.facts, curves: inputs.facts.curves.toReversed() },
      advice: inputs.advice.toReversed(),
      history: inputs.history.toReversed(),
      firing: inputs.firing?.toReversed() ?? [],
      costs: inputs.costs?.toReversed() ?? [],
    };
    expect(chartsOf(turned, words)).toEqual(chartsOf(inputs, words));
  });

  test('speak both languages, and leave names of things as they are', () => {
    const made = chartsOf(full(), words);
    expect(made.map(({ name }) => name)).toEqual([
      'score',
      'cpu-np1',
      'memory-np1',
      'over-requested-cpu',
      'over-requested-memory',
      'restarts',
      'oom',
      'days-to-full',
      'firing',
      'cost',
    ]);
    for (const one of made) {
      const [en, zh] = [chartIn(one, 'en'), chartIn(one, 'zh')];
      expect(en.chart, one.name).toEqual(one.chart);
      expect(zh.title).toMatch(/\p{Script=Han}/u);
      expect(en.title).not.toMatch(/\p{Script=Han}/u);
    }
    const cpu = made.find(({ name }) => name === 'cpu-np1');
    if (!cpu) throw new Error('No chart');
    const zh = chartIn(cpu, 'zh').chart;
    expect(zh.series.map(({ name }) => name)).toEqual(['p50', 'p95', 'max', '请求值', '可分配']);
    expect(cpu.title).toEqual({ en: 'CPU of node pool default, 7 days', zh: '节点池 default CPU（7 天）' });
    expect('kind' in zh ? undefined : zh.limits.map(({ name }) => name)).toEqual(['减少一个节点']);
  });
});

describe('the score', () => {
  const history = [0, 1, 2, 8, 9].map((n) => ({ at: NOW - (9 - n) * DAY, score: 80 + n }));

  test('is a curve of 30 days that breaks where there was no report for more than two days', () => {
    const { unit, series } = curves('score', { history: [{ at: NOW - 31 * DAY, score: 10 }, ...history] });
    expect(unit).toBe('points');
    expect(series[0]?.points.map(([, value]) => value)).toEqual([80, 81, 82, null, 88, 89]);
  });

  test('bears marks of what happened within it, and since when critical findings are there', () => {
    const finding = { severity: 'critical' as const, code: 'W1', since: NOW - 3 * DAY };
    const marks = [
      { at: NOW - 40 * DAY, name: 'long ago' },
      { at: NOW - DAY, name: 'OOMKilled' },
    ];
    const { marks: shown } = curves('score', { history, marks, findings: [finding as never] });
    expect(shown).toEqual([
      { at: NOW - 3 * DAY, name: 'W1' },
      { at: NOW - DAY, name: 'OOMKilled' },
    ]);
  });
});

describe('a pool', () => {
  test('has use as a band with its maximum, requests, allocatable and the line of one node less', () => {
    const chart = curves('cpu-np1', {
      facts: factsOf({ curves: poolCurves('cpu', { pool: 'np1' }, { size: 12, node: 4 }) }),
    });
    expect(chart.series.map(({ name }) => name)).toEqual(['p50', 'p95', 'max', 'requested', 'allocatable']);
    expect(chart.band).toEqual({ low: 'p50', high: 'p95' });
    expect(chart.limits).toEqual([{ name: 'one node less', value: 8 }]);
    expect(chart.unit).toBe('cores');
  });

  test('of a single node has no line of one node less', () => {
    const facts = factsOf({ curves: poolCurves('memory', {}, { size: 8, node: 8 }) });
    expect(curves('memory', { facts }).limits).toEqual([]);
    expect(draw({ facts }).map(({ title }) => title.zh)).toEqual(['节点内存（7 天）']);
  });

  test('is among the four largest, or has no chart', () => {
    const facts = factsOf({
      curves: [1, 5, 3, 2, 4].flatMap((size) => poolCurves('cpu', { pool: `np${size}` }, { size, node: 1 })),
    });
    expect(names({ facts })).toEqual(['cpu-np5', 'cpu-np4', 'cpu-np3', 'cpu-np2']);
  });

  test('whose use is not known shows what is asked for, and no band', () => {
    const all = poolCurves('cpu', {}, { size: 8, node: 2 });
    const chart = curves('cpu', { facts: factsOf({ curves: all.filter(({ name }) => name !== 'cpu-used') }) });
    expect(chart.series.map(({ name }) => name)).toEqual(['requested', 'allocatable']);
    expect(chart.band).toBeUndefined();
  });
});

describe('workloads that ask for more than they use', () => {
  test('are shown with request, p95 and advice of all pods together, those first that would free most', () => {
    const survey = surveyOf([
      { name: 'small', desired: 2, cpu: 1000, memory: 2 ** 30 },
      { name: 'large', desired: 3, cpu: 2000, memory: 2 ** 30 },
      { name: 'short', desired: 1, cpu: 100, memory: 2 ** 20 },
    ]);
    const advice = [
      resizeOf('small', { cpu: 1200, memory: 0 }),
      resizeOf('large', { cpu: 4500, memory: 2 ** 30 }),
      resizeOf('short', { cpu: -200, memory: -(2 ** 20) }),
    ];
    const inputs = {
      facts: factsOf({ survey }),
      advice,
      usage: usageOf([{ name: 'large', cpu: 400, memory: 2 ** 28 }]),
    };
    const cpu = bars('over-requested-cpu', inputs);
    expect(cpu.categories).toEqual(['prod/large', 'prod/small']);
    expect(valuesOf(cpu, 'requested')).toEqual([6, 2]);
    expect(valuesOf(cpu, 'p95 of a pod × pods')).toEqual([1.2, null]);
    expect(valuesOf(cpu, 'advice')).toEqual([1.5, 0.8]);
    expect(bars('over-requested-memory', inputs)).toMatchObject({ unit: 'bytes', categories: ['prod/large'] });
  });

  test('are ten at most', () => {
    const named = Array.from({ length: 14 }, (_, n) => `w${n}`);
    const survey = surveyOf(named.map((name) => ({ name, desired: 1, cpu: 4000, memory: 0 })));
    const advice = named.map((name, n) => resizeOf(name, { cpu: 100 + n, memory: 0 }));
    const { categories } = bars('over-requested-cpu', { facts: factsOf({ survey }), advice });
    expect(categories).toHaveLength(10);
    expect(categories[0]).toBe('prod/w13');
  });
});

describe('restarts', () => {
  const restarted = (workload: string, values: (number | null)[]): Curve => ({
    name: 'restarts',
    unit: 'count',
    labels: { namespace: 'prod', workload: `Deployment/${workload}` },
    points: values.map((value, n) => [NOW - (values.length - 1 - n) * DAY, value]),
  });

  test('are stacked by workload for each day, as whole ones, and a day without a figure stays without', () => {
    const facts = factsOf({ curves: [restarted('cart', [null, 1.02]), restarted('api', [3.97, 5])] });
    const chart = bars('restarts', { facts });
    expect(chart).toMatchObject({ stacked: true, categories: ['11-23', '11-24'] });
    expect(chart.series).toEqual([
      { name: 'prod/api', values: [4, 5] },
      { name: 'prod/cart', values: [null, 1] },
    ]);
  });

  test('of many workloads keep their sum: those beyond the first five are one', () => {
    const all = Array.from({ length: 9 }, (_, n) => restarted(`w${n}`, [n, 1]));
    const { series } = bars('restarts', { facts: factsOf({ curves: all }) });
    expect(series).toHaveLength(6);
    const total = series.flatMap(({ values }) => values).reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(total).toBe(36 + 9);
    expect(series.at(-1)?.name).toBe('(others)');
  });
});

describe('days until volumes are full', () => {
  const volume = (claim: string, free: (hour: number) => number | null): Curve => ({
    name: 'volume-free',
    unit: 'bytes',
    labels: { namespace: 'prod', persistentvolumeclaim: claim },
    points: Array.from({ length: 7 * 24 }, (_, n) => [NOW - (7 * 24 - 1 - n) * HOUR, free(n)]),
  });

  test('come from the pace of the week, the first to be full first', () => {
    const facts = factsOf({
      curves: [
        volume('slow', (n) => 1000 - n),
        volume('fast', (n) => 1000 - 4 * n),
        volume('empties', (n) => 1000 + n),
        volume('still', () => 1000),
        volume('in-years', (n) => 1e6 - n),
      ],
    });
    const chart = bars('days-to-full', { facts });
    expect(chart.categories).toEqual(['prod/fast', 'prod/slow']);
    // 332 left at 96 a day, 833 left at 24 a day.
    expect(chart.series[0]?.values.map((value) => Number(value?.toFixed(3)))).toEqual([3.458, 34.708]);
  });

  test('are not misled by gaps, nor by one cleaning', () => {
    const cleaned = volume('cleaned', (n) => (n > 40 && n < 70 ? null : 10_000 - 10 * n + (n > 150 ? 500 : 0)));
    const [days] = bars('days-to-full', { facts: factsOf({ curves: [cleaned] }) }).series[0]?.values ?? [];
    expect(days).toBeGreaterThan(34);
    expect(days).toBeLessThan(40);
  });

  test('are not told from a few hours', () => {
    const young = { ...volume('young', (n) => 1000 - n) };
    young.points = young.points.slice(-20);
    expect(names({ facts: factsOf({ curves: [young] }) })).toEqual([]);
  });
});

describe('money and minutes', () => {
  const cost = (namespace: string, forecast: number, currency = 'CNY') => ({
    namespace,
    soFar: forecast / 2,
    forecast,
    currency,
  });

  test('are never summed across currencies, and namespaces beyond the dearest are one', () => {
    const costs = Array.from({ length: 20 }, (_, n) => cost(`ns${n}`, 100 + n)).concat(cost('abroad', 7, 'USD'));
    expect(names({ costs })).toEqual(['cost-CNY', 'cost-USD']);
    const chart = bars('cost-CNY', { costs });
    expect(chart).toMatchObject({ unit: 'money', currency: 'CNY' });
    expect(chart.categories).toHaveLength(15);
    expect(chart.categories.at(-1)).toBe('(other namespaces)');
    const total = chart.series[1]?.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(total).toBe(20 * 100 + 190);
  });

  test('say for how long what fired, the longest first', () => {
    const firing = [
      { name: 'OOMKilled', minutes: 12 },
      { name: 'NodeNotReady', minutes: 90 },
    ];
    expect(bars('firing', { firing })).toMatchObject({
      categories: ['NodeNotReady', 'OOMKilled'],
      series: [{ name: 'minutes', values: [90, 12] }],
    });
  });
});

/** Inputs that make every chart. */
function full(): ChartInputs {
  const day = (name: string): Curve => ({
    name,
    unit: 'count',
    labels: { namespace: 'prod', workload: 'Deployment/api' },
    points: [
      [NOW - DAY, 2],
      [NOW, 1],
    ],
  });
  const volume: Curve = {
    name: 'volume-free',
    unit: 'bytes',
    labels: { namespace: 'prod', persistentvolumeclaim: 'data-0' },
    points: Array.from({ length: 100 }, (_, n) => [NOW - (99 - n) * HOUR, 1000 - n]),
  };
  return {
    facts: factsOf({
      curves: [
        ...poolCurves('cpu', { pool: 'np1' }, { size: 12, node: 4 }),
        ...poolCurves('memory', { pool: 'np1' }, { size: 2 ** 36, node: 2 ** 34 }),
        day('restarts'),
        day('oom'),
        volume,
      ],
      pools: [{ nodepoolId: 'np1', name: 'default', state: 'active', total: 3 }],
      survey: surveyOf([{ name: 'api', desired: 2, cpu: 1000, memory: 2 ** 30 }]),
    }),
    findings: [],
    advice: [resizeOf('api', { cpu: 1000, memory: 2 ** 29 })],
    usage: usageOf([{ name: 'api', cpu: 100, memory: 2 ** 28 }]),
    history: [
      { at: NOW - DAY, score: 81 },
      { at: NOW, score: 78 },
    ],
    marks: [{ at: NOW - HOUR, name: 'OOMKilled' }],
    firing: [
      { name: 'a', minutes: 3 },
      { name: 'b', minutes: 3 },
    ],
    costs: [cost('prod'), cost('dev')],
  };

  function cost(namespace: string) {
    return { namespace, soFar: 10, forecast: 12.5, currency: 'CNY' };
  }
}
