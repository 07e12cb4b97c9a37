import { stampOf } from '../controllers/context.ts';
import type { Container, TerminatedState } from '../controllers/pod-kinds.ts';
import type { Hands } from './containers.ts';
import { goDuration } from './text.ts';
import type { ContainerWork, End } from './work.ts';

/** A run this long clears the back-off: twice the longest one. */
const STABLE_MS = 600_000;
const LONGEST_BACKOFF = 300;

/** What a kubelet does when a container has ended: writes it down, and starts it again, later, or never. */
export function afterEnd(hands: Hands, mine: ContainerWork, container: Container, message?: string): boolean {
  const { context, pod } = hands;
  const { end, run } = mine;
  if (!end) return false;
  mine.state = terminated(mine, end, message);
  if (end.reason === 'OOMKilled') noteOutOfMemory(hands, container);
  if (run) {
    const last = [...run.last, ...end.lines];
    hands.runs.update(pod.metadata.uid, mine.name, {
      ...run,
      endedAt: end.at,
      exitCode: end.exitCode,
      reason: end.reason,
      last,
    });
  }
  const ran = run ? end.at - run.startedAt : 0;
  mine.run = undefined;
  mine.end = undefined;
  if (!restarts(hands, mine, { container, exitCode: end.exitCode })) {
    mine.phase = 'done';
    mine.until = undefined;
    return true;
  }
  if (ran >= STABLE_MS) mine.crashBackoff = 0;
  mine.phase = 'crash-backoff';
  mine.until = context.now() + Math.max(1, mine.crashBackoff) * 1000;
  if (mine.crashBackoff > 0) sayBackOff(hands, mine, container);
  else if (mine.waiting?.reason !== 'RunContainerError') mine.waiting = undefined;
  mine.crashBackoff = mine.crashBackoff === 0 ? 10 : Math.min(LONGEST_BACKOFF, mine.crashBackoff * 2);
  return true;
}

const terminated = (mine: ContainerWork, end: End, message?: string): TerminatedState => ({
  exitCode: end.exitCode,
  ...(end.signal !== undefined && { signal: end.signal }),
  reason: end.reason,
  ...(message && { message }),
  startedAt: mine.run ? stampOf(mine.run.startedAt) : '1970-01-01T00:00:00Z',
  finishedAt: stampOf(end.at),
  ...(mine.containerId && { containerID: mine.containerId }),
});

function restarts(
  { pod }: Hands,
  mine: ContainerWork,
  { container, exitCode }: { container: Container; exitCode: number },
): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const sidecar = mine.init && container.restartPolicy === 'Always';
  if (mine.init && !sidecar) return exitCode !== 0 && policy !== 'Never';
  if (policy === 'Always' || sidecar) return true;
  return policy === 'OnFailure' && exitCode !== 0;
}

function sayBackOff({ pod, note }: Hands, mine: ContainerWork, { name }: Container): void {
  const { metadata } = pod;
  const podId = `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
  const message = `back-off ${goDuration(mine.crashBackoff)} restarting failed container=${name} pod=${podId}`;
  mine.waiting = { reason: 'CrashLoopBackOff', message };
  note(name, {
    type: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container ${name} in pod ${podId}`,
  });
}

/** The line of the kernel, as ACK's node-problem-detector turns it into an event of the node. */
function noteOutOfMemory({ context, pod }: Hands, { resources }: Container): void {
  const node = context.read.get('nodes', undefined, pod.spec.nodeName ?? '');
  if (!node) return;
  const process = 10_000 + (Number.parseInt(pod.metadata.uid.slice(0, 4), 16) % 50_000);
  const message = `Memory cgroup out of memory: Killed process ${process} (node) in pod ${pod.metadata.namespace}/${pod.metadata.name}, limit ${resources?.limits?.memory ?? 'none'}`;
  context.record(node, {
    type: 'Warning',
    reason: 'OOMKilling',
    message,
    component: 'kernel-monitor',
    host: node.metadata.name,
  });
}
