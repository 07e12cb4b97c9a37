import type { Context } from '../controllers/context.ts';
import type { Container, ContainerStatus, Pod } from '../controllers/pod-kinds.ts';
import { findImage } from '../images/catalogue.ts';
import { environmentOf } from './env.ts';
import { effectiveProgram } from './plan.ts';
import type { RunKeeper } from './runs.ts';
import { secondsToLimit } from './usage.ts';
import { type ContainerWork, newContainer, type PodWork } from './work.ts';

/** What a kubelet knows of a pod when it first sees it: all of it for a new pod, after a restart what status and runs tell. */
export function restore(context: Context, pod: Pod, runs: RunKeeper): PodWork {
  const inits = (pod.spec.initContainers ?? []).map((container) => ({ container, init: true }));
  const mains = pod.spec.containers.map((container) => ({ container, init: false }));
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const podIP = pod.status?.podIP;
  return {
    uid: pod.metadata.uid,
    admittedAt: context.now(),
    mounted: podIP !== undefined,
    mountBackoff: 2,
    mountAt: 0,
    networkAt: undefined,
    podIP,
    containers: [...inits, ...mains].map(({ container, init }) => {
      const status = statuses.find(({ name }) => name === container.name);
      const fresh = newContainer(container.name, init);
      return status ? remembered({ context, pod, runs }, { fresh, container, status }) : fresh;
    }),
    stoppedAt: undefined,
  };
}

interface Sources {
  context: Context;
  pod: Pod;
  runs: RunKeeper;
}

interface Known {
  fresh: ContainerWork;
  container: Container;
  status: ContainerStatus;
}

function remembered(sources: Sources, { fresh, container, status }: Known): ContainerWork {
  const { state, lastState, restartCount, containerID } = status;
  const crashed = state.waiting?.reason === 'CrashLoopBackOff' || (state.terminated && restartCount > 0);
  const mine: ContainerWork = {
    ...fresh,
    restarts: restartCount,
    containerId: containerID,
    last: lastState.terminated,
    crashBackoff: restartCount === 0 ? 0 : Math.min(300, 10 * 2 ** Math.min(5, restartCount - 1)),
  };
  if (state.running) return running(sources, mine, container);
  if (crashed) {
    const until = Date.parse(lastState.terminated?.finishedAt ?? '') + mine.crashBackoff * 1000;
    return {
      ...mine,
      phase: 'crash-backoff',
      state: lastState.terminated ?? state.terminated,
      waiting: state.waiting,
      until: until || 0,
    };
  }
  if (state.terminated) return { ...mine, phase: 'done', state: state.terminated };
  return mine;
}

/** A program that runs goes on: with the end it was heading for. */
function running({ context, pod, runs }: Sources, mine: ContainerWork, container: Container): ContainerWork {
  const run = runs
    .of(pod.metadata.uid)
    ?.containers.find(({ name }) => name === mine.name)
    ?.runs.at(-1);
  const found = findImage(container.image);
  const environment = environmentOf(context, pod, container);
  if (!run || run.endedAt !== undefined || found.kind !== 'found') return mine;
  const program = effectiveProgram(found, container);
  const seconds = secondsToLimit(run);
  const ends = program.ends && { at: run.startedAt + program.ends.afterSeconds * 1000, ...program.ends };
  const end = ends
    ? { at: ends.at, exitCode: ends.exitCode, reason: ends.exitCode === 0 ? 'Completed' : 'Error', lines: ends.lines }
    : seconds === undefined
      ? undefined
      : { at: run.startedAt + seconds * 1000, exitCode: 137, reason: 'OOMKilled', lines: [] };
  return {
    ...mine,
    phase: 'running',
    run,
    end,
    until: end?.at,
    program,
    env: environment.ok ? environment.env : {},
    opensAt: run.startedAt + program.startSeconds * 1000,
  };
}
