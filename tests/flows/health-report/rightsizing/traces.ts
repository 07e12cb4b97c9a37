import { type Random, randomOf } from '../../../support/random.ts';

/**
 * Made-up containers whose need is known for every minute of three weeks: two to judge by, one to be judged in. CPU in
 * millicores, memory in MiB. What is assumed of the world is here and nowhere else:
 * memory needs have an upper bound that is met now and then (heaps and caches have one), batches come on the same day each
 * week, and an application that is not changed goes on as it did.
 */
export interface Trace {
  family: Family;
  /** Need by pod and minute. */
  pods: { cpu: Float32Array; memory: Float32Array }[];
  /** What is set at present. */
  now: { cpu: number; memory: number; limit: number };
  /** Minute at which another image came. */
  deployedAt?: number;
}

export const FAMILIES = ['steady', 'diurnal', 'weekly-batch', 'bursty', 'leak', 'start-up', 'deploy'] as const;
export type Family = (typeof FAMILIES)[number];

export const DAY_MINUTES = 1440;
export const FIT_DAYS = 14;
export const HELD_OUT_DAYS = 7;
const MINUTES = (FIT_DAYS + HELD_OUT_DAYS) * DAY_MINUTES;

export function traceOf(family: Family, seed: number): Trace {
  const random = randomOf(seed);
  const plan = planOf(family, random);
  const pods = Array.from({ length: random.int(1, 2) }, () => podOf(plan, random));
  const fromFit = (of: 'cpu' | 'memory', share: number) =>
    percentile(
      pods.map((pod) => pod[of].subarray(0, FIT_DAYS * DAY_MINUTES)),
      share,
    );
  const most = Math.max(...pods.map((pod) => maximum(pod.memory.subarray(0, FIT_DAYS * DAY_MINUTES))));
  // Most ask for far too much, some for too little; one limit in ten is so tight that it kills now and then.
  const cpu = fromFit('cpu', 0.95) * (random.chance(0.15) ? between(random, 0.6, 1) : between(random, 1.2, 4));
  const limit = most * (random.chance(0.1) ? between(random, 0.85, 1.1) : between(random, 1.2, 3));
  const memory = Math.min(limit, most * between(random, 0.7, 3));
  return {
    family,
    pods,
    now: { cpu: Math.ceil(cpu), memory: Math.ceil(memory), limit: Math.ceil(limit) },
    ...(plan.deploy && { deployedAt: plan.deploy.at }),
  };
}

interface Plan {
  family: Family;
  cpu: number;
  memory: number;
  noise: number;
  /** Share of the day's swing, and of weekends. */
  swing: number;
  weekend: number;
  batch?: { day: number; hour: number; minutes: number; cpu: number; memory: number };
  bursts?: { perDay: number; cpu: number; memory: number };
  leak?: { perDay: number; everyDays: number };
  starts?: { everyDays: number; cpu: number; memory: number; minutes: number };
  deploy?: { at: number; cpu: number; memory: number };
}

const between = (random: Random, least: number, most: number) => least + random.next() * (most - least);
/** Small ones are many, large ones few. */
const spread = (random: Random, least: number, most: number) => least * (most / least) ** random.next();

function planOf(family: Family, random: Random): Plan {
  const plan: Plan = {
    family,
    cpu: spread(random, 60, 3000),
    memory: spread(random, 96, 6000),
    noise: between(random, 0.03, 0.12),
    swing: family === 'diurnal' ? between(random, 0.4, 0.85) : between(random, 0, 0.15),
    weekend: family === 'diurnal' ? between(random, 0.4, 1) : 1,
  };
  const minute = (least: number, most: number) => Math.floor(between(random, least, most) * DAY_MINUTES);
  switch (family) {
    case 'weekly-batch':
      plan.batch = {
        day: random.int(0, 6),
        hour: random.int(0, 20),
        minutes: random.int(40, 180),
        cpu: between(random, 2, 6),
        memory: between(random, 1.3, 2.5),
      };
      return plan;
    case 'bursty':
      plan.bursts = { perDay: random.int(10, 60), cpu: between(random, 2, 8), memory: between(random, 0.1, 0.6) };
      return plan;
    case 'leak': {
      // Half of them are restarted often enough, the other half never.
      const everyDays = random.chance(0.5) ? between(random, 1.5, 6) : 1000;
      plan.leak = { perDay: everyDays < 1000 ? between(random, 0.1, 0.4) : between(random, 0.04, 0.15), everyDays };
      return plan;
    }
    case 'start-up':
      plan.starts = {
        everyDays: between(random, 1, 8),
        cpu: between(random, 2, 6),
        memory: between(random, 1.2, 2),
        minutes: random.int(3, 12),
      };
      return plan;
    case 'deploy':
      plan.deploy = { at: minute(2, FIT_DAYS), cpu: between(random, 0.6, 1.7), memory: between(random, 0.7, 1.5) };
      return plan;
    default:
      return plan;
  }
}

function podOf(plan: Plan, random: Random): Trace['pods'][number] {
  const [cpu, memory] = [new Float32Array(MINUTES), new Float32Array(MINUTES)];
  const bursts = burstsOf(plan, random);
  const week = Float64Array.from({ length: 7 * DAY_MINUTES }, (_, minute) => loadAt(plan, minute));
  let slow = 0;
  let heap = 0;
  let startedAt = plan.starts || plan.leak ? -Math.floor(random.next() * 2 * DAY_MINUTES) : Number.NEGATIVE_INFINITY;
  let nextStart = nextOf(plan, 0, random);
  for (let minute = 0; minute < MINUTES; minute++) {
    if (minute >= nextStart) {
      startedAt = minute;
      nextStart = nextOf(plan, minute, random);
    }
    slow = 0.97 * slow + 0.24 * gauss(random) * plan.noise;
    heap = Math.min(1, Math.max(-1, 0.99 * heap + 0.14 * gauss(random) * 0.5));
    const usual = week[minute % week.length] ?? 1;
    const load = usual * Math.max(0.05, 1 + slow + 0.4 * plan.noise * gauss(random));
    const extra = extraAt(plan, { minute, startedAt, burst: bursts.get(minute) ?? 0 });
    cpu[minute] = Math.max(1, plan.cpu * load * extra.cpu);
    memory[minute] = Math.max(8, plan.memory * (0.8 + 0.2 * usual) * (1 + 0.04 * heap) * extra.memory);
  }
  return { cpu, memory };
}

/** Between working hours and the night; weekends are quieter. */
function loadAt({ swing, weekend }: Plan, minute: number): number {
  const day = Math.floor(minute / DAY_MINUTES);
  const hour = (minute % DAY_MINUTES) / 60;
  const wave = 1 - swing * (0.5 - 0.5 * Math.cos(((hour - 14) / 12) * Math.PI));
  return Math.max(0.05, wave) * (day >= 5 ? weekend : 1);
}

function extraAt(plan: Plan, { minute, startedAt, burst }: { minute: number; startedAt: number; burst: number }) {
  const { batch, bursts, leak, starts, deploy } = plan;
  let [cpu, memory] = [1, 1];
  const day = Math.floor(minute / DAY_MINUTES) % 7;
  const inBatch = batch && day === batch.day && minute % DAY_MINUTES >= batch.hour * 60;
  if (batch && inBatch && (minute % DAY_MINUTES) - batch.hour * 60 < batch.minutes) {
    cpu *= batch.cpu;
    memory *= batch.memory;
  }
  if (bursts && burst > 0) {
    cpu *= 1 + (bursts.cpu - 1) * burst;
    memory *= 1 + bursts.memory * burst;
  }
  const age = minute - startedAt;
  if (leak) memory *= 1 + (leak.perDay * Math.min(age, MINUTES * 2)) / DAY_MINUTES;
  if (starts && age < starts.minutes) {
    cpu *= starts.cpu;
    memory *= starts.memory;
  }
  if (deploy && minute >= deploy.at) {
    cpu *= deploy.cpu;
    memory *= deploy.memory;
  }
  return { cpu, memory };
}

/** Minutes of bursts, with how much of the full height each has. */
function burstsOf({ bursts }: Plan, random: Random): Map<number, number> {
  const found = new Map<number, number>();
  if (!bursts) return found;
  for (let n = 0; n < (bursts.perDay * MINUTES) / DAY_MINUTES; n++) {
    const start = random.int(0, MINUTES - 10);
    const height = between(random, 0.4, 1);
    for (let minute = start; minute < start + random.int(1, 6); minute++) found.set(minute, height);
  }
  return found;
}

function nextOf({ starts, leak }: Plan, after: number, random: Random): number {
  const every = starts?.everyDays ?? leak?.everyDays;
  if (every === undefined || every >= 1000) return Number.POSITIVE_INFINITY;
  return after + Math.floor(every * between(random, 0.8, 1.2) * DAY_MINUTES);
}

/** Like the normal one, but bounded: the sum of two even ones. */
const gauss = ({ next }: Random) => (next() + next() - 1) * 2.45;

/** Of several series taken together. */
export function percentile(series: readonly Float32Array[], share: number): number {
  const all = new Float32Array(series.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of series) {
    all.set(one, at);
    at += one.length;
  }
  all.sort();
  return all[Math.floor(share * (all.length - 1))] ?? 0;
}

export function maximum(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
