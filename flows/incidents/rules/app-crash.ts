import { endLine, type Failure, failureRule, readFailingLog, readingLine } from '../failures.ts';
import { podRef } from '../lines.ts';
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
  if (KILLED.has(end.exitCode) && wasKilledFor(scene, failure)) return undefined;
  const reading = await readFailingLog(scene, failure);
  const line = reading?.decisive ?? reading?.last;
  const isPlain = end.exitCode !== 0 && reading?.decisive !== undefined && !KILLED.has(end.exitCode);
  const message = end.message?.trim().split('\n').at(-1);
  return {
    confidence: isPlain ? 'proven' : line || end.exitCode === 0 ? 'likely' : 'symptom',
    params: { exitCode: end.exitCode, line: line ?? message ?? '–' },
    evidence: [...(reading && line ? [readingLine(reading, line)] : []), endLine(failure)],
  };
});

/** Ended with an error, or, where it is meant to stay, at all. */
function hasEndedBadly({ end, status, pod }: Failure): boolean {
  if (end?.exitCode !== 0) return true;
  return status.state.waiting?.reason === 'CrashLoopBackOff' && (pod.spec.restartPolicy ?? 'Always') === 'Always';
}

/** A probe, a roll-out or an eviction ended it. */
function wasKilledFor({ eventsOf }: Scene, { pod, container }: Failure): boolean {
  const killing = eventsOf(podRef(pod)).some(({ reason }) =>
    ['Killing', 'Unhealthy', 'Evicted', 'Preempting'].includes(reason),
  );
  return killing || container.livenessProbe !== undefined || container.startupProbe !== undefined;
}
