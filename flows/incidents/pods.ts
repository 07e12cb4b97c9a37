import type { Container, ContainerStatus, Pod, Termination } from './kinds.ts';

const MINUTE = 60_000;
/** A run that has lasted this long, and twice as long as the failed one before it, is over the trouble. */
const SETTLED_MS = 10 * MINUTE;
/** A run has to last no longer than this to count as over the trouble, however long the one before lasted. */
const LONGEST_PATIENCE_MS = 60 * MINUTE;
/** After so long a run one or two ends are an event of its own, such as a reboot, and no pattern. */
const LONG_RUN_MS = 12 * 60 * MINUTE;
/** How the kubelet words that it lost sight of a container: its machine or runtime was restarted, not the program. */
const LOST_SIGHT = new Set(['Unknown', 'ContainerStatusUnknown']);

export function isReady(pod: Pod): boolean {
  return pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Ended, well or badly: it will not run again. */
export function isOver({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

export function isDeleting({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Alive and meant to serve: neither ended nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isOver(pod) && !isDeleting(pod);
}

/** Not yet on a node. */
export function isUnscheduled({ spec, status }: Pod): boolean {
  return spec.nodeName === undefined && (status.phase === undefined || status.phase === 'Pending');
}

/** A container and how it stands. Init containers come first; one without a status has not been begun. */
export interface PodContainer {
  container: Container;
  status: ContainerStatus | undefined;
  init: boolean;
}

export function containersOf({ spec, status }: Pod): PodContainer[] {
  const find = (all: readonly ContainerStatus[], name: string) => all.find((one) => one.name === name);
  return [
    ...spec.initContainers.map((container) => ({
      container,
      status: find(status.initContainerStatuses, container.name),
      init: true,
    })),
    ...spec.containers.map((container) => ({
      container,
      status: find(status.containerStatuses, container.name),
      init: false,
    })),
  ];
}

/** How the last run that ended did so: the present state where it has ended, else the one before. */
export function lastTermination({ state, lastState }: ContainerStatus): Termination | undefined {
  return state.terminated ?? lastState.terminated;
}

/**
 * Whether a container is in trouble now: it waits in an error, ended badly, or came back from a bad end so lately that it may well end
 * again. A restart that is over, a container that is just being created and one that completed are not in trouble.
 */
export function isFailing(status: ContainerStatus, now: number): boolean {
  const { waiting, running, terminated } = status.state;
  if (waiting)
    return waiting.reason !== undefined && !['ContainerCreating', 'PodInitializing'].includes(waiting.reason);
  if (terminated) return terminated.exitCode !== 0;
  return running !== undefined && isFlapping(status, now);
}

/** Runs, but has restarted more than once after bad ends, and has not yet outlived the last bad run by far. */
function isFlapping({ state, lastState, restartCount }: ContainerStatus, now: number): boolean {
  const last = lastState.terminated;
  if (!last || last.exitCode === 0 || restartCount < 2 || !state.running) return false;
  const lasted = (last.finishedAt ?? 0) - (last.startedAt ?? last.finishedAt ?? 0);
  if (LOST_SIGHT.has(last.reason ?? '') || (lasted > LONG_RUN_MS && restartCount < 3)) return false;
  const patience = Math.min(LONGEST_PATIENCE_MS, Math.max(SETTLED_MS, 2 * lasted));
  return now - (state.running.startedAt ?? now) < patience;
}

/** In few words, what a pod shows: `CrashLoopBackOff, 7 restarts`. */
export function symptomText(pod: Pod): string {
  const statuses = [...pod.status.initContainerStatuses, ...pod.status.containerStatuses];
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const bad = statuses.find(
    ({ state }) => state.waiting?.reason || (state.terminated && state.terminated.exitCode !== 0),
  );
  const state =
    bad?.state.waiting?.reason ??
    bad?.state.terminated?.reason ??
    pod.status.reason ??
    (isReady(pod) ? 'Ready' : pod.status.phase === 'Running' ? 'not ready' : (pod.status.phase ?? 'Unknown'));
  return restarts > 0 ? `${state}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : state;
}
