import { podRef } from '../lines.ts';
import { endLine, type Failure, failureRule, readFailingLog, readingLine } from '../looks/failures.ts';
import type { Scene } from '../scene.ts';

/** SIGKILL and SIGTERM: ended from outside. */
const KILLED = new Set([137, 143]);
/** Nothing of the program has run. */
const NEVER_RAN = new Set(['StartError', 'ContainerCannotRun', 'OOMKilled', 'ContainerStatusUnknown', 'Evicted']);

/** The program ends by itself again and again; its log says why, and nothing deeper explains it. */
export const appCrash = failureRule('AppCrash', async (scene, failure) => {
  const { end, init, container } = failure;
  if (init && container.restartPolicy !== 'Always') return undefined;
  if (!end || NEVER_RAN.has(end.reason ?? '') || !hasEndedBadly(failure)) return undefined;
  const how = endedFromOutside(scene, failure);
  if (how === 'moved') return undefined;
  const reading = await readFailingLog(scene, failure);
  const line = reading?.decisive ?? reading?.last;
  const isPlain = end.exitCode !== 0 && reading?.decisive !== undefined && !KILLED.has(end.exitCode);
  const message = end.message?.trim().split('\n').at(-1);
  return {
    confidence: how === 'probed' ? 'symptom' : isPlain ? 'proven' : line || end.exitCode === 0 ? 'likely' : 'symptom',
    params: { exitCode: end.exitCode, line: line ?? message ?? '–' },
    evidence: [...(reading && line ? [readingLine(reading, line)] : []), endLine(failure)],
  };
});

/** Ended with an error, or, where it is meant to stay, at all. */
function hasEndedBadly({ end, status, pod }: Failure): boolean {
  if (end?.exitCode !== 0) return true;
  return status.state.waiting?.reason === 'CrashLoopBackOff' && (pod.spec.restartPolicy ?? 'Always') === 'Always';
}

/** Put out or preempted; or ended with a signal, or calmly, where a probe may be why. */
function endedFromOutside({ eventsOf }: Scene, { pod, container, end }: Failure): 'moved' | 'probed' | undefined {
  if (!end || (end.exitCode !== 0 && !KILLED.has(end.exitCode))) return undefined;
  const events = eventsOf(podRef(pod));
  if (events.some(({ reason }) => reason === 'Evicted' || reason === 'Preempting')) return 'moved';
  const isKilled = events.some(({ reason, message }) => reason === 'Killing' && /probe/i.test(message));
  const hasProbe = container.livenessProbe !== undefined || container.startupProbe !== undefined;
  return isKilled || (hasProbe && KILLED.has(end.exitCode)) ? 'probed' : undefined;
}
