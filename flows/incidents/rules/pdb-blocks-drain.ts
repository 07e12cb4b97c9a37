import { selects } from '../../../src/flow/selectors.ts';
import type { EvidenceLine, Verdict } from '../finding.ts';
import type { Node, Objects, Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef, refOf, symptomOf } from '../lines.ts';
import { alertLine } from '../looks/asked.ts';
import { isActive } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

type Budget = Objects['PodDisruptionBudget'];
const PATIENCE_MS = 5 * 60_000;
const FRESH_MS = 2 * 60 * 60_000;
/** kubectl, the cluster autoscaler, Karpenter and node pools, when an eviction is refused. */
const REFUSED =
  /violate the pod's disruption budget|Pdb prevents pod evictions|disruption budget .{0,80}(?:blocks|prevents|needs)|(?:cannot|failed to) evict|prevented by (?:a )?(?:pdb|PodDisruptionBudget)/i;
const ALERT = /pdb|disruptionbudget|drain/i;

/** A node is being drained and what is left on it may not be evicted: a budget allows no disruption. */
export const pdbBlocksDrain: Rule = {
  cause: 'PDBBlocksDrain',
  async examine(scene) {
    const events = scene.events.filter(
      ({ message, last }) => last >= scene.now - FRESH_MS && REFUSED.test(message.slice(0, 2000)),
    );
    const cordoned = scene.nodes.filter((node) => isLongCordoned(scene, node));
    const alerts = scene.scope.alerts.filter(({ labels }) => ALERT.test(labels.alertname ?? ''));
    if (events.length + cordoned.length + alerts.length === 0) return [];
    const budgets = (await scene.list('PodDisruptionBudget')).items.filter(isExhausted);
    const leftOn = leftovers(scene, cordoned);
    return budgets.flatMap((budget) => {
      const isOwn = (pod: Pod) =>
        pod.metadata.namespace === budget.metadata.namespace && selects(budget.spec.selector, pod.metadata.labels);
      const { namespace, name } = budget.metadata;
      const told = [
        ...events
          .filter(
            ({ object, message }) =>
              message.includes(name) || scene.pods.some((pod) => pod.metadata.name === object.name && isOwn(pod)),
          )
          .slice(0, 2)
          .map(eventLine),
        ...alerts
          .filter(({ labels }) => labels.poddisruptionbudget === name && (labels.namespace ?? namespace) === namespace)
          .map(alertLine),
      ];
      const held = [...leftOn.values()].filter((pods) => pods.some(isOwn) && pods.every((pod) => isHeld(pod, budgets)));
      const stuck = held.flat().filter(isOwn);
      return told.length + stuck.length > 0 ? [toVerdict(budget, told, stuck)] : [];
    });
  },
};

const isExhausted = ({ status, spec }: Budget): boolean =>
  status.disruptionsAllowed === 0 && (status.expectedPods ?? 1) > 0 && spec.selector !== undefined;

function isLongCordoned(scene: Scene, { spec }: Node): boolean {
  if (!spec.unschedulable) return false;
  const since = spec.taints.find(({ key }) => key === 'node.kubernetes.io/unschedulable')?.timeAdded;
  return since === undefined || scene.now - since > PATIENCE_MS;
}

/** What a drain would still have to evict, by cordoned node: neither daemons nor static pods. Only the whole cluster shows it. */
function leftovers(scene: Scene, cordoned: readonly Node[]): Map<string, Pod[]> {
  if (scene.scope.namespace !== undefined || !scene.podsKnown) return new Map();
  const names = new Set(cordoned.map(({ metadata }) => metadata.name));
  const left = scene.pods.filter(
    (pod) =>
      isActive(pod) &&
      names.has(pod.spec.nodeName ?? '') &&
      !pod.metadata.ownerReferences.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node'),
  );
  return Map.groupBy(left, ({ spec }) => spec.nodeName ?? '');
}

const isHeld = ({ metadata }: Pod, budgets: readonly Budget[]): boolean =>
  budgets.some(
    (budget) => budget.metadata.namespace === metadata.namespace && selects(budget.spec.selector, metadata.labels),
  );

function toVerdict(budget: Budget, told: readonly EvidenceLine[], stuck: readonly Pod[]): Verdict {
  const ref = refOf('PodDisruptionBudget', budget);
  const { minAvailable, maxUnavailable } = budget.spec;
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = budget.status;
  const rule = minAvailable === undefined ? `maxUnavailable=${maxUnavailable}` : `minAvailable=${minAvailable}`;
  const nodes = [...new Set(stuck.map(({ spec }) => spec.nodeName))].join(', ');
  return {
    cause: 'PDBBlocksDrain',
    confidence: told.length > 0 ? 'proven' : 'likely',
    object: ref,
    params: { rule, healthy: currentHealthy, desired: desiredHealthy, nodes: nodes || '–' },
    evidence: [
      objectLine(
        ref,
        `${rule}: ${currentHealthy} of ${expectedPods} pods healthy, ${desiredHealthy} needed, disruptionsAllowed=0`,
      ),
      ...told,
      ...stuck
        .slice(0, 3)
        .map((pod) => objectLine(podRef(pod), `still on node ${pod.spec.nodeName}, which is cordoned`)),
    ].slice(0, 6),
    symptoms: stuck.slice(0, 10).map(symptomOf),
    // With too few healthy pods it does what it is for: what keeps them unhealthy is the cause.
    dependsOn: currentHealthy < desiredHealthy ? stuck.slice(0, 10).map(podRef) : [],
  };
}
