import { expect, test } from 'vitest';
import { parse } from '../../../../servers/sandbox/prometheus/promql/parse.ts';
import { earliestOf } from '../../../../servers/sandbox/prometheus/promql/reach.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_000 * HOUR;

/** How many minutes before its first evaluation an expression looks at anything. */
const minutesBack = (text: string): number => {
  const query = { start: NOW, end: NOW + HOUR, lookback: 5 * MINUTE };
  return (NOW - earliestOf(parse(text), NOW, query)) / MINUTE;
};

test.each([
  ['1', 0],
  ['up', 5],
  ['up offset 1h', 65],
  ['rate(up[10m])', 10],
  ['rate(up[10m] offset 20m)', 30],
  ['sum by (job) (up) / on (job) count(rate(up[2h]))', 120],
  ['max_over_time(rate(up[5m])[1h:1m])', 65],
  ['max_over_time(sum(max_over_time(up[30m:1m] offset 10m))[1h:1m] offset 1d)', 1440 + 60 + 10 + 30 + 5],
  ['topk(scalar(sum_over_time(up[3h])), -(up))', 180],
  ['up @ start()', 5],
  ['up @ end()', -55],
])('%s looks back %d minutes', (text, minutes) => {
  expect(minutesBack(text)).toBe(minutes);
});

test('a time that is named is looked at wherever the evaluation is', () => {
  expect(minutesBack(`rate(up[5m] @ ${(NOW - 48 * HOUR) / 1000})`)).toBe(48 * 60 + 5);
});
