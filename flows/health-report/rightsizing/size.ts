import type { Shape } from '../../../servers/ack/kube/survey/survey.ts';
import type { ContainerUsage, UsageDay } from '../../../src/health/usage/types.ts';

/** How much a container should ask for, by what it used. CPU in millicores, memory in bytes. */

export type SizedContainer = Pick<Shape['containers'][number], 'requests' | 'limits' | 'runtimeFloor'>;
export type Usage = Pick<ContainerUsage, 'cpu' | 'memory' | 'days'>;

/** What kept a size from being what the use alone would make it. */
export type Note =
  | 'half-step'
  | 'oom'
  | 'censored'
  | 'runtime-floor'
  | 'cpu-limit'
  | 'throttled'
  | 'memory-limit-added';

export interface Size {
  /** New request; absent: it stays as it is. */
  cpu?: number;
  memory?: { request: number; limit: number };
  /** Memory that only ever grows is a leak or not settled: no size is right. */
  growing: boolean;
  notes: Note[];
}

export const MiB = 2 ** 20;
const LEAST_CPU = 10;
const LEAST_MEMORY = 32 * MiB;
/** What is smaller than both a fifth and this is no change. */
const LEAST_CHANGE = { share: 0.2, cpu: 50, memory: 64 * MiB };
/** A step never takes more than half. */
const SMALLEST_STEP = 0.5;
/** So near to a limit, what was used tells of the limit and not of the need. */
const CENSORED = 0.9;

/** The size that the rules want; only what changes enough to be worth a rollout. `critical`: requests wait for it, so a shortage of CPU is felt. */
export function sizeOf(container: SizedContainer, usage: Usage, { critical }: { critical: boolean }): Size {
  const growing = isGrowing(usage.days);
  const cpu = cpuOf(container, usage, critical);
  const memory = growing ? undefined : memoryOf(container, usage);
  return {
    ...(cpu.request !== undefined && { cpu: cpu.request }),
    ...(memory?.size && { memory: memory.size }),
    growing,
    notes: [...cpu.notes, ...(memory?.notes ?? [])],
  };
}

/** What the percentiles want, before what is there now has a say. */
function cpuTarget({ cpu }: Pick<Usage, 'cpu'>, critical: boolean): number {
  const wanted = Math.max(Math.max(cpu.p95, cpu.podP99) * 1.1, critical ? cpu.p99 * 1.15 : 0);
  return Math.max(LEAST_CPU, wanted);
}

function cpuOf(
  { requests, limits }: SizedContainer,
  usage: Usage,
  critical: boolean,
): { request?: number; notes: Note[] } {
  const now = requests.cpu ?? 0;
  const notes: Note[] = [];
  let wanted = cpuTarget(usage, critical);
  // What was held back by its limit may need more than it shows.
  const isThrottled = limits.cpu !== undefined && usage.cpu.p99 >= CENSORED * limits.cpu;
  if (isThrottled && wanted < now) return { notes: ['throttled'] };
  if (wanted < now * SMALLEST_STEP) {
    wanted = now * SMALLEST_STEP;
    notes.push('half-step');
  }
  if (limits.cpu !== undefined && wanted > limits.cpu) {
    wanted = limits.cpu;
    notes.push('cpu-limit');
  }
  const request = Math.ceil(wanted - ROUNDING);
  return isEnough(request, now, 'cpu') ? { request, notes } : { notes: [] };
}

function memoryOf({ requests, limits, runtimeFloor }: SizedContainer, { memory, days }: Usage) {
  const now = requests.memory ?? 0;
  const { limit: limitNow } = { limit: limits.memory };
  const oomLimit = Math.max(0, ...days.map((day) => day.oomLimit ?? 0));
  const floor = (runtimeFloor ?? 0) * 1.25;
  const isCensored = limitNow !== undefined && memory.peak >= CENSORED * limitNow;
  const byUse = memory.peak * (isCensored ? 1.25 : 1.15);
  const wanted = Math.max(LEAST_MEMORY, byUse, oomLimit * 1.25, floor, isCensored ? now : 0);
  const request = whole(Math.max(wanted, now * SMALLEST_STEP));
  const limit = whole(Math.max(wanted, request, (limitNow ?? 0) * SMALLEST_STEP));
  const notes: Note[] = [];
  if (oomLimit * 1.25 >= wanted) notes.push('oom');
  if (isCensored) notes.push('censored');
  if (runtimeFloor !== undefined && floor >= wanted) notes.push('runtime-floor');
  if (request > wanted + MiB || limit > wanted + MiB) notes.push('half-step');
  if (limitNow === undefined) notes.push('memory-limit-added');
  // Short of memory: then even a little more is worth it.
  const isShort =
    (limitNow !== undefined && limit > limitNow && (isCensored || oomLimit > 0)) ||
    (oomLimit > 0 && request > now * 1.1);
  return isShort || isEnough(request, now, 'memory') ? { size: { request, limit }, notes } : undefined;
}

/** What floating point adds is no millicore. */
const ROUNDING = 1e-6;
const whole = (bytes: number): number => Math.ceil(bytes / MiB - ROUNDING) * MiB;

function isEnough(next: number, now: number, resource: 'cpu' | 'memory'): boolean {
  return Math.abs(next - now) >= Math.max(now * LEAST_CHANGE.share, LEAST_CHANGE[resource]);
}

/** At least so many days tell a trend, so many of the pairs of days go up, and in a week it is so much more. */
const TREND = { days: 5, upward: 0.85, more: 0.1 };

/**
 * Whether the daily peaks rise all the time: the slope that half of all pairs of days exceed (Theil and Sen), and most of them
 * upward. Days on which it was killed are left out: their peak is the limit.
 */
export function isGrowing(days: readonly Pick<UsageDay, 'memoryPeak' | 'oomKills'>[]): boolean {
  const peaks = days
    .slice(-14)
    .filter(({ oomKills }) => oomKills === 0)
    .map(({ memoryPeak }) => memoryPeak);
  if (peaks.length < TREND.days) return false;
  const slopes = peaks.flatMap((from, at) => peaks.slice(at + 1).map((to, ahead) => (to - from) / (ahead + 1)));
  const middle = [...slopes].sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
  const upward = slopes.filter((slope) => slope > 0).length / slopes.length;
  return upward >= TREND.upward && middle * 7 > TREND.more * Math.max(...peaks);
}
