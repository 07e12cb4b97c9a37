import type { Cause } from '../causes.ts';
import type { Confidence, EvidenceLine, Verdict } from '../finding.ts';
import type { Container, ContainerStatus, Pod, Termination } from '../kinds.ts';
import { eventLine, objectLine, podRef, symptomOf } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isDeleting, isFailing, lastTermination } from '../pods.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { type LogReading, readLog } from './log-signatures.ts';
import { isOutdated } from './starting.ts';

/** Containers in trouble, and rules that ask each of them the same question. */

export interface Failure {
  workload: Workload;
  pod: Pod;
  container: Container;
  status: ContainerStatus;
  init: boolean;
  /** How its last run ended, where one did. */
  end: Termination | undefined;
}

const DAY = 24 * 60 * 60_000;

const known = new WeakMap<Workload, Failure[]>();

/** The containers of a workload that are in trouble now, those of runs that ended for good included. Many rules ask: it is looked at once. */
export function failuresOf(workload: Workload, now: number): readonly Failure[] {
  const before = known.get(workload);
  if (before) return before;
  const failures = lookFor(workload, now);
  known.set(workload, failures);
  return failures;
}

function lookFor(workload: Workload, now: number): Failure[] {
  const isDeployment = workload.ref.kind === 'Deployment';
  const present = isDeployment ? workload.pods.filter((pod) => !isOutdated(workload, pod)) : workload.pods;
  return [...present, ...endedInVain(workload, now)].flatMap((pod) =>
    containersOf(pod).flatMap(({ container, status, init }) =>
      status && isFailing(status, now)
        ? [{ workload, pod, container, status, init, end: lastTermination(status) }]
        : [],
    ),
  );
}

/** Pods that failed for good with nothing that has made up for it: of a Job that is not complete, of the last run of a CronJob, bare. */
export function endedInVain({ ref, job, allPods }: Workload, now: number): Pod[] {
  // With a reason of its own the pod was put out or turned away: its containers did not fail by themselves.
  const failed = allPods.filter(
    (pod) => pod.status.phase === 'Failed' && pod.status.reason === undefined && !isDeleting(pod),
  );
  if (failed.length === 0 || !['Job', 'CronJob', 'Pod'].includes(ref.kind)) return [];
  if (ref.kind === 'Pod') return failed.filter((pod) => now - endOf(pod) < DAY);
  if (job?.status.conditions.some(({ type, status }) => type === 'Complete' && status === 'True')) return [];
  const newestFailed = newest(failed);
  const newestDone = newest(allPods.filter(({ status }) => status.phase === 'Succeeded'));
  if (!newestFailed || (newestDone && bornAt(newestDone) >= bornAt(newestFailed))) return [];
  const run = ownerName(newestFailed);
  return failed.filter((pod) => ownerName(pod) === run);
}

const bornAt = ({ metadata }: Pod): number => metadata.creationTimestamp ?? 0;
const ownerName = ({ metadata }: Pod) => metadata.ownerReferences[0]?.name;
const newest = (pods: readonly Pod[]): Pod | undefined => pods.toSorted((a, b) => bornAt(b) - bornAt(a))[0];

/** When the last of a pod's containers ended, else when the pod last changed. */
export function endOf(pod: Pod): number {
  const ends = containersOf(pod).flatMap(({ status }) => status?.state.terminated?.finishedAt ?? []);
  const changes = pod.status.conditions.flatMap(({ lastTransitionTime }) => lastTransitionTime ?? []);
  return Math.max(bornAt(pod), ...(ends.length > 0 ? ends : changes));
}

/** What one failing container says about a cause. */
export interface Clue {
  confidence: Confidence;
  evidence: EvidenceLine[];
  params?: Record<string, string | number>;
  remedies?: Remedy[];
}

type Look = (scene: Scene, failure: Failure) => Promise<Clue | undefined> | Clue | undefined;

const MOST_PODS = 3;

/** A rule that asks the failing containers of each workload, at most three pods for each container, and says it once for the workload. */
export function failureRule(cause: Cause, look: Look): Rule {
  return {
    cause,
    async examine(scene) {
      const verdicts: Verdict[] = [];
      for (const workload of scene.workloads) {
        const verdict = await verdictOf(cause, look, { scene, workload });
        if (verdict) verdicts.push(verdict);
      }
      return verdicts;
    },
  };
}

async function verdictOf(cause: Cause, look: Look, { scene, workload }: { scene: Scene; workload: Workload }) {
  const failures = failuresOf(workload, scene.now);
  const found: { failure: Failure; clue: Clue }[] = [];
  for (const failure of aFew(failures)) {
    const clue = await look(scene, failure);
    if (clue) found.push({ failure, clue });
  }
  const [best] = found.toSorted(
    (a, b) => Number(b.clue.confidence === 'proven') - Number(a.clue.confidence === 'proven'),
  );
  if (!best) return undefined;
  const { container } = best.failure;
  const alike = failures.filter((one) => one.container.name === container.name);
  return {
    cause,
    confidence: best.clue.confidence,
    object: workload.ref,
    since: sinceOf(alike, scene.now),
    params: { container: container.name, image: container.image, ...best.clue.params },
    evidence: found.flatMap(({ clue }) => clue.evidence).slice(0, 6),
    symptoms: [...new Set(alike.map(({ pod }) => pod))].map(symptomOf),
    ...(best.clue.remedies && { remedies: best.clue.remedies }),
  } satisfies Verdict;
}

function aFew(failures: readonly Failure[]): Failure[] {
  const byContainer = Map.groupBy(failures, ({ container }) => container.name);
  return [...byContainer.values()].flatMap((same) => same.slice(0, MOST_PODS));
}

/** The earliest begin that is still known of what goes wrong now. */
function sinceOf(failures: readonly Failure[], now: number): number {
  return Math.min(now, ...failures.map(({ end, pod }) => end?.startedAt ?? end?.finishedAt ?? bornAt(pod)));
}

/** Something that kubelet or the runtime said about a container, and where. */
export interface Said {
  text: string;
  line: EvidenceLine;
}

const START_REASONS = [
  'Failed',
  'FailedCreatePodSandBox',
  'BackOff',
  'InspectFailed',
  'ErrImageNeverPull',
  'FailedSync',
];

/** Why a container does not start, in the words of kubelet and the runtime: its state first, then the events about it. */
export function saidAbout(scene: Scene, { pod, container, status, end }: Failure): Said[] {
  const ref = podRef(pod);
  const { waiting } = status.state;
  const states = [
    waiting && { what: `state.waiting.reason=${waiting.reason}`, message: waiting.message, time: undefined },
    end && {
      what: `lastState.terminated.reason=${end.reason} exitCode=${end.exitCode}`,
      message: end.message,
      time: end.finishedAt,
    },
  ].flatMap((one) => one || []);
  const fromStates = states.map(({ what, message, time }) => ({
    text: message ?? '',
    line: objectLine(ref, `container ${container.name}: ${what}${message ? ` ${message}` : ''}`, time),
  }));
  const events = scene
    .eventsOf(ref)
    .filter(({ reason, object }) => START_REASONS.includes(reason) && isAbout(object.fieldPath, container.name));
  return [...fromStates, ...events.map((event) => ({ text: event.message, line: eventLine(event) }))].map((said) => ({
    ...said,
    text: said.text.slice(0, 4000),
  }));
}

/** `spec.containers{app}`. Events without a field path are about the pod as a whole. */
function isAbout(fieldPath: string | undefined, name: string): boolean {
  return fieldPath === undefined || !fieldPath.includes('{') || fieldPath.includes(`{${name}}`);
}

/** What the failing run wrote, read; undefined where it cannot be looked at or never ran. */
export async function readFailingLog(scene: Scene, { pod, status, end }: Failure): Promise<LogReading | undefined> {
  const hasRun = end !== undefined || status.state.running !== undefined;
  const log = hasRun ? await scene.failingLogs(pod, status) : undefined;
  return log && log.lines.length > 0 ? readLog(log) : undefined;
}

/** A log line as evidence. */
export function readingLine({ source }: Pick<LogReading, 'source'>, line: string): EvidenceLine {
  return { source, text: line.slice(0, 400) };
}

/** How a container's last run ended, as evidence. */
export function endLine({ pod, container, status, end }: Failure): EvidenceLine {
  const state = status.state.waiting?.reason ?? (status.state.running ? 'running' : 'terminated');
  const last = end ? `last run ended with reason=${end.reason ?? '–'} exitCode=${end.exitCode}` : 'no run has ended';
  return objectLine(
    podRef(pod),
    `container ${container.name}: ${state}, ${status.restartCount} restarts, ${last}`,
    end?.finishedAt,
  );
}
