import type { EvidenceLine, Verdict } from '../finding.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { askedLines } from '../looks/asked.ts';
import { rolloutOf } from '../looks/rollouts.ts';
import type { Workload } from '../owners.ts';
import { isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const PATIENCE_MS = 10 * 60_000;

interface Stuck {
  line: EvidenceLine;
  since: number | undefined;
  /** Whether this is what holds it up, or only what is seen of it. */
  isCause: boolean;
}

/** A roll-out makes no progress: past its deadline, held back by a broken pod of an earlier revision, or paused while asked about. */
export const rolloutStuck: Rule = {
  cause: 'RolloutStuck',
  async examine(scene) {
    return scene.workloads.flatMap((workload): Verdict[] => {
      const stuck = pastDeadline(workload) ?? heldBack(scene, workload) ?? paused(scene, workload);
      return stuck ? [toVerdict(workload, stuck)] : [];
    });
  },
};

function toVerdict(workload: Workload, { line, since, isCause }: Stuck): Verdict {
  const { ref, object, replicas = 0, pods } = workload;
  const unready = pods.filter((pod) => !isReady(pod));
  const { updatedReplicas = 0, readyReplicas = 0 } = object?.status ?? {};
  return {
    cause: 'RolloutStuck',
    confidence: isCause ? 'proven' : 'symptom',
    object: ref,
    since,
    params: { updated: updatedReplicas, replicas, ready: readyReplicas },
    evidence: [
      line,
      objectLine(ref, `${replicas} wanted, ${updatedReplicas} updated, ${readyReplicas} ready`),
      ...unready.slice(0, 3).map((pod) => objectLine(podRef(pod), symptomOf(pod).text)),
    ],
    symptoms: unready.slice(0, 20).map(symptomOf),
  };
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment */
function pastDeadline({ ref, object, replicas = 0 }: Workload): Stuck | undefined {
  const progress = object?.status.conditions.find(({ type }) => type === 'Progressing');
  if (!object || progress?.status !== 'False' || progress.reason !== 'ProgressDeadlineExceeded') return undefined;
  const { updatedReplicas = 0, availableReplicas = 0 } = object.status;
  if (replicas === 0 || (updatedReplicas >= replicas && availableReplicas >= replicas)) return undefined;
  const text = `Progressing=False ProgressDeadlineExceeded: ${progress.message ?? ''}`;
  return {
    line: objectLine(ref, text, progress.lastTransitionTime),
    since: progress.lastTransitionTime,
    isCause: false,
  };
}

/**
 * A StatefulSet waits for a broken pod of an earlier revision, which only deleting it by hand replaces.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
function heldBack(scene: Scene, workload: Workload): Stuck | undefined {
  const { ref, object } = workload;
  if (ref.kind !== 'StatefulSet' || !object || object.spec.updateStrategy?.type === 'OnDelete') return undefined;
  const { currentRevision, updateRevision } = object.status;
  if (object.spec.podManagementPolicy === 'Parallel' || currentRevision === updateRevision) return undefined;
  const broken = rolloutOf(workload)?.earlier.find(
    (pod) => !isReady(pod) && scene.now - (pod.metadata.creationTimestamp ?? scene.now) > PATIENCE_MS,
  );
  if (!broken) return undefined;
  const text = `of revision ${broken.metadata.labels['controller-revision-hash']}, not ready, while the template is at ${updateRevision}`;
  return { line: objectLine(podRef(broken), text), since: broken.metadata.creationTimestamp, isCause: true };
}

/** Changes wait for a roll-out that somebody has paused. On purpose, unless somebody asks. */
function paused(scene: Scene, { ref, object, replicas = 0, replicaSets }: Workload): Stuck | undefined {
  const [newest] = replicaSets;
  const isPaused = object?.spec.paused === true;
  const asked = isPaused ? askedLines(scene, ref) : [];
  if (!object || asked.length === 0 || replicas === 0) return undefined;
  const { updatedReplicas = 0 } = object.status;
  const images = (all: { image: string }[]) => all.map(({ image }) => image).join(' ');
  const isBehind =
    updatedReplicas < replicas ||
    (newest && images(newest.spec.template.spec.containers) !== images(object.spec.template.spec.containers));
  return isBehind
    ? { line: objectLine(ref, 'spec.paused=true: changes are not rolled out'), since: undefined, isCause: true }
    : undefined;
}
