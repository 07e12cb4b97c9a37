import type { Verdict } from '../finding.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { endLine, type Failure, failureRule, readFailingLog, readingLine } from '../looks/failures.ts';
import { readLog } from '../looks/log-signatures.ts';
import type { Workload } from '../owners.ts';
import { containersOf } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const NEVER_RAN = new Set(['StartError', 'ContainerCannotRun', 'OOMKilled']);
/** An init container that works takes no longer than this as a rule; one that says nothing of trouble may take its time. */
const PATIENCE_MS = 10 * 60_000;
const LONG_MS = 30 * 60_000;

const failedInit = failureRule('InitContainerFailed', async (scene, failure) => {
  const { init, container, end } = failure;
  if (!init || container.restartPolicy === 'Always' || !end || end.exitCode === 0) return undefined;
  if (NEVER_RAN.has(end.reason ?? '')) return undefined;
  const reading = await readFailingLog(scene, failure);
  const line = reading?.decisive ?? reading?.last;
  return {
    confidence: reading?.decisive ? 'proven' : 'likely',
    params: { exitCode: end.exitCode, line: line ?? end.message ?? '–' },
    evidence: [...(reading && line ? [readingLine(reading, line)] : []), endLine(failure)],
  };
});

/** An init container ends with an error, or waits without end, so that the pod never gets to its program. */
export const initContainerFailed: Rule = {
  cause: 'InitContainerFailed',
  async examine(scene) {
    const waiting: Verdict[] = [];
    for (const workload of scene.workloads) {
      const verdict = await waitsWithoutEnd(scene, workload);
      if (verdict) waiting.push(verdict);
    }
    return [...(await failedInit.examine(scene)), ...waiting];
  },
};

type Waiting = Pick<Failure, 'pod' | 'container'> & { since: number };

function waitingIn({ pods }: Workload, now: number): Waiting[] {
  return pods.flatMap((pod) =>
    containersOf(pod).flatMap(({ container, status, init }) => {
      const since = status?.state.running?.startedAt;
      const waits = init && container.restartPolicy !== 'Always' && since !== undefined && now - since > PATIENCE_MS;
      return waits ? [{ pod, container, since }] : [];
    }),
  );
}

async function waitsWithoutEnd(scene: Scene, workload: Workload): Promise<Verdict | undefined> {
  const waiting = waitingIn(workload, scene.now);
  const [first] = waiting;
  if (!first) return undefined;
  const { pod, container, since } = first;
  const log = await scene.logs(pod, container.name);
  const reading = log && readLog(log);
  const isTroubled = reading !== undefined && reading.matches.length > 0;
  if (!isTroubled && scene.now - since < LONG_MS) return undefined;
  const line = reading?.matches[0]?.line ?? reading?.decisive ?? reading?.last;
  return {
    cause: 'InitContainerFailed',
    confidence: 'likely',
    object: workload.ref,
    since,
    params: { container: container.name, image: container.image, exitCode: '–', line: line ?? '–' },
    evidence: [
      ...(reading && line ? [readingLine(reading, line)] : []),
      objectLine(podRef(pod), `init container ${container.name}: state.running since then, not ended`, since),
    ],
    symptoms: [...new Set(waiting.map((one) => one.pod))].map(symptomOf),
  };
}
