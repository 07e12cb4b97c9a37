import { describe, expect, test } from 'vitest';
import { createWindow } from '../../../adapters/dingtalk/window.ts';

describe('messages to a place', () => {
  test('never are more than allowed within any span, whatever the times they are sent at', () => {
    let now = 0;
    const window = createWindow({ most: 18, withinMs: 62_000, clock: () => now });
    const sent: number[] = [];
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    for (let at = 0; at < 2_000; at++) {
      const waitMs = window.wait('group');
      if (waitMs === 0) sent.push(now);
      now += random() < 0.3 ? waitMs : random() * 4_000;
    }
    for (const [at, time] of sent.entries()) expect(time - (sent[at - 18] ?? -1e9)).toBeGreaterThanOrEqual(62_000);
    expect(sent.length).toBeGreaterThan(100);
  });

  test('go at full speed after a rest', () => {
    let now = 0;
    const window = createWindow({ most: 3, withinMs: 1_000, clock: () => now });
    expect([1, 2, 3, 4].map(() => window.wait('a'))).toEqual([0, 0, 0, 1_000]);
    now = 1_000;
    expect([1, 2, 3, 4].map(() => window.wait('a'))).toEqual([0, 0, 0, 1_000]);
  });

  test('to one place do not count for another, and many places are forgotten', () => {
    let now = 0;
    const window = createWindow({ most: 1, withinMs: 1_000, clock: () => now });
    for (let at = 0; at < 12_000; at++) {
      expect(window.wait(`place ${at}`)).toBe(0);
      now += 1;
    }
    expect(window.wait('place 11999')).toBeGreaterThan(0);
    expect(window.wait('place 0')).toBe(0);
  });
});
