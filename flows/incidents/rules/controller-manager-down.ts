import type { Verdict } from '../finding.ts';
import { objectLine } from '../lines.ts';
import { alertLine } from '../looks/alert-targets.ts';
import { isVisiblyDown, lookAt } from '../looks/control-plane.ts';
import type { Workload } from '../owners.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const NAME = 'kube-controller-manager';
const PATIENCE_MS = 2 * 60_000;

/** Workloads wait that no controller has looked at, and the controller manager does not work or does not renew its lease. */
export const controllerManagerDown: Rule = {
  cause: 'ControllerManagerDown',
  async examine(scene) {
    const ignored = scene.workloads.filter((workload) => isIgnored(workload, scene.now));
    const verdict = await verdictOf(scene, ignored);
    return verdict ? [verdict] : [];
  },
};

/** Each controller writes down which generation it has seen. */
function isIgnored({ object }: Workload, now: number): boolean {
  const { generation, creationTimestamp, deletionTimestamp } = object?.metadata ?? {};
  if (!object || generation === undefined || deletionTimestamp !== undefined) return false;
  return now - (creationTimestamp ?? now) > PATIENCE_MS && (object.status.observedGeneration ?? 0) < generation;
}

async function verdictOf(scene: Scene, ignored: readonly Workload[]): Promise<Verdict | undefined> {
  const alert = scene.scope.alerts.find(({ labels }) => labels.alertname === 'KubeControllerManagerDown');
  if (ignored.length === 0 && !alert && !isVisiblyDown(scene, NAME)) return undefined;
  const { isDown, lease, object, evidence } = await lookAt(scene, NAME);
  // A change may have been made this very second: without the lease only what was never seen at all counts.
  const never = ignored.filter((workload) => workload.object?.status.observedGeneration === undefined);
  if (lease === 'renewed' || (!isDown && lease !== 'stale' && never.length === 0)) return undefined;
  return {
    cause: 'ControllerManagerDown',
    confidence: isDown || lease === 'stale' ? 'proven' : 'likely',
    object,
    params: { message: `${NAME}, ${ignored.length} workloads wait` },
    evidence: [...evidence, ...ignored.slice(0, 3).map(unseen), ...(alert ? [alertLine(alert)] : [])].slice(0, 6),
    symptoms: ignored.slice(0, 30).map(({ ref }) => ({ ...ref, text: 'not looked at' })),
  };
}

function unseen({ ref, object }: Workload) {
  const { generation } = object?.metadata ?? {};
  return objectLine(
    ref,
    `metadata.generation=${generation}, status.observedGeneration=${object?.status.observedGeneration ?? 'none'}`,
  );
}
