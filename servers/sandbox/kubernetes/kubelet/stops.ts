import type { Hands } from './containers.ts';
import { afterEnd } from './exits.ts';
import type { ContainerWork } from './work.ts';

/** Ends a running container at this moment. */
export function kill(
  hands: Hands,
  mine: ContainerWork,
  end: { exitCode: number; reason: string; lines?: string[] },
): void {
  const { pod } = hands;
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === mine.name);
  if (!container) return;
  mine.end = { at: hands.context.now(), lines: [], ...end };
  afterEnd(hands, mine, container);
}

/** Tells all containers of a pod to stop; returns when they will have. */
export function beginStop({ context, pod, work, note }: Hands): number {
  const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  let seconds = 0;
  for (const mine of work.containers) {
    if (mine.phase !== 'running') continue;
    note(mine.name, { reason: 'Killing', message: `Stopping container ${mine.name}` });
    seconds = Math.max(seconds, Math.min(grace, stopSeconds(mine, grace)));
  }
  return context.now() + seconds * 1000;
}

/** A program that does not know SIGTERM takes all the time it is given. */
const stopSeconds = ({ program }: ContainerWork, grace: number): number =>
  program?.stopSeconds ?? (program?.style === 'quiet' && program.listens.length === 0 ? grace : 1.5);

/** Writes down the end of the runs of a pod that has stopped. */
export function endStop({ context, pod, work, runs }: Hands): void {
  for (const mine of work.containers) {
    if (!mine.run) continue;
    runs.update(pod.metadata.uid, mine.name, { ...mine.run, endedAt: context.now(), exitCode: 0, reason: 'Completed' });
    mine.run = undefined;
    mine.phase = 'done';
  }
}
