import { describe, expect, test } from 'vitest';
import { at, load, over } from './series.ts';

const source = load({
  'requests{job="api",instance="0",code="200"}': '0+60x60',
  'requests{job="api",instance="1",code="200"}': '0+120x60',
  'requests{job="api",instance="0",code="500"}': '0+6x60',
  'requests{job="web",instance="0",code="200"}': '0+30x60',
  resetting: '0+10x5 0+10x55',
  'memory{node="a"}': '100+1x60',
  'memory{node="b"}': '400-2x60',
  'capacity{node="a",zone="x"}': '1000+0x60',
  'capacity{node="b",zone="y"}': '500+0x60',
  'flapping{node="a"}': '1 1 0 0 1 1 1 0 1 1 1',
  'gone{node="a"}': '1 1 1 stale',
  'missed{node="a"}': '1 1 1',
  odd: '1 NaN Inf -3',
  'latency_bucket{le="0.1"}': '0+10x60',
  'latency_bucket{le="0.5"}': '0+30x60',
  'latency_bucket{le="1"}': '0+40x60',
  'latency_bucket{le="+Inf"}': '0+40x60',
});

const cases = (rows: [query: string, minute: number, ...answer: string[]][]) =>
  test.each(rows.map(([query, minute, ...answer]) => ({ query, minute, answer })))(
    '$query at minute $minute',
    async ({ query, minute, answer }) => {
      expect((await at(source, query, minute)).sort()).toEqual(answer.sort());
    },
  );

describe('a selector', () => {
  cases([
    ['memory', 10, 'memory{node="a"} 110', 'memory{node="b"} 380'],
    ['memory{node!="a"}', 10, 'memory{node="b"} 380'],
    ['{__name__=~"mem.*",node=~"a|c"}', 10, 'memory{node="a"} 110'],
    ['memory{node=~"a."}', 10],
    ['requests{code!~"2..",job="api"}', 1, 'requests{code="500", instance="0", job="api"} 6'],
    ['memory{zone=""}', 0, 'memory{node="a"} 100', 'memory{node="b"} 400'],
    ['memory offset 5m', 10, 'memory{node="a"} 105', 'memory{node="b"} 390'],
    ['memory{node="a"} offset -5m', 10, 'memory{node="a"} 115'],
    ['memory{node="a"} @ 120', 10, 'memory{node="a"} 102'],
    ['memory{node="a"} @ 600 offset 1m', 30, 'memory{node="a"} 109'],
    ['memory{node="a"}[3m]', 10, 'memory{node="a"} 108 109 110'],
    ['missed', 6, 'missed{node="a"} 1'],
    ['missed', 7],
    ['gone', 2, 'gone{node="a"} 1'],
    ['gone', 3],
  ]);
});

describe('functions of ranges', () => {
  cases([
    ['rate(requests{instance="1"}[5m])', 10, '{code="200", instance="1", job="api"} 2'],
    ['increase(requests{code="500"}[10m])', 20, '{code="500", instance="0", job="api"} 60'],
    ['rate(requests{code="500"}[1m])', 20],
    ['increase(resetting[60m])', 60, '{} 589.8305085'],
    ['resets(resetting[60m])', 60, '{} 1'],
    ['irate(resetting[5m])', 6, '{} 0'],
    ['delta(memory{node="b"}[10m])', 20, '{node="b"} -20'],
    ['deriv(memory{node="b"}[10m])', 20, '{node="b"} -0.03333333333'],
    ['predict_linear(memory{node="b"}[10m], 3600)', 20, '{node="b"} 240'],
    ['changes(flapping[9m])', 8, '{node="a"} 4'],
    ['changes(flapping[2m])', 8, '{node="a"} 1'],
    ['avg_over_time(memory{node="a"}[5m])', 10, '{node="a"} 108'],
    ['min_over_time(memory{node="a"}[5m])', 10, '{node="a"} 106'],
    ['max_over_time(memory{node="a"}[5m])', 10, '{node="a"} 110'],
    ['sum_over_time(memory{node="a"}[5m])', 10, '{node="a"} 540'],
    ['count_over_time(memory{node="a"}[5m])', 10, '{node="a"} 5'],
    ['quantile_over_time(0.25, memory{node="a"}[5m])', 10, '{node="a"} 107'],
    ['stddev_over_time(memory{node="a"}[5m])', 10, '{node="a"} 1.414213562'],
    ['last_over_time(memory{node="a"}[5m])', 10, 'memory{node="a"} 110'],
    ['present_over_time(memory{node="a"}[5m])', 10, '{node="a"} 1'],
    ['absent_over_time(memory[5m])', 10],
    ['absent_over_time(nothing{node="a",zone=~"b"}[5m])', 10, '{node="a"} 1'],
    ['max_over_time(odd[10m])', 3, '{} +Inf'],
  ]);

  test('a rate reaches no further before the first sample than to where the counter was zero', async () => {
    const young = load({ count: '_ _ _ _ _ 3+60x5' });
    // 60 a minute from 3 on: the counter was zero three seconds before its first sample, at 4:57.
    expect(await at(young, 'increase(count[10m])', 10)).toEqual(['{} 303']);
  });
});

describe('subqueries', () => {
  cases([
    ['max_over_time(rate(resetting[5m])[30m:1m])', 40, '{} 0.1666666667'],
    ['sum_over_time(memory{node="a"}[3m:1m])', 10, '{node="a"} 327'],
    ['count_over_time(memory{node="a"}[10m:2m])', 10, '{node="a"} 5'],
    ['avg_over_time((memory / on (node) capacity)[4m:2m])', 10, '{node="a"} 0.109', '{node="b"} 0.764'],
    ['min_over_time(memory{node="a"}[10m:1m] offset 10m)', 30, '{node="a"} 111'],
    ['max_over_time(memory{node="a"}[10m:1m] @ 600)', 30, '{node="a"} 110'],
    ['count_over_time(memory{node="a"}[10m:])', 30, '{node="a"} 10'],
    ['max_over_time(max_over_time(memory{node="a"}[2m:1m])[4m:2m])', 20, '{node="a"} 120'],
  ]);
});

describe('aggregations', () => {
  cases([
    ['sum(requests)', 1, '{} 216'],
    ['sum by (job) (requests)', 1, '{job="api"} 186', '{job="web"} 30'],
    ['sum without (instance, code) (requests)', 1, '{job="api"} 186', '{job="web"} 30'],
    ['avg(memory)', 0, '{} 250'],
    ['min(memory)', 0, '{} 100'],
    ['max(memory)', 0, '{} 400'],
    ['count by (code) (requests)', 1, '{code="200"} 3', '{code="500"} 1'],
    ['group by (code) (requests)', 1, '{code="200"} 1', '{code="500"} 1'],
    ['stddev(memory)', 0, '{} 150'],
    ['quantile(0.5, memory)', 0, '{} 250'],
    ['topk(1, memory)', 0, 'memory{node="b"} 400'],
    ['bottomk(1, memory)', 0, 'memory{node="a"} 100'],
    [
      'topk by (job) (1, requests{code="200"})',
      1,
      'requests{code="200", instance="1", job="api"} 120',
      'requests{code="200", instance="0", job="web"} 30',
    ],
    ['count_values("value", capacity)', 0, '{value="1000"} 1', '{value="500"} 1'],
    ['sum(nothing)', 1],
  ]);
});

describe('binary operators', () => {
  cases([
    ['1 + 2 * 3 ^ 2', 0, '19'],
    ['-2 ^ 2', 0, '-4'],
    ['2 ^ 3 ^ 2', 0, '512'],
    ['7 % 4 - -1', 0, '4'],
    ['1 / 0', 0, '+Inf'],
    ['2 > bool 3', 0, '0'],
    ['memory + memory offset 5m', 10, '{node="a"} 215', '{node="b"} 770'],
    ['memory * 2', 0, '{node="a"} 200', '{node="b"} 800'],
    ['memory > 200', 0, 'memory{node="b"} 400'],
    ['memory > bool 200', 0, '{node="a"} 0', '{node="b"} 1'],
    ['200 < memory', 0, 'memory{node="b"} 400'],
    ['-memory{node="a"}', 0, '{node="a"} -100'],
    ['memory / capacity', 0],
    ['memory / on (node) capacity', 0, '{node="a"} 0.1', '{node="b"} 0.8'],
    ['memory / ignoring (zone) capacity', 0, '{node="a"} 0.1', '{node="b"} 0.8'],
    ['memory / on (node) group_left (zone) capacity', 0, '{node="a", zone="x"} 0.1', '{node="b", zone="y"} 0.8'],
    [
      'sum by (job) (requests) - on (job) group_right () requests{code="500"}',
      1,
      '{code="500", instance="0", job="api"} 180',
    ],
    ['memory < on (node) capacity * 0.5', 0, '{node="a"} 100'],
    ['memory and on (node) capacity{zone="x"}', 0, 'memory{node="a"} 100'],
    ['memory unless on (node) capacity{zone="x"}', 0, 'memory{node="b"} 400'],
    [
      'memory{node="a"} or capacity',
      0,
      'memory{node="a"} 100',
      'capacity{node="a", zone="x"} 1000',
      'capacity{node="b", zone="y"} 500',
    ],
    ['sum(nothing) or vector(0)', 0, '{} 0'],
  ]);
});

describe('other functions', () => {
  cases([
    ['histogram_quantile(0.5, rate(latency_bucket[5m]))', 10, '{} 0.3'],
    ['histogram_quantile(0.9, rate(latency_bucket[5m]))', 10, '{} 0.8'],
    ['histogram_quantile(1, latency_bucket)', 10, '{} 1'],
    ['histogram_quantile(0.5, latency_bucket{le!="+Inf"})', 10, '{} NaN'],
    ['label_replace(memory{node="a"}, "host", "n-$1", "node", "(.*)")', 0, 'memory{host="n-a", node="a"} 100'],
    ['label_replace(memory{node="a"}, "host", "x", "node", "b")', 0, 'memory{node="a"} 100'],
    [
      'label_join(capacity{node="a"}, "where", "/", "zone", "node")',
      0,
      'capacity{node="a", where="x/a", zone="x"} 1000',
    ],
    ['absent(nothing{node="a"})', 0, '{node="a"} 1'],
    ['absent(memory)', 0],
    ['time()', 10, '600'],
    ['timestamp(missed)', 5, '{node="a"} 120'],
    ['scalar(memory)', 0, 'NaN'],
    ['scalar(memory{node="a"})', 0, '100'],
    ['vector(3)', 0, '{} 3'],
    ['clamp(memory, 150, 300)', 0, '{node="a"} 150', '{node="b"} 300'],
    ['round(memory{node="a"} / 7, 0.5)', 0, '{node="a"} 14.5'],
    ['abs(ceil(memory{node="a"} / -7))', 0, '{node="a"} 14'],
    ['hour()', 125, '{} 2'],
    ['day_of_week()', 0, '{} 4'],
    ['days_in_month(vector(5097599))', 0, '{} 28'],
    ['"a\\n"', 0, 'a\n'],
    ['1h30m', 0, '5400'],
  ]);

  test('sorted vectors keep their order, and what is no number comes last', async () => {
    const mixed = load({ 'm{i="1"}': '2', 'm{i="2"}': 'NaN', 'm{i="3"}': '1' });
    expect(await at(mixed, 'sort(m)', 0)).toEqual(['m{i="3"} 1', 'm{i="1"} 2', 'm{i="2"} NaN']);
    expect(await at(mixed, 'sort_desc(m)', 0)).toEqual(['m{i="1"} 2', 'm{i="3"} 1', 'm{i="2"} NaN']);
  });
});

describe('a range query', () => {
  test('evaluates at every step, and leaves out the steps without a value', async () => {
    expect(await over({ source }, 'flapping == 1', [0, 8, 2])).toEqual([
      { labels: 'flapping{node="a"}', points: ['0:1', '4:1', '6:1', '8:1'] },
    ]);
  });

  test('gives a constant one series', async () => {
    expect(await over({ source }, '1 + 1', [0, 2, 1])).toEqual([{ labels: '{}', points: ['0:2', '1:2', '2:2'] }]);
  });

  test('knows where it starts and ends', async () => {
    const query = 'memory{node="a"} @ end() - memory{node="a"} @ start()';
    expect(await over({ source }, query, [10, 30, 10])).toEqual([
      { labels: '{node="a"}', points: ['10:20', '20:20', '30:20'] },
    ]);
  });

  test('is no place for a range vector', async () => {
    await expect(over({ source }, 'memory[5m]', [0, 1, 1])).rejects.toThrow(
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    );
  });
});

describe('what cannot be answered is refused in words of Prometheus', () => {
  const refusals: [string, string][] = [
    ['', '1:1: parse error: no expression found in input'],
    ['sum(', '1:5: parse error: unexpected end of input'],
    ['memory memory', '1:8: parse error: unexpected "memory"'],
    ['nonsense(memory)', '1:1: parse error: unknown function with name "nonsense"'],
    ['rate(memory)', 'expected type range vector in call to function "rate", got instant vector'],
    ['sum(memory[5m])', 'expected type instant vector in aggregation expression, got range vector'],
    ['rate(memory[5m], 1)', 'expected 1 argument(s) in call to "rate", got 2'],
    ['{}', 'vector selector must contain at least one non-empty matcher'],
    ['{node=~".*"}', 'vector selector must contain at least one non-empty matcher'],
    ['memory{node=~"("}', 'error parsing regexp: ('],
    ['1 > 2', 'comparisons between scalars must use BOOL modifier'],
    ['memory and 1', 'set operator "and" not allowed in binary scalar expression'],
    ['memory + bool 1', 'bool modifier can only be used on comparison operators'],
    ['(memory)[5m]', 'ranges only allowed for vector selectors'],
    ['sum(memory) offset 5m', 'offset modifier must be preceded by'],
    ['topk(memory)', 'wrong number of arguments for aggregate expression provided, expected 2, got 1'],
    [
      'sum by (job) (requests) / on (job) requests',
      'found duplicate series for the match group {job="api"} on the right',
    ],
    ['memory * on (zone) requests', 'found duplicate series for the match group {} on the right'],
    ['label_replace(memory, "node", "x", "node", ".*")', 'vector cannot contain metrics with the same labelset'],
    ['{__name__=~"memory|flapping"} + 1', 'vector cannot contain metrics with the same labelset'],
  ];
  test.each(refusals)('%s', async (query, message) => {
    await expect(at(source, query, 1)).rejects.toThrow(message);
  });

  test('many-to-one matching that is not asked for', async () => {
    await expect(at(source, 'requests / on (job) sum by (job) (requests)', 1)).rejects.toThrow(
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    );
  });
});

describe('limits', () => {
  test('a query that loads too much is refused', async () => {
    await expect(over({ source, maxSamples: 50 }, 'memory', [0, 60, 1])).rejects.toThrow('too many samples');
  });

  test('a query that takes too long is given up', async () => {
    let now = 0;
    const clock = () => {
      now += 1000;
      return now;
    };
    await expect(over({ source, timeoutMs: 5000, clock }, 'memory', [0, 60, 1])).rejects.toThrow(
      'query timed out in expression evaluation',
    );
  });

  test('others get their turn while a long query is worked on', async () => {
    let now = 0;
    let turns = 0;
    const clock = () => {
      now += 10;
      return now;
    };
    const neighbour = () => {
      turns++;
      waiting = setImmediate(neighbour);
    };
    let waiting = setImmediate(neighbour);
    await over({ source, timeoutMs: 1_000_000, clock }, 'memory', [0, 1000, 1]);
    clearImmediate(waiting);
    expect(turns).toBeGreaterThan(400);
  });
});
