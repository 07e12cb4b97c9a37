import type { SceneEvent } from '../events.ts';
import type { Container, ContainerStatus, Pod, Probe } from '../kinds.ts';
import { podRef } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isFailing, lastTermination } from '../pods.ts';
import type { ProbeName } from '../remedies/remedy.ts';
import type { Scene } from '../scene.ts';
import { killedFor, type ProbeFailure, readFailure } from './probe-messages.ts';
import { listeningPorts } from './probe-ports.ts';
import { isOutdated, warningsOf } from './starting.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A liveness failure that has not been seen again for this long is over, whatever runs now. */
const FRESH_MS = 10 * MINUTE;
/** A restart this long ago at most belongs to failures that are seen now. */
const LATELY_MS = 30 * MINUTE;
const PODS_PER_OWNER = 3;
/** Logs are read for so many containers; what others listen on stays unknown. */
const MOST_LOGS = 8;
const DEFAULT_GRACE_S = 30;

/** A probe of a container that does harm: it keeps it from being ready, or has it restarted. */
export interface ProbeTrouble {
  workload: Workload;
  pod: Pod;
  container: Container;
  status: ContainerStatus;
  name: ProbeName;
  probe: Probe;
  /** What the kubelet says, the most telling first. Empty where no event tells. */
  failures: readonly ProbeFailure[];
  /** The kubelet's word that it restarted the container for this probe. */
  killing: SceneEvent | undefined;
  /** How long the last run lasted, in seconds. */
  lasted: number | undefined;
  /** Ports the log says the program listens on; undefined where there is no log. */
  listening: readonly number[] | undefined;
}

type Found = Omit<ProbeTrouble, 'listening'>;

/** Every probe that does harm now, of the first few pods of each workload. */
export const probeTroubles = oncePerScene(async (scene: Scene): Promise<ProbeTrouble[]> => {
  const found = scene.workloads.flatMap((workload) =>
    workload.pods
      .filter((pod) => !isOutdated(workload, pod))
      .flatMap((pod) => ofPod(scene, workload, pod))
      .slice(0, PODS_PER_OWNER),
  );
  const worth = new Set(found.filter(isUnsureOfPort).slice(0, MOST_LOGS));
  return Promise.all(
    found.map(async (one) => ({ ...one, listening: worth.has(one) ? await listeningOf(scene, one) : undefined })),
  );
});

/** Only where nobody answers does it matter where the program listens. */
function isUnsureOfPort({ failures: [failure] }: Found): boolean {
  return failure === undefined || failure.by === 'refused' || failure.by === 'timeout' || failure.by === 'closed';
}

async function listeningOf(scene: Scene, { pod, container, status, name }: Found): Promise<number[] | undefined> {
  const log = name === 'readinessProbe' ? await scene.logs(pod, container.name) : await scene.failingLogs(pod, status);
  return log && listeningPorts(log);
}

function ofPod(scene: Scene, workload: Workload, pod: Pod): Found[] {
  return containersOf(pod).flatMap(({ container, status }): Found[] => {
    if (!status || !(container.livenessProbe ?? container.readinessProbe ?? container.startupProbe)) return [];
    const base = { workload, pod, container, status };
    const troubles = [
      restarts(scene, base, 'startupProbe'),
      restarts(scene, base, 'livenessProbe'),
      notReady(scene, base),
    ];
    return troubles.filter((one) => one !== undefined);
  });
}

type Base = Pick<Found, 'workload' | 'pod' | 'container' | 'status'>;

/** Events about one container of a pod, since a time. */
function eventsOf(scene: Scene, { pod, container }: Base, since: number): SceneEvent[] {
  const isOwn = ({ object: { fieldPath } }: SceneEvent) =>
    fieldPath === undefined || fieldPath.endsWith(`{${container.name}}`);
  return warningsOf(scene, pod).filter((event) => event.last >= since && isOwn(event));
}

function failuresOf(events: readonly SceneEvent[], name: ProbeName): ProbeFailure[] {
  const all = events.flatMap((event) => readFailure(event) ?? []).filter(({ probe }) => probe === name);
  const newest = Math.max(0, ...all.map(({ event }) => event.last));
  // While a program starts it refuses first: what it says later is more telling.
  return all
    .filter(({ event }) => newest - event.last <= 5 * MINUTE)
    .sort((a, b) => TELLING[a.by] - TELLING[b.by] || b.event.last - a.event.last);
}

const TELLING: Record<ProbeFailure['by'], number> = {
  'named-port': 0,
  protocol: 1,
  status: 2,
  command: 3,
  unhealthy: 4,
  timeout: 5,
  closed: 6,
  refused: 7,
};
const DEFINITE = new Set<ProbeFailure['by']>(['named-port', 'protocol', 'command']);
/** How a container ends that the kubelet stops: by SIGKILL, by SIGTERM, or of its own will on SIGTERM. */
const STOPPED = new Set([0, 137, 143]);

/** A liveness or startup probe that has the container restarted, or will. */
function restarts(scene: Scene, base: Base, name: 'livenessProbe' | 'startupProbe'): Found | undefined {
  const probe = base.container[name];
  if (!probe) return undefined;
  const { status, pod } = base;
  const end = lastTermination(status);
  const lasted =
    end?.startedAt !== undefined && end.finishedAt !== undefined
      ? (end.finishedAt - end.startedAt) / SECOND
      : undefined;
  const failing = isFailing(status, scene.now);
  const toldSince = (since: number): Found => {
    const failures = failuresOf(eventsOf(scene, base, since), name);
    const killing = scene.eventsOf(podRef(pod), since).find((event) => isKilling(event, base.container.name, name));
    return { ...base, name, probe, failures, killing, lasted };
  };
  const lately = toldSince(failing ? (end?.startedAt ?? 0) : scene.now - FRESH_MS);
  // The kubelet soon tires of telling the same: what it said of an earlier run of the pod that ended alike still holds.
  const isSilent = failing && lately.failures.length === 0 && endsAsByProbe(lately, end?.exitCode);
  const found = isSilent ? toldSince(pod.metadata.creationTimestamp ?? 0) : lately;
  const { failures } = found;
  if (end?.reason === 'OOMKilled') return undefined;
  if (failing) return wasKilled(found, end?.exitCode) ? found : undefined;
  if (!status.state.running) return undefined;
  const isDefinite = failures.some(({ by, status: code = 0 }) => DEFINITE.has(by) || code === 404);
  const isYoung = scene.now - (status.state.running.startedAt ?? 0) < MINUTE;
  const justRestarted = end?.finishedAt !== undefined && scene.now - end.finishedAt < LATELY_MS;
  const willRestart = failures.some(isRepeated) || justRestarted;
  const harms = name === 'livenessProbe' ? willRestart : status.started === false && isDefinite;
  return failures.length > 0 && harms && (isDefinite || !isYoung) ? found : undefined;
}

/** Three times and more, and in a row: a hiccup every now and then is none. */
function isRepeated({ event: { count, first, last } }: ProbeFailure): boolean {
  return count >= 3 && (last - first) / (count - 1) <= 6 * MINUTE;
}

function isKilling(event: SceneEvent, container: string, name: ProbeName): boolean {
  const { fieldPath } = event.object;
  const isOwn =
    fieldPath?.endsWith(`{${container}}`) ?? event.message.toLowerCase().includes(`container ${container} `);
  return isOwn && killedFor(event) === name;
}

/** By the kubelet's word; by failures and an end as by the kubelet's hand; or by that end after just the time the probe allows. */
function wasKilled(found: Found, exitCode: number | undefined): boolean {
  const { killing, failures, status } = found;
  if (killing) return true;
  if (exitCode !== undefined && !STOPPED.has(exitCode)) return false;
  if (failures.length > 0) return true;
  return exitCode !== 0 && status.restartCount >= 2 && endsAsByProbe(found, exitCode);
}

/** Stopped, after just the time that the probe allows. */
function endsAsByProbe(found: Found, exitCode: number | undefined): boolean {
  const { lasted } = found;
  const { shortest, longest } = timeToKill(found);
  const isStopped = exitCode === undefined || STOPPED.has(exitCode);
  return isStopped && lasted !== undefined && lasted >= shortest - 2 && lasted <= longest;
}

/** Seconds from a container's start until the probe has it killed, if it never passes: at least, and at most with the time it has to end. */
export function timeToKill({ probe, pod }: Pick<Found, 'probe' | 'pod'>): { shortest: number; longest: number } {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = probe;
  const shortest = initialDelaySeconds + (failureThreshold - 1) * periodSeconds;
  const grace = pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_S;
  return { shortest, longest: shortest + 2 * periodSeconds + failureThreshold * timeoutSeconds + grace + 5 };
}

/** A container that runs, and has done so for longer than its readiness probe needs, and is not ready. */
function notReady(scene: Scene, base: Base): Found | undefined {
  const { container, status } = base;
  const probe = container.readinessProbe;
  const { running } = status.state;
  if (!probe || !running || status.ready || status.started === false) return undefined;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  const patience = Math.max(60, initialDelaySeconds + periodSeconds * failureThreshold + 30) * SECOND;
  const since = running.startedAt ?? 0;
  if (scene.now - since < patience) return undefined;
  const failures = failuresOf(eventsOf(scene, base, since), 'readinessProbe');
  return { ...base, name: 'readinessProbe', probe, failures, killing: undefined, lasted: undefined };
}
