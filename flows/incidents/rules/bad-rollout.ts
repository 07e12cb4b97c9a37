import type { EvidenceLine, Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { failuresOf, readFailingLog } from '../looks/failures.ts';
import { isOutside } from '../looks/outside.ts';
import { presentMatches, readings } from '../looks/readings.ts';
import { changeLine, type Rollout, rolloutOf } from '../looks/rollouts.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isFailing, isReady, lastTermination } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const GRACE_MS = 2 * 60_000;
/** Pods of the present revision fail while those of an earlier one work; or it has never come up and replaced one that had. */
export const badRollout: Rule = {
  cause: 'BadRollout',
  async examine(scene) {
    const found: Verdict[] = [];
    for (const workload of scene.workloads) {
      const rollout = rolloutOf(workload);
      const verdict = rollout && (await verdictFor(scene, workload, rollout));
      if (verdict) found.push(verdict);
    }
    return found;
  },
};

async function verdictFor(scene: Scene, workload: Workload, rollout: Rollout): Promise<Verdict | undefined> {
  const bad = rollout.present.filter((pod) => isInTrouble(scene, pod));
  if (bad.length === 0 || bad.length < rollout.present.length) return undefined;
  const working = rollout.earlier.filter(isReady);
  if (working.length === 0 && !neverCameUp(workload, bad, scene.now)) return undefined;
  const [failure] = failuresOf(workload, scene.now).filter(({ pod }) => bad.includes(pod));
  const log = failure && (await readFailingLog(scene, failure));
  if (log?.cause && isOutside(log.cause.kind)) return undefined;
  if (bad.every((pod) => isHeldInInit(pod)) || (await missesOthers(scene, bad))) return undefined;
  const { toRevision } = rollout;
  const remedy = { id: 'roll-back', target: workload.ref, ...(toRevision !== undefined && { toRevision }) } as const;
  return {
    cause: 'BadRollout',
    // Which part of the change it is stays open: whoever can name that part knows better.
    confidence: 'likely',
    object: workload.ref,
    since: bad.flatMap(({ metadata }) => metadata.creationTimestamp ?? []).sort((a, b) => a - b)[0],
    params: { bad: bad.length, good: working.length },
    evidence: [
      ...bad.slice(0, 2).map((pod) => objectLine(podRef(pod), `of the present revision: ${symptomOf(pod).text}`)),
      ...working.slice(0, 1).map((pod) => objectLine(podRef(pod), 'of the revision before: Ready')),
      ...changeLine(workload, rollout),
      ...(log?.decisive ? [{ source: log.source, text: log.decisive.slice(0, 400) }] : []),
      ...stalledLine(workload),
    ].slice(0, 6),
    symptoms: bad.map(symptomOf),
    remedies: workload.replicaSets.length > 1 || working.length > 0 ? [remedy] : [],
  };
}

/** Past its start, on a node, and not ready or ending again and again. */
function isInTrouble(scene: Scene, pod: Pod): boolean {
  if (isReady(pod) || pod.spec.nodeName === undefined) return false;
  const isOld = scene.now - (pod.metadata.creationTimestamp ?? scene.now) > GRACE_MS;
  return isOld || containersOf(pod).some(({ status }) => status !== undefined && isFailing(status, scene.now));
}

/** Never got to its program: what its init containers do there has a rule of its own. */
function isHeldInInit(pod: Pod): boolean {
  return containersOf(pod).some(
    ({ container, status, init }) =>
      init &&
      container.restartPolicy !== 'Always' &&
      status !== undefined &&
      (status.state.running !== undefined || (lastTermination(status)?.exitCode ?? 0) !== 0),
  );
}

/** Runs, and its log says that others are in its way. */
async function missesOthers(scene: Scene, bad: readonly Pod[]): Promise<boolean> {
  return (await readings(scene)).some(
    (reading) => bad.includes(reading.pod) && presentMatches(scene, reading).some(({ kind }) => isOutside(kind)),
  );
}

/** The roll-out was never completed: programs of the present revision end by themselves, and an earlier one is still known. */
function neverCameUp({ object, replicaSets }: Workload, bad: readonly Pod[], now: number): boolean {
  const progress = object?.status.conditions.find(({ type }) => type === 'Progressing');
  if (replicaSets.length < 2 || !progress || progress.reason === 'NewReplicaSetAvailable') return false;
  return bad.some((pod) =>
    containersOf(pod).some(({ status, init }) => !init && status && status.restartCount > 0 && isFailing(status, now)),
  );
}

function stalledLine({ ref, object }: Workload): EvidenceLine[] {
  const progress = object?.status.conditions.find(({ type }) => type === 'Progressing');
  if (progress?.reason !== 'ProgressDeadlineExceeded') return [];
  return [
    objectLine(
      ref,
      `Progressing=False ProgressDeadlineExceeded: ${progress.message ?? ''}`,
      progress.lastTransitionTime,
    ),
  ];
}
