import { describe, expect, test } from 'vitest';
import { createPace } from '../../src/chat/pace.ts';

function rig(everyMs: number, burst: number) {
  let now = 1000;
  const pace = createPace({ everyMs, burst, clock: () => now });
  return { pace, pass: (ms: number) => (now += ms) };
}

describe('a pace', () => {
  test('lets a burst go at once, then one turn after another', () => {
    const { pace } = rig(1000, 3);
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => pace.wait(key))).toEqual([0, 0, 0, 1000, 2000]);
  });

  test('lets the whole burst go at any time of today, though fractions of a millisecond do not add up exactly', () => {
    for (let now = Date.parse('2026-11-25T04:00:00Z'), end = now + 500; now < end; now++) {
      const pace = createPace({ everyMs: 1000 / 15, burst: 4, clock: () => now });
      const [fifth, ...burst] = ['a', 'b', 'c', 'd', 'e'].map((key) => pace.wait(key)).reverse();
      expect([burst, fifth]).toEqual([[0, 0, 0, 0], 67]);
    }
  });

  test('keeps a turn for who asked first', () => {
    const { pace, pass } = rig(1000, 1);
    expect([pace.wait('a'), pace.wait('b'), pace.wait('c')]).toEqual([0, 1000, 2000]);
    pass(1000);
    expect(pace.wait('d')).toBe(2000);
    expect(pace.wait('c')).toBe(1000);
    expect(pace.wait('b')).toBe(0);
  });

  test('may begin with less than its burst, which is there after a rest', () => {
    let now = 1000;
    const pace = createPace({ everyMs: 1000, burst: 3, saved: 1, clock: () => now });
    expect(['a', 'b'].map((key) => pace.wait(key))).toEqual([0, 1000]);
    now += 1000;
    expect(['b', 'c'].map((key) => pace.wait(key))).toEqual([0, 1000]);
    now += 5000;
    expect(['c', 'd', 'e', 'f'].map((key) => pace.wait(key))).toEqual([0, 0, 0, 0]);
    expect(pace.wait('g')).toBe(1000);
  });

  test('does not save up more than its burst', () => {
    const { pace, pass } = rig(1000, 2);
    pass(60_000);
    expect(['a', 'b', 'c'].map((key) => pace.wait(key))).toEqual([0, 0, 1000]);
  });

  test('lets nobody go while the platform says so', () => {
    const { pace, pass } = rig(10, 5);
    pace.hold(30_000);
    expect(pace.wait('a')).toBe(30_000);
    pass(30_000);
    expect(pace.wait('a')).toBe(0);
  });

  test('over an hour of asking as told, never goes faster than its rate', () => {
    const { pace, pass } = rig(1200, 10);
    const keys = Array.from({ length: 40 }, (_, at) => `k${at}`);
    let taken = 0;
    for (let second = 0; second < 3600; second++) {
      for (const key of keys) if (pace.wait(key) === 0) taken++;
      pass(1000);
    }
    expect(taken).toBeLessThanOrEqual(3000 + 10);
    expect(taken).toBeGreaterThan(2900);
  });
});
