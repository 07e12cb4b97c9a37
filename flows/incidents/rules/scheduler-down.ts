import type { Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { alertLine } from '../looks/alert-targets.ts';
import { isVisiblyDown, lookAt } from '../looks/control-plane.ts';
import { isActive, isUnscheduled } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const NAME = 'kube-scheduler';
const DEFAULT = 'default-scheduler';
const PATIENCE_MS = 2 * 60_000;

/** Pods wait that no scheduler has ever looked at, and the scheduler does not work or does not renew its lease. */
export const schedulerDown: Rule = {
  cause: 'SchedulerDown',
  async examine(scene) {
    const untouched = scene.pods.filter((pod) => isUntouched(scene, pod));
    const own = untouched.filter(({ spec }) => (spec.schedulerName ?? DEFAULT) === DEFAULT);
    const main = await mainScheduler(scene, own);
    return [...(main ? [main] : []), ...otherSchedulers(scene, untouched)];
  },
};

/** The scheduler writes a condition at its first look, whatever it finds. */
function isUntouched(scene: Scene, pod: Pod): boolean {
  if (!isUnscheduled(pod) || !isActive(pod) || pod.spec.schedulingGates.length > 0) return false;
  const age = scene.now - (pod.metadata.creationTimestamp ?? scene.now);
  const isSeen = pod.status.conditions.some(({ type }) => type === 'PodScheduled');
  return (
    age > PATIENCE_MS && !isSeen && !scene.eventsOf(podRef(pod)).some(({ reason }) => reason === 'FailedScheduling')
  );
}

async function mainScheduler(scene: Scene, waiting: readonly Pod[]): Promise<Verdict | undefined> {
  const alert = scene.scope.alerts.find(({ labels }) => labels.alertname === 'KubeSchedulerDown');
  if (waiting.length === 0 && !alert && !isVisiblyDown(scene, NAME)) return undefined;
  const { isDown, lease, object, evidence } = await lookAt(scene, NAME);
  if (lease === 'renewed' || (waiting.length === 0 && !isDown && lease !== 'stale')) return undefined;
  const count = waiting.length;
  const lines = waiting
    .slice(0, 2)
    .map((pod) =>
      objectLine(
        podRef(pod),
        'Pending, and no scheduler has looked at it (no condition PodScheduled)',
        pod.metadata.creationTimestamp,
      ),
    );
  return {
    cause: 'SchedulerDown',
    confidence: isDown || lease === 'stale' ? 'proven' : 'likely',
    object,
    since: count > 0 ? Math.min(...waiting.map(({ metadata }) => metadata.creationTimestamp ?? scene.now)) : undefined,
    params: { message: `${NAME}, ${count} pods wait` },
    evidence: [...evidence, ...lines, ...(alert ? [alertLine(alert)] : [])].slice(0, 6),
    symptoms: waiting.slice(0, 30).map(symptomOf),
    explains: [...new Set(waiting.map((pod) => scene.workloadOf(pod).ref))],
  };
}

/** A scheduler of one's own that is not there. */
function otherSchedulers(scene: Scene, untouched: readonly Pod[]): Verdict[] {
  const strange = untouched.filter(({ spec }) => (spec.schedulerName ?? DEFAULT) !== DEFAULT);
  const byWorkload = Map.groupBy(strange, (pod) => scene.workloadOf(pod));
  return [...byWorkload].map(([workload, pods]): Verdict => {
    const name = pods[0]?.spec.schedulerName ?? '';
    return {
      cause: 'SchedulerDown',
      confidence: 'likely',
      object: workload.ref,
      params: { message: `schedulerName ${name}` },
      evidence: pods
        .slice(0, 3)
        .map((pod) =>
          objectLine(
            podRef(pod),
            `spec.schedulerName=${name}, and no scheduler has looked at it (no condition PodScheduled)`,
            pod.metadata.creationTimestamp,
          ),
        ),
      symptoms: pods.slice(0, 30).map(symptomOf),
    };
  });
}
