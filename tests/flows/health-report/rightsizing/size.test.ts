import { describe, expect, test } from 'vitest';
import {
  isGrowing,
  MiB,
  type SizedContainer,
  sizeOf,
  type Usage,
} from '../../../../flows/health-report/rightsizing/size.ts';

const container = (changes: Partial<SizedContainer> = {}): SizedContainer => ({
  requests: { cpu: 1000, memory: 1024 * MiB },
  limits: { memory: 1024 * MiB },
  ...changes,
});
const flat = (mib: number) => Array.from({ length: 14 }, (_, n) => day(mib, n));
const day = (mib: number, n: number) => ({
  date: `2026-11-${10 + n}`,
  memoryPeak: mib * MiB,
  images: [],
  oomKills: 0,
});
const usage = (changes: { cpu?: Partial<Usage['cpu']>; peak?: number; days?: Usage['days'] } = {}): Usage => ({
  cpu: { p50: 200, p95: 700, p99: 720, max: 900, podP99: 650, ...changes.cpu },
  memory: { p95: 700 * MiB, peak: (changes.peak ?? 700) * MiB },
  days: changes.days ?? flat(changes.peak ?? 700),
});
const relaxed = { critical: false };

describe('the CPU request', () => {
  test('is a tenth above the pooled p95', () => {
    expect(sizeOf(container(), usage(), relaxed).cpu).toBe(770);
  });

  test('is a tenth above the median of the pods, where pods differ', () => {
    expect(sizeOf(container(), usage({ cpu: { p95: 400, podP99: 600 } }), relaxed).cpu).toBe(660);
  });

  test('is 15 % above p99 where somebody waits for the answer', () => {
    expect(sizeOf(container({ requests: { cpu: 3000 } }), usage({ cpu: { p99: 1600 } }), { critical: true }).cpu).toBe(
      1840,
    );
  });

  test('is halved at most in one step, and it says so', () => {
    const size = sizeOf(container(), usage({ cpu: { p95: 100, podP99: 100 } }), relaxed);
    expect(size.cpu).toBe(500);
    expect(size.notes).toContain('half-step');
  });

  test('is left alone for less than a fifth, and for less than 50m', () => {
    expect(sizeOf(container({ requests: { cpu: 930 } }), usage(), relaxed).cpu).toBeUndefined();
    const small = usage({ cpu: { p95: 20, podP99: 20 } });
    expect(sizeOf(container({ requests: { cpu: 60 } }), small, relaxed).cpu).toBeUndefined();
    expect(sizeOf(container({ requests: { cpu: 80 } }), small, relaxed).cpu).toBeUndefined();
    expect(sizeOf(container({ requests: { cpu: 101 } }), small, relaxed).cpu).toBe(51);
  });

  test('grows where too little is asked for, but never above the limit, which stays', () => {
    const low = { requests: { cpu: 300 }, limits: { cpu: 600 } };
    const size = sizeOf(container(low), usage({ cpu: { p95: 560 } }), relaxed);
    expect(size.cpu).toBe(600);
    expect(size.notes).toContain('cpu-limit');
  });

  test('does not shrink where the limit holds the use back', () => {
    const held = container({ requests: { cpu: 1000 }, limits: { cpu: 500 } });
    const size = sizeOf(held, usage({ cpu: { p95: 480, p99: 500, podP99: 490 } }), relaxed);
    expect(size.cpu).toBeUndefined();
    expect(size.notes).toContain('throttled');
  });
});

describe('memory', () => {
  test('is asked for and limited at 15 % above the peak', () => {
    const size = sizeOf(container(), usage({ peak: 500 }), relaxed);
    expect(size.memory).toEqual({ request: 575 * MiB, limit: 575 * MiB });
  });

  test('is halved at most in one step, request and limit each', () => {
    const wide = container({ requests: { memory: 600 * MiB }, limits: { memory: 4096 * MiB } });
    const size = sizeOf(wide, usage({ peak: 100 }), relaxed);
    expect(size.memory).toEqual({ request: 300 * MiB, limit: 2048 * MiB });
    expect(size.notes).toContain('half-step');
  });

  test('is left alone for less than a fifth, and for less than 64 MiB', () => {
    expect(sizeOf(container(), usage({ peak: 780 }), relaxed).memory).toBeUndefined();
    const small = container({ requests: { memory: 128 * MiB }, limits: { memory: 128 * MiB } });
    expect(sizeOf(small, usage({ peak: 60 }), relaxed).memory).toBeUndefined();
  });

  test('never shrinks where the use came within a tenth of the limit: it grows', () => {
    for (const peak of [922, 1000, 1024]) {
      const { memory, notes } = sizeOf(container(), usage({ peak }), relaxed);
      expect(memory?.limit).toBeGreaterThan(1024 * MiB);
      expect(memory?.request).toBeGreaterThanOrEqual(1024 * MiB);
      expect(notes).toContain('censored');
    }
  });

  test('is a quarter above the limit at which it was killed, however little was seen', () => {
    const days = flat(300).map((one, n) => (n === 3 ? { ...one, oomKills: 1, oomLimit: 1024 * MiB } : one));
    const { memory, notes } = sizeOf(container(), usage({ peak: 300, days }), relaxed);
    expect(memory).toEqual({ request: 1280 * MiB, limit: 1280 * MiB });
    expect(notes).toContain('oom');
  });

  test('of a small container that was killed grows even by less than 64 MiB', () => {
    const small = container({ requests: { memory: 100 * MiB }, limits: { memory: 100 * MiB } });
    const days = flat(99).map((one) => ({ ...one, oomKills: 1, oomLimit: 100 * MiB }));
    expect(sizeOf(small, usage({ peak: 99, days }), relaxed).memory?.limit).toBe(125 * MiB);
  });

  test('stays a quarter above what the runtime is told to take', () => {
    const java = container({ runtimeFloor: 600 * MiB });
    const size = sizeOf(java, usage({ peak: 200 }), relaxed);
    expect(size.memory).toEqual({ request: 750 * MiB, limit: 750 * MiB });
    expect(size.notes).toContain('runtime-floor');
  });

  test('gets a limit where there was none, and it says so', () => {
    const size = sizeOf(container({ limits: {} }), usage({ peak: 500 }), relaxed);
    expect(size.memory).toEqual({ request: 575 * MiB, limit: 575 * MiB });
    expect(size.notes).toContain('memory-limit-added');
  });

  test('is asked for where nothing was', () => {
    expect(sizeOf({ requests: {}, limits: {} }, usage({ peak: 500 }), relaxed)).toMatchObject({
      cpu: 770,
      memory: { request: 575 * MiB, limit: 575 * MiB },
    });
  });

  test('is left alone while it only grows', () => {
    const days = Array.from({ length: 14 }, (_, n) => day(300 + 20 * n, n));
    const size = sizeOf(container(), usage({ peak: 560, days }), relaxed);
    expect(size.growing).toBe(true);
    expect(size.memory).toBeUndefined();
  });
});

describe('growth without end', () => {
  const peaks = (of: (n: number) => number) => Array.from({ length: 14 }, (_, n) => day(of(n), n));

  test('is a rise from day to day, also with some noise', () => {
    expect(isGrowing(peaks((n) => 100 + 4 * n))).toBe(true);
    expect(isGrowing(peaks((n) => 100 + 6 * n + (n % 2) * 5))).toBe(true);
  });

  test('is not a saw, a week, one step up or noise', () => {
    expect(isGrowing(peaks((n) => 100 + 30 * (n % 4)))).toBe(false);
    expect(isGrowing(peaks((n) => (n % 7 === 3 ? 300 : 100)))).toBe(false);
    expect(isGrowing(peaks((n) => (n > 6 ? 150 : 100)))).toBe(false);
    expect(isGrowing(peaks((n) => 100 + ((n * 7) % 5)))).toBe(false);
  });

  test('is seen up to the day on which it is killed', () => {
    const killed = peaks((n) => Math.min(140, 100 + 6 * n)).map((one, n) => (n > 6 ? { ...one, oomKills: 1 } : one));
    expect(isGrowing(killed)).toBe(true);
  });

  test('is not known of a few days', () => {
    expect(isGrowing(peaks((n) => 100 + 10 * n).slice(0, 4))).toBe(false);
  });
});
