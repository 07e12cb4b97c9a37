import { describe, expect, test } from 'vitest';
import { axisTimeText, zoneOffset } from '../../src/charts/local-clock.ts';
import { amountText, stepOf } from '../../src/charts/shared/amounts.js';
import { NOON } from './charts.ts';

describe('amounts on charts', () => {
  test.each([
    [256 * 2 ** 20, 'bytes', '256Mi'],
    [1.5 * 2 ** 30, 'bytes', '1.5Gi'],
    [0, 'bytes', '0'],
    [0.25, 'cores', '250m'],
    [2, 'cores', '2'],
    [85.4321, 'percent', '85.4%'],
    [1.234, 'seconds', '1.23 s'],
    [12_345, 'count', '12300'],
    [12_345_678, 'count', '12.3M'],
    [87.54, 'points', '87.5'],
    [3.456, 'days', '3.46 d'],
    [2 ** 52, 'bytes', '4Pi'],
  ] as const)('%d %s is %s', (value, unit, text) => {
    expect(amountText(value, unit)).toBe(text);
  });

  test('the lines of a scale are round in its unit', () => {
    expect(stepOf(300 * 2 ** 20, 'bytes')).toBe(128 * 2 ** 20);
    expect(stepOf(100, 'percent')).toBe(25);
    expect(stepOf(7, 'count')).toBe(2);
    expect(stepOf(0, 'cores')).toBeGreaterThan(0);
  });
});

describe('local clocks', () => {
  test('are ahead of UTC as their zone is, with summer time', () => {
    const hours = (at: number, zone: string) => zoneOffset(at, zone) / 3_600_000;
    expect(hours(NOON, 'Asia/Shanghai')).toBe(8);
    expect(hours(NOON + 123, 'Asia/Kolkata')).toBe(5.5);
    expect(hours(NOON, 'America/New_York')).toBe(-5);
    expect(hours(Date.parse('2026-07-01T00:00:00Z'), 'America/New_York')).toBe(-4);
  });

  test('show the day at midnight, seconds only for a short while', () => {
    const midnight = Date.parse('2026-11-25T00:00:00Z');
    expect(axisTimeText(86_400_000, 'zh')(midnight)).toBe('11月25日');
    expect(axisTimeText(86_400_000, 'en')(midnight + 60_000)).toBe('00:01');
    expect(axisTimeText(120_000, 'en')(midnight + 61_000)).toBe('00:01:01');
  });
});
