import { isGrowing, MiB, type SizedContainer, sizeOf } from '../../../../flows/health-report/rightsizing/size.ts';
import { createDayCollector } from '../../../../src/health/usage/collect.ts';
import { DAY_MS, dateOf } from '../../../../src/health/usage/days.ts';
import { STEP_MS, type UsageRow } from '../../../../src/health/usage/queries.ts';
import type { DayRecord } from '../../../../src/health/usage/records.ts';
import { summarise } from '../../../../src/health/usage/summary.ts';
import type { ContainerUsage } from '../../../../src/health/usage/types.ts';
import { DAY_MINUTES, FAMILIES, type Family, FIT_DAYS, maximum, percentile, type Trace, traceOf } from './traces.ts';

/** Sizes from two weeks of a trace, tried in its third: ours, KRR's, and the cheapest that anybody could have known afterwards. */

const FIT = FIT_DAYS * DAY_MINUTES;
const START = Date.parse('2026-11-02T00:00:00Z');
const GRID = 5;

/** What one sees of it at present: what is killed at its limit shows no more than the limit. */
function seenOf({ pods, now }: Trace): Trace['pods'] {
  return pods.map(({ cpu, memory }) => ({ cpu, memory: memory.map((mib) => Math.min(mib, now.limit)) }));
}

/** Two weeks through the real sketches, a day at a time. */
export function usageOf(trace: Trace): ContainerUsage {
  const seen = seenOf(trace);
  const days: DayRecord[] = Array.from({ length: FIT_DAYS }, (_, day) => dayOf(trace, seen, day));
  const place = { id: '', rev: 1, cluster: 'c', namespace: 'n', kind: 'Deployment', name: 'w', container: 'app' };
  const lastDate = dateOf(START + (FIT_DAYS - 1) * DAY_MS);
  return summarise({ ...place, lastDate, days }, lastDate);
}

function dayOf(trace: Trace, seen: Trace['pods'], day: number): DayRecord {
  const from = START + day * DAY_MS;
  const collector = createDayCollector(dateOf(from));
  seen.forEach((pod, n) => {
    const labels = { pod: `w-${n}`, container: 'app' };
    const cpu: [number, number][] = [];
    const memory: [number, number][] = [];
    for (let minute = 0; minute < DAY_MINUTES; minute += GRID) {
      const at = day * DAY_MINUTES + minute;
      const time = from + (minute / GRID + 1) * STEP_MS;
      cpu.push([time, mean(pod.cpu, at) / 1000]);
      memory.push([time, maximum(pod.memory.subarray(at, at + GRID)) * MiB]);
    }
    collector.cpu([{ labels, points: cpu }]);
    collector.memory([{ labels, points: memory }]);
    const kills = killsOf(trace, n, day);
    const row = (value: number): UsageRow[] => [{ labels, points: [[from + DAY_MS, value]] }];
    if (kills > 0) collector.oomKills(row(kills), row(trace.now.limit * MiB));
  });
  collector.fold(() => ({ kind: 'Deployment', name: 'w' }));
  const [own] = collector.finish((owner) => owner).containers;
  if (!own) throw new Error('a day without samples');
  return own.day;
}

function killsOf({ pods, now }: Trace, pod: number, day: number): number {
  const memory = pods[pod]?.memory.subarray(day * DAY_MINUTES, (day + 1) * DAY_MINUTES) ?? [];
  return memory.some((mib) => mib > now.limit) ? 1 : 0;
}

function mean(values: Float32Array, at: number): number {
  let sum = 0;
  for (let n = at; n < at + GRID; n++) sum += values[n] ?? 0;
  return sum / GRID;
}

/** Millicores and MiB. Requests are what is paid for, the limit is what kills. */
export interface Sizes {
  cpu: number;
  memory: number;
  limit: number;
}

/** Steps until the rules want no more: they take half at most each time. */
export function oursOf(trace: Trace, usage: ContainerUsage, critical = false): Sizes {
  const { now } = trace;
  let container: SizedContainer = {
    requests: { cpu: now.cpu, memory: now.memory * MiB },
    limits: { memory: now.limit * MiB },
  };
  for (let step = 0; step < 6; step++) {
    const { cpu, memory } = sizeOf(container, usage, { critical });
    if (cpu === undefined && memory === undefined) break;
    const { requests, limits } = container;
    container = {
      requests: { cpu: cpu ?? requests.cpu, memory: memory?.request ?? requests.memory },
      limits: { memory: memory?.limit ?? limits.memory },
    };
  }
  const { requests, limits } = container;
  return { cpu: requests.cpu ?? 0, memory: (requests.memory ?? 0) / MiB, limit: (limits.memory ?? 0) / MiB };
}

/**
 * KRR's `simple` strategy, from its description: over 14 days, every 75 seconds, the highest p95 of any pod for CPU (at
 * least 10m), and 1.15 times the highest sample for memory (at least 100 MB). https://github.com/robusta-dev/krr
 */
export function krrOf(trace: Trace): Sizes {
  const sampled = (values: Float32Array) => {
    const samples = new Float32Array(Math.floor(FIT / 1.25));
    for (let n = 0; n < samples.length; n++) samples[n] = values[Math.floor(n * 1.25)] ?? 0;
    return samples;
  };
  const pods = seenOf(trace);
  const cpu = Math.max(10, ...pods.map((pod) => percentile([sampled(pod.cpu)], 0.95)));
  const memory = Math.max(100e6 / MiB, 1.15 * Math.max(...pods.map((pod) => maximum(sampled(pod.memory)))));
  return { cpu, memory, limit: memory };
}

/** The cheapest sizes that keep the same promises in the third week: CPU below which 95 % of its minutes are, memory that it never exceeds. */
export function oracleOf({ pods }: Trace): Sizes {
  const held = pods.map(({ cpu, memory }) => ({ cpu: cpu.subarray(FIT), memory: memory.subarray(FIT) }));
  const memory = Math.max(...held.map((pod) => maximum(pod.memory)));
  const cpu = percentile(
    held.map((pod) => pod.cpu),
    0.95,
  );
  return { cpu, memory, limit: memory };
}

/** How sizes did in the third week. */
export interface Outcome {
  oom: boolean;
  minutes: number;
  over: number;
}

export function tryOut({ pods }: Trace, { cpu, limit }: Sizes): Outcome {
  const outcome = { oom: false, minutes: 0, over: 0 };
  for (const pod of pods) {
    for (let minute = FIT; minute < pod.cpu.length; minute++) {
      outcome.minutes++;
      if ((pod.cpu[minute] ?? 0) > cpu) outcome.over++;
      if ((pod.memory[minute] ?? 0) > limit) outcome.oom = true;
    }
  }
  return outcome;
}

/** A core is worth eight GiB here; an estimate, so both are told by themselves, too. */
const costOf = ({ cpu, memory }: Sizes): number => cpu / 1000 + memory / 1024 / 8;

/** Of one rule, on all traces that got a size. */
export interface Tally {
  containers: number;
  oom: number;
  overPercent: number;
  cost: number;
  cpu: number;
  memory: number;
}

export interface Proof {
  traces: number;
  /** Another image within the last 48 hours: no advice. */
  tooNew: number;
  /** Memory left alone since it only grows; how many were killed at the limit that they had. */
  growing: number;
  growingKilled: number;
  ours: Tally;
  krr: Tally;
  byFamily: Record<string, { ours: Tally; krr: Tally }>;
}

interface Tried {
  family: Family;
  oracle: Sizes;
  ours: { sizes: Sizes; outcome: Outcome };
  krr: { sizes: Sizes; outcome: Outcome };
}

/** Every fourth one has somebody who waits for its answers; a batch has nobody. */
const isCritical = ({ family }: Trace, n: number): boolean => n % 4 === 0 && family !== 'weekly-batch';

/** So many traces, the families in turn. */
export function prove(count: number, seed: number): Proof {
  const tried: Tried[] = [];
  const proof = { traces: count, tooNew: 0, growing: 0, growingKilled: 0 };
  for (let n = 0; n < count; n++) {
    const trace = traceOf(FAMILIES[n % FAMILIES.length] ?? 'steady', seed + n);
    if ((trace.deployedAt ?? 0) > FIT - 2 * DAY_MINUTES) {
      proof.tooNew++;
      continue;
    }
    const usage = usageOf(trace);
    const oracle = oracleOf(trace);
    if (isGrowing(usage.days)) {
      proof.growing++;
      if (oracle.memory > trace.now.limit) proof.growingKilled++;
      continue;
    }
    const krr = krrOf(trace);
    const ours = oursOf(trace, usage, isCritical(trace, n));
    tried.push({
      family: trace.family,
      oracle,
      ours: { sizes: ours, outcome: tryOut(trace, ours) },
      krr: { sizes: krr, outcome: tryOut(trace, krr) },
    });
  }
  const families = FAMILIES.map((family) => [family, tried.filter((one) => one.family === family)] as const);
  return {
    ...proof,
    ours: tallyOf(tried, 'ours'),
    krr: tallyOf(tried, 'krr'),
    byFamily: Object.fromEntries(
      families.map(([family, own]) => [family, { ours: tallyOf(own, 'ours'), krr: tallyOf(own, 'krr') }]),
    ),
  };
}

function tallyOf(tried: readonly Tried[], rule: 'ours' | 'krr'): Tally {
  const sum = (of: (one: Tried) => number) => tried.reduce((total, one) => total + of(one), 0);
  const ratio = (of: (sizes: Sizes) => number) => sum((one) => of(one[rule].sizes)) / sum(({ oracle }) => of(oracle));
  return {
    containers: tried.length,
    oom: tried.filter((one) => one[rule].outcome.oom).length,
    overPercent: (100 * sum((one) => one[rule].outcome.over)) / sum((one) => one[rule].outcome.minutes),
    cost: ratio(costOf),
    cpu: ratio(({ cpu }) => cpu),
    memory: ratio(({ memory }) => memory),
  };
}

/** The proof as lines of a table. */
export function tableOf(proof: Proof): string[] {
  const line = (what: string, tally: Tally) =>
    [
      what.padEnd(24),
      `${tally.oom}/${tally.containers} OOM`.padStart(14),
      `${tally.overPercent.toFixed(2)} % over`.padStart(14),
      `cost ${tally.cost.toFixed(3)}`.padStart(12),
      `cpu ${tally.cpu.toFixed(2)}`.padStart(10),
      `memory ${tally.memory.toFixed(2)}`.padStart(13),
    ].join('');
  return [
    `${proof.traces} traces; ${proof.tooNew} too new; ${proof.growing} only grow (${proof.growingKilled} of them killed at the limit they had)`,
    line('ours', proof.ours),
    line('KRR simple', proof.krr),
    ...Object.entries(proof.byFamily).flatMap(([family, { ours, krr }]) => [
      line(`  ${family}`, ours),
      line(`  ${family} (KRR)`, krr),
    ]),
  ];
}
