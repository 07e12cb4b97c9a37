import { fractionOf } from '../controllers/hash.ts';
import type { ContainerRuns, GroundState, PodRuns, Run } from './documents.ts';

/** What containers use at any moment: pure functions of their runs, so that the same moment always has the same value. */

const DAY = 86_400;

/** Whether a run goes on at a moment. */
export const isRunning = (run: Run, at: number): boolean => run.startedAt <= at && (run.endedAt ?? Infinity) > at;

/** The run of a container at a moment. */
export const runAt = (container: ContainerRuns, at: number): Run | undefined =>
  container.runs.findLast((run) => isRunning(run, at));

/** Bytes of a run's working set at a moment: from its start to warm, then by its leak, never past its limit. 0 when it doesn't run. */
export function memoryAt(run: Run, at: number): number {
  if (!isRunning(run, at)) return 0;
  const bytes = demandAt(run, (at - run.startedAt) / 1000) + ripple(run, at);
  return Math.round(run.memory.limit === undefined ? bytes : Math.min(bytes, run.memory.limit));
}

/** A little breathing, so that no line is dead straight. */
const ripple = ({ memory, startedAt }: Run, at: number): number =>
  memory.warm * 0.015 * Math.sin((at - startedAt) / 97_000 + (startedAt % 1000));

const WOBBLE_MS = 900_000;

/** Chance, from -1 to 1: it drifts from one quarter of an hour to the next, and is the same whenever it is asked. */
function wobble(seed: number, at: number): number {
  const position = at / WOBBLE_MS;
  const index = Math.floor(position);
  const left = chance(seed, index);
  return left + (chance(seed, index + 1) - left) * (position - index);
}

/** A number from -1 to 1 for two integers: they are mixed as MurmurHash3 ends. */
function chance(seed: number, index: number): number {
  let hash = Math.imul(seed ^ Math.imul(index, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** Bytes that a program wants when it has run for so many seconds. */
function demandAt({ memory }: Pick<Run, 'memory'>, seconds: number): number {
  const progress = memory.warmUp > 0 ? Math.min(1, seconds / memory.warmUp) : 1;
  return memory.start + (memory.warm - memory.start) * progress + memory.leak * Math.max(0, seconds - memory.warmUp);
}

/** Seconds after the start at which a program wants more than its limit; undefined when it never does. */
export function secondsToLimit({ memory }: Pick<Run, 'memory'>): number | undefined {
  const { start, warm, warmUp, leak, limit } = memory;
  if (limit === undefined) return undefined;
  if (start >= limit) return 1;
  if (warm >= limit) return Math.max(1, (warmUp * (limit - start)) / (warm - start));
  return leak > 0 ? warmUp + (limit - warm) / leak : undefined;
}

/** How busy a moment is, around 1: more in the evening of China, less at night and at the weekend. */
export function busyness(at: number): number {
  const seconds = at / 1000 + 8 * 3600;
  const hour = 1 + 0.35 * Math.sin((((seconds % DAY) - 14 * 3600) / DAY) * 2 * Math.PI);
  return hour * ((weekday(seconds - 3 * 3600) + weekday(seconds) + weekday(seconds + 3 * 3600)) / 3);
}

const WEEKEND = 0.76;

/** The first day of the epoch was a Thursday. */
const weekday = (seconds: number): number => (((Math.floor(seconds / DAY) + 4) % 7) % 6 === 0 ? WEEKEND : 1);

/** How many times its usual load a run had at a moment. */
export const loadAt = ({ loads }: Run, at: number): number =>
  (loads.findLast(({ from }) => from <= at) ?? loads[0])?.value ?? 1;

/** Cores a run wants at a moment, whatever its limit. */
function cpuDemandAt(run: Run, at: number): number {
  if (!isRunning(run, at)) return 0;
  const noise = 1 + 0.12 * wobble(run.seed, at);
  const starting = (at - run.startedAt) / 1000 < 10 ? 1.5 : 1;
  return (run.cpu.idle + (run.cpu.busy - run.cpu.idle) * loadAt(run, at) * busyness(at) * noise) * starting;
}

/** Cores a run uses at a moment: what it wants, at most its limit. */
export const cpuAt = (run: Run, at: number): number =>
  Math.min(cpuDemandAt(run, at), run.cpu.limit ?? Number.POSITIVE_INFINITY);

/** The part of its scheduling periods in which a run is held back at a moment, from 0 to 1. */
export function throttledAt(run: Run, at: number): number {
  const demand = cpuDemandAt(run, at);
  const limit = run.cpu.limit;
  if (limit === undefined || demand === 0 || demand < limit * 0.7) return 0;
  return Math.min(1, (demand - limit * 0.7) / (demand * 0.6));
}

/** Sums a rate over the part of a run before a moment, in steps of at most a minute. */
function total(run: Run, until: number, rate: (at: number) => number): number {
  const end = Math.min(until, run.endedAt ?? until);
  const seconds = (end - run.startedAt) / 1000;
  if (seconds <= 0) return 0;
  const steps = Math.min(48, Math.max(1, Math.ceil(seconds / 60)));
  let sum = 0;
  for (let n = 0; n < steps; n++) sum += rate(run.startedAt + ((n + 0.5) / steps) * (end - run.startedAt));
  return (sum * seconds) / steps;
}

/** CPU seconds of a run until a moment: grows steadily, never falls. */
export const cpuSecondsAt = (run: Run, until: number): number => counter(run, until, (at) => cpuAt(run, at));

/** Scheduling periods (100 ms each) of a run until a moment, and those in which it was held back. */
export const periodsAt = (run: Run, until: number): { all: number; throttled: number } => ({
  all:
    run.cpu.limit === undefined ? 0 : (Math.max(0, Math.min(until, run.endedAt ?? until) - run.startedAt) / 1000) * 10,
  throttled: counter(run, until, (at) => throttledAt(run, at) * 10),
});

/**
 * A counter that is the same whenever it is asked: whole hours are summed in the same steps each time, so that it never
 * falls between two moments.
 */
function counter(run: Run, until: number, rate: (at: number) => number): number {
  const end = Math.min(until, run.endedAt ?? until);
  const HOUR = 3_600_000;
  const hours = Math.floor((end - run.startedAt) / HOUR);
  if (end <= run.startedAt) return 0;
  // Older than two days: a day's mean, which the hour of the day does not change.
  const old = Math.max(0, hours - 48);
  let sum = old * 3600 * rate(run.startedAt + HOUR * 6);
  for (let hour = old; hour < hours; hour++) sum += 3600 * rate(run.startedAt + (hour + 0.5) * HOUR);
  const rest = { ...run, startedAt: run.startedAt + hours * HOUR, endedAt: end };
  return sum + total(rest, end, rate);
}

/** Requests a second that a run answers at a moment. */
export const requestsAt = (run: Run, at: number): number =>
  isRunning(run, at) ? 4 + 20 * loadAt(run, at) * busyness(at) : 0;

/** Requests that a run has answered until a moment. */
export const answeredAt = (run: Run, until: number): number => counter(run, until, (at) => requestsAt(run, at));

/** Restarts of a container until a moment, those that are no longer kept included. */
export const restartsAt = (container: ContainerRuns, at: number): number =>
  Math.max(0, container.forgotten + container.runs.filter((run) => run.startedAt <= at).length - 1);

/** Bytes used of a claim's volume at a moment: as the world says, else a quiet 12 to 30 percent. */
export function volumeUsedAt(
  state: GroundState,
  claim: string,
  { at, capacity }: { at: number; capacity: number },
): number {
  const fill = state.volumes[claim];
  if (!fill || at < fill.since) return Math.round(capacity * (0.12 + 0.18 * fractionOf(claim)));
  return Math.round(Math.min(capacity, fill.used + (fill.growth * (at - fill.since)) / 1000));
}

/** Bytes of memory that all containers of a node use at a moment. */
export function nodeMemoryAt(pods: readonly PodRuns[], node: string, at: number): number {
  return sumRunning(pods, { node, at }, memoryAt);
}

/** Cores that all containers of a node use at a moment. */
export function nodeCpuAt(pods: readonly PodRuns[], node: string, at: number): number {
  return sumRunning(pods, { node, at }, cpuAt);
}

function sumRunning(
  pods: readonly PodRuns[],
  { node, at }: { node: string; at: number },
  use: (run: Run, at: number) => number,
): number {
  let sum = 0;
  for (const pod of pods) {
    if (pod.node !== node) continue;
    for (const container of pod.containers) {
      const run = runAt(container, at);
      if (run) sum += use(run, at);
    }
  }
  return sum;
}
