import { expect, test } from 'vitest';
import { lineTime } from '../../../../flows/incidents/looks/log-times.ts';
import { NOW } from '../objects.ts';

const AT = Date.parse('2026-11-25T11:58:00Z');

test.each([
  ['2026-11-25T11:58:00.123456Z ERROR x', AT],
  ['2026-11-25T19:58:00+08:00 ERROR x', AT],
  ['2026-11-25 11:58:00,123 ERROR x', AT],
  ['2026/11/25 11:58:00 x', AT],
  ['{"level":"error","time":"2026-11-25T11:58:00Z"}', AT],
  ['{"level":"error","ts":1795607880.123}', AT],
  ['10.0.0.1 - - [25/Nov/2026:11:58:00 +0000] "GET / HTTP/1.1" 500', AT],
  ['E1125 11:58:00.123456       1 main.go:12] x', AT],
  ['panic: x', undefined],
])('%s', (line, expected) => {
  expect(lineTime(line, NOW)).toBe(expected);
});

test('a time without a zone that would lie ahead is of a clock ahead of UTC', () => {
  const time = lineTime('2026-11-25 19:58:00 ERROR x', NOW) ?? 0;
  expect(Math.abs(time - AT)).toBeLessThan(1_000);
});
