import { failuresOf, readFailingLog } from '../failures.ts';
import type { EvidenceLine, Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import type { LogKind } from '../log-patterns.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isFailing, isReady, type PodContainer } from '../pods.ts';
import { changeLine, type Rollout, rolloutOf } from '../rollouts.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const GRACE_MS = 2 * 60_000;
const HANGS_MS = 10 * 60_000;
/** What a program misses of others is no matter of its own revision. */
const OTHERS: ReadonlySet<LogKind> = new Set<LogKind>([
  'dns',
  'connection-refused',
  'unreachable',
  'connection-reset',
  'timeout',
  'auth-failed',
  'read-only',
  'pool-exhausted',
  'rate-limited',
  'disk-full',
  'tls-expired',
  'tls-untrusted',
  'k8s-forbidden',
]);

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
  if (log?.cause && OTHERS.has(log.cause.kind)) return undefined;
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

/** The roll-out was never completed: the present revision ends by itself or hangs in its start, and an earlier one is still known. */
function neverCameUp({ object, replicaSets }: Workload, bad: readonly Pod[], now: number): boolean {
  const progress = object?.status.conditions.find(({ type }) => type === 'Progressing');
  if (replicaSets.length < 2 || !progress || progress.reason === 'NewReplicaSetAvailable') return false;
  return bad.some((pod) => containersOf(pod).some((one) => hasEnded(one, now) || hangs(one, now)));
}

const hasEnded = ({ status, init }: PodContainer, now: number): boolean =>
  !init && status !== undefined && status.restartCount > 0 && isFailing(status, now);

/** An init container that has been running for long. */
function hangs({ container, status, init }: PodContainer, now: number): boolean {
  const { startedAt = now } = status?.state.running ?? {};
  return init && container.restartPolicy !== 'Always' && now - startedAt > HANGS_MS;
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
