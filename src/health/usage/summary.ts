import { daysBefore } from './days.ts';
import { STEPS_A_DAY } from './queries.ts';
import type { DayRecord, UsageRecord } from './records.ts';
import { createSketch, mergeInto, type PackedSketch, quantile, type Sketch } from './sketch.ts';
import type { ContainerUsage, UsageDay } from './types.ts';

/** CPU is judged by two weeks; peaks of memory by four. */
const WINDOW_DAYS = 14;

/** A container's days as figures: the sketches of two weeks merged. */
export function summarise(
  { kind, namespace, name, container, days: all }: UsageRecord,
  lastDay: string,
): ContainerUsage {
  const days = [...all].sort((a, b) => a.date.localeCompare(b.date));
  const recent = days.filter(({ date }) => date > daysBefore(lastDay, WINDOW_DAYS));
  const cpu = merged(recent.map((day) => day.cpu));
  const memory = merged(recent.map((day) => day.memory));
  const whole = recent.slice(1);
  return {
    kind,
    namespace,
    name,
    container,
    days: days.map(dayOf),
    cpu: {
      p50: quantile(cpu, 0.5),
      p95: quantile(cpu, 0.95),
      p99: quantile(cpu, 0.99),
      max: Math.max(0, ...recent.map(({ cpuMax }) => cpuMax)),
      podP99: quantile(merged(recent.map(({ podP99 }) => podP99)), 0.5),
    },
    memory: { p95: quantile(memory, 0.95), peak: Math.max(0, ...days.map(({ memoryPeak }) => memoryPeak)) },
    samples: share(sum(recent, 'samples'), sum(recent, 'expected')),
    presence: share(sum(whole, 'steps'), whole.length * STEPS_A_DAY),
    podDays: sum(recent, 'samples') / STEPS_A_DAY,
  };
}

function merged(parts: readonly PackedSketch[]): Sketch {
  const sketch = createSketch();
  for (const part of parts) mergeInto(sketch, part);
  return sketch;
}

const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);

const sum = (days: readonly DayRecord[], field: 'samples' | 'expected' | 'steps'): number =>
  days.reduce((total, day) => total + day[field], 0);

function dayOf({ date, memoryPeak, images, oomKills, oomLimit }: DayRecord): UsageDay {
  return { date, memoryPeak, images, oomKills, ...(oomLimit !== undefined && { oomLimit }) };
}
