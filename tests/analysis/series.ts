import type { ReportInput } from '../../src/analysis/report.ts';
import { type Random, randomOf } from '../support/random.ts';

/** Curves made by hand and by a seeded chance, for the tests of the analyses. */

type Series = ReportInput['series'][number];

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A Thursday noon, UTC. */
export const NOW = Date.UTC(2026, 10, 26, 12);

export interface Window {
  days: number;
  stepMs: number;
}
export const WEEK: Window = { days: 7, stepMs: HOUR / 2 };
export const MONTH: Window = { days: 30, stepMs: 2 * HOUR };

/** A curve up to NOW whose value at each time is computed; null is a gap. */
export function curve(
  about: Partial<Series> & { name: string },
  value: (at: number, day: number) => number | null,
  { days, stepMs }: Window = WEEK,
): Series {
  const count = Math.round((days * DAY) / stepMs);
  const points = Array.from({ length: count }, (_, index): [number, number | null] => {
    const at = NOW - (count - 1 - index) * stepMs;
    return [at, value(at, (at - NOW) / DAY + days)];
  });
  return { unit: 'cores', labels: {}, points, ...about };
}

export const material = (series: Series[], events: ReportInput['events'] = []): ReportInput => ({
  cluster: 'prod',
  now: NOW,
  series,
  events,
});

/** Highest at 14:00 UTC, lowest at 02:00; 1 on the mean. */
export const rhythm = (at: number, depth: number) =>
  1 + depth * Math.cos((((at % DAY) / HOUR - 14) / 24) * 2 * Math.PI);

/** About normal: mean 0, deviation 1. */
export function bell(random: Random): number {
  return Array.from({ length: 12 }, random.next).reduce((sum, one) => sum + one, -6);
}

const quiet = (at: number) => [0, 6].includes(new Date(at + 8 * HOUR).getUTCDay());
const poisson = (random: Random, mean: number) => {
  let count = 0;
  for (let left = random.next(); left > Math.exp(-mean); left *= random.next()) count += 1;
  return count;
};

/**
 * A curve of a healthy cluster: the rhythm of the day where `rhythmic`, quieter weekends in Shanghai now and then, noise that holds on for
 * an hour or three, single spikes, gaps. Or small daily counts, or a volume that is written to and cleaned up.
 */
export function healthy(seed: number, rhythmic = true): Series {
  const random = randomOf(seed);
  const window = random.chance(0.5) ? WEEK : MONTH;
  const kind = random.int(0, 9);
  if (kind === 0) {
    const mean = random.next() * 2;
    const labels = { namespace: 'prod', workload: `api-${seed}` };
    const daily = { days: window.days, stepMs: DAY };
    return curve({ name: 'restarts', unit: 'count', labels }, () => poisson(random, mean), daily);
  }
  const base = 10 ** (random.next() * 2);
  const depth = rhythmic ? random.next() * 0.6 : 0;
  const weekend = rhythmic && random.chance(0.4) ? 0.5 + random.next() * 0.4 : 1;
  const noisy = 0.01 + random.next() * 0.12;
  const holds = Math.exp(-window.stepMs / (HOUR * (0.5 + random.next() * 2)));
  let noise = 0;
  const value = (at: number) => {
    noise = holds * noise + Math.sqrt(1 - holds * holds) * bell(random);
    if (random.chance(0.01)) return null;
    const spike = random.chance(0.003) ? 1 + random.next() * 2 : 1;
    return Math.max(0, base * rhythm(at, depth) * (quiet(at) ? weekend : 1) * (1 + noisy * noise) * spike);
  };
  const name = random.pick(['cpu-used', 'memory-used', 'network', 'api-errors', 'cpu-requests']);
  if (kind > 1) return { ...curve({ name, labels: { pool: `np-${seed}` } }, value, window), capacity: base * 2.6 };
  const labels = { namespace: 'prod', persistentvolumeclaim: `data-${seed}` };
  const about = { name: 'volume-free', unit: 'bytes', labels, capacity: base * 2e9 };
  return curve(about, (at) => base * 1e9 * (1.1 - (0.5 * (at % DAY)) / DAY + 0.02 * bell(random)), window);
}

/** A week's changes and incidents of a cluster, each at any time. */
export function unrelated(seed: number): ReportInput['events'] {
  const random = randomOf(seed);
  return Array.from({ length: random.int(5, 60) }, () => ({
    at: NOW - Math.floor(random.next() * 7 * DAY),
    kind: random.pick(['deploy', 'incident', 'scale']),
    name: random.pick(['a', 'b', 'c']),
  }));
}
