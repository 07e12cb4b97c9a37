import { memoryText, parseQuantity } from '../../../src/flow/quantity.ts';
import type { EvidenceLine } from '../finding.ts';
import { eventLine, metricLine, objectLine, podRef } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { containersOf, lastTermination } from '../pods.ts';
import { podsOf, quoted } from '../promql.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Scene } from '../scene.ts';
import { alertText } from './alert-targets.ts';
import { type Failure, failuresOf } from './failures.ts';

/** Containers that ran out of memory, and whether a leak is why. */

export interface Victim extends Failure {
  /** The kernel's own word, or only a SIGKILL beside a kernel's report of the node. */
  sure: boolean;
  line: EvidenceLine;
}

/** What runc says where not even its own start fits into the limit. */
const AT_START = /container init was OOM-killed|OOM-killed \(memory limit too low/i;
const TOGETHER_MS = 2 * 60_000;

/** The failing containers of a workload that were killed for their memory. */
export function oomVictims(scene: Scene, workload: Workload): Victim[] {
  const failures = [...failuresOf(workload, scene.now), ...alertedVictims(scene, workload)];
  return failures.flatMap((failure) => victimOf(scene, failure) ?? []);
}

function victimOf(scene: Scene, failure: Failure): Victim | undefined {
  const { pod, container, status, end } = failure;
  const ref = podRef(pod);
  const messages = [status.state.waiting?.message, end?.message];
  const atStart = messages.find((message) => message && AT_START.test(message.slice(0, 4000)));
  if (atStart) return { ...failure, sure: true, line: objectLine(ref, `container ${container.name}: ${atStart}`) };
  if (end?.reason === 'OOMKilled') {
    const text = `container ${container.name}: lastState.terminated.reason=OOMKilled exitCode=${end.exitCode}, ${status.restartCount} restarts`;
    return { ...failure, sure: true, line: objectLine(ref, text, end.finishedAt) };
  }
  const report = end?.exitCode === 137 ? kernelReport(scene, failure) : undefined;
  return report && { ...failure, sure: false, line: eventLine(report) };
}

/** The node's kernel killed something of a control group at the time that the container ended with SIGKILL. */
function kernelReport(scene: Scene, { pod, container, end }: Failure) {
  if (container.resources.limits.memory === undefined || wasKilledByKubelet(scene, pod)) return undefined;
  return scene
    .eventsOf({ kind: 'Node', name: pod.spec.nodeName ?? '' })
    .find(
      ({ reason, message, last }) =>
        reason === 'OOMKilling' &&
        /memory cgroup/i.test(message) &&
        Math.abs(last - (end?.finishedAt ?? 0)) < TOGETHER_MS,
    );
}

function wasKilledByKubelet({ eventsOf }: Scene, pod: Failure['pod']): boolean {
  return eventsOf(podRef(pod)).some(({ reason }) => reason === 'Killing' || reason === 'Evicted');
}

/** A firing alert about an OOM makes one of a container that has come back since. */
function alertedVictims({ scope: { alerts } }: Scene, workload: Workload): Failure[] {
  const names = new Set(
    alerts
      .filter((alert) => /\bOOM|OOMKill|out.?of.?memory/i.test(alertText(alert)))
      .flatMap(({ labels }) => labels.pod ?? labels.pod_name ?? []),
  );
  if (names.size === 0) return [];
  return workload.pods
    .filter(({ metadata }) => names.has(metadata.name))
    .flatMap((pod) =>
      containersOf(pod).flatMap(({ container, status, init }) =>
        status?.state.running && lastTermination(status)?.reason === 'OOMKilled'
          ? [{ workload, pod, container, status, init, end: lastTermination(status) }]
          : [],
      ),
    );
}

/** A limit that not even its start fits into is too low, whatever the program does later. */
export const isTooLowToStart = ({ status, end }: Victim): boolean =>
  [status.state.waiting?.message, end?.message].some((message) => message && AT_START.test(message.slice(0, 4000)));

/** Twice the limit, where there is one. `soakMinutes`: how long it must stay away to be gone. */
export function raisedLimit({ workload, container }: Victim, soakMinutes: (to: number) => number): Remedy[] {
  const from = container.resources.limits.memory;
  const bytes = parseQuantity(from);
  if (from === undefined || bytes === undefined) return [];
  const to = memoryText(bytes * 2);
  const soak = soakMinutes(bytes * 2);
  return [{ id: 'raise-memory-limit', target: workload.ref, container: container.name, from, to, soakMinutes: soak }];
}

/** Minutes for which the last run of a victim lasted; undefined where that is not known. */
export function lastRunMinutes({ end }: Victim): number | undefined {
  if (end?.startedAt === undefined || end.finishedAt === undefined) return undefined;
  return (end.finishedAt - end.startedAt) / 60_000;
}

interface Leak {
  sure: boolean;
  growth: string;
  /** How fast it grows, where a curve tells. */
  bytesPerHour?: number;
  line: EvidenceLine;
}

const DAY_MINUTES = 24 * 60;
const HOUR_MINUTES = 60;
const MIN_POINTS = 8;
/** Warming up takes less. */
const MIN_RUN_SECONDS = 5 * 60;
const SURE_RUN_SECONDS = 20 * 60;
const LONG_RUN_SECONDS = 2 * 60 * 60;

/**
 * Whether a victim's memory climbs steadily until the limit, run after run. `none`: its curve says no. `unseen`: there is no curve, or
 * too little of one, and nothing else says so; a limit that is too low looks the same.
 */
export async function leakOf(scene: Scene, { workload, container, end }: Victim): Promise<Leak | 'none' | 'unseen'> {
  const limit = parseQuantity(container.resources.limits.memory);
  if (limit === undefined) return 'unseen';
  const { namespace = 'default' } = workload.ref;
  const promql = `container_memory_working_set_bytes{namespace=${quoted(namespace)},pod=~${podsOf(workload.ref)},container=${quoted(container.name)}}`;
  const minutes = minutesFor(end);
  const series = await scene.range(promql, minutes);
  if (!series || pointsIn(series) < MIN_POINTS) return raisedInVain(workload, container.name) ?? 'unseen';
  const climbs = series.flatMap(({ points }) => runsOf(points)).filter((run) => isClimb(run, limit));
  const [first] = climbs;
  if (!first || (climbs.length < 2 && secondsOf(first) < LONG_RUN_SECONDS)) return 'none';
  const bytesPerHour = Math.ceil((growthOf(first) / secondsOf(first)) * 3600);
  const rate = memoryText(bytesPerHour);
  const text = `${climbs.length} runs in ${minutes / HOUR_MINUTES} h: the working set climbs steadily, from ${memoryText(first[0]?.[1] ?? 0)} to ${memoryText(first.at(-1)?.[1] ?? 0)} in ${Math.round(secondsOf(first) / 60)} min (limit ${memoryText(limit)})`;
  // In minutes a program may also take in what it honestly needs.
  const sure = climbs.length > 1 && climbs.some((run) => secondsOf(run) >= SURE_RUN_SECONDS);
  return { sure, growth: `${rate}/h`, line: metricLine(promql, text) };
}

const pointsIn = (series: readonly { points: readonly unknown[] }[]): number =>
  series.reduce((sum, { points }) => sum + points.length, 0);

/** Long enough for several runs, and short enough that each has points of its own. */
function minutesFor(end: Victim['end']): number {
  const lasted = ((end?.finishedAt ?? 0) - (end?.startedAt ?? 0)) / 60_000;
  if (lasted <= 0) return DAY_MINUTES;
  return Math.min(DAY_MINUTES, HOUR_MINUTES * Math.ceil((6 * lasted) / HOUR_MINUTES));
}

type Run = readonly (readonly [number, number])[];
const secondsOf = (run: Run): number => (run.at(-1)?.[0] ?? 0) - (run[0]?.[0] ?? 0);
const growthOf = (run: Run): number => (run.at(-1)?.[1] ?? 0) - (run[0]?.[1] ?? 0);

/** Cuts a curve where it falls by more than a third: a restart. */
function runsOf(points: Run): Run[] {
  const cuts = points.flatMap(([, value], at) => (at > 0 && value < 0.66 * (points[at - 1]?.[1] ?? 0) ? [at] : []));
  return [0, ...cuts].map((from, at) => points.slice(from, cuts[at] ?? points.length));
}

/** Grows all along and in about a straight line to near the limit: no leap, and no plateau. */
function isClimb(run: Run, limit: number): boolean {
  const last = run.at(-1)?.[1] ?? 0;
  if (run.length < MIN_POINTS || secondsOf(run) < MIN_RUN_SECONDS || last < 0.75 * limit) return false;
  if (growthOf(run) < 0.3 * limit) return false;
  const quarter = (share: number) => run[Math.floor(share * (run.length - 1))]?.[1] ?? 0;
  const steps = [0.25, 0.5, 0.75, 1].map((share) => (quarter(share) - quarter(share - 0.25)) / growthOf(run));
  return steps.every((step) => step > 0.08 && step < 0.6);
}

/** Without a curve: the limit was raised at least twice, and is reached again. */
function raisedInVain({ replicaSets }: Workload, name: string): Leak | undefined {
  const limits = replicaSets.map(
    ({ spec }) => spec.template.spec.containers.find((one) => one.name === name)?.resources.limits.memory,
  );
  const bytes = limits.map(parseQuantity).filter((one) => one !== undefined);
  const distinct = bytes.filter((one, at) => one !== bytes[at - 1]);
  const isRaised = distinct.length >= 3 && distinct.every((one, at) => at === 0 || one < (distinct[at - 1] ?? 0));
  const [set] = replicaSets;
  if (!isRaised || !set) return undefined;
  const history = distinct.toReversed().map(memoryText).join(' -> ');
  const ref = {
    kind: 'ReplicaSet',
    name: set.metadata.name,
    ...(set.metadata.namespace && { namespace: set.metadata.namespace }),
  };
  return {
    sure: false,
    growth: history,
    line: objectLine(ref, `container ${name}: memory limits of the revisions ${history}, and it is reached again`),
  };
}
