import type { Verdict } from '../finding.ts';
import { refText } from '../finding.ts';
import { objectLine, podRef } from '../lines.ts';
import { selectorText } from '../looks/scheduling-text.ts';
import { appliedSelector, type Candidate, meantWorkload, selectorFor } from '../looks/service-candidates.ts';
import { isSelecting, type Services, type ServiceView, servicesOf } from '../looks/services.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { hasLabels } from '../selectors.ts';

const GRACE_MS = 2 * 60_000;

/** A Service selects no pod, while a workload of its name, or of nearly these labels and its ports, has pods. */
export const serviceSelectorMismatch: Rule = {
  cause: 'ServiceSelectorMismatch',
  async examine(scene) {
    const services = await servicesOf(scene);
    if (!services.known) return [];
    return services.views.flatMap((view) => {
      if (scene.now - (view.service.metadata.creationTimestamp ?? 0) < GRACE_MS) return [];
      const candidate = selectsNothing(view) ? meantWorkload(view, services) : otherNamesake(view, services);
      return candidate ? [verdictFor(scene, view, { candidate, services })] : [];
    });
  },
};

/** Selects nothing, or has lost the selector that it was applied with. */
function selectsNothing(view: ServiceView): boolean {
  const { selector, type } = view.service.spec;
  if (view.pods.length > 0 || view.workloads.length > 0) return false;
  if (isSelecting(view)) return true;
  return type !== 'ExternalName' && Object.keys(selector).length === 0 && Object.keys(appliedSelector(view)).length > 0;
}

/** Selects another workload, which has a Service of its own name, while the one of its own name is served by none. */
function otherNamesake(view: ServiceView, services: Services): Candidate | undefined {
  if (!isSelecting(view) || view.workloads.length !== 1) return undefined;
  const [taken] = view.workloads;
  const own = services
    .workloadsIn(view.ref.namespace)
    .find(({ ref, pods }) => ref.name === view.ref.name && pods.length > 0);
  if (!own || !taken || own === taken || services.ofWorkload(own).length > 0) return undefined;
  const isTaken = services
    .ofWorkload(taken)
    .some(({ ref }) => ref.name === taken.ref.name && ref.name !== view.ref.name);
  return isTaken
    ? { workload: own, score: 0, isNamesake: false, isApplied: hasLabels(own.templateLabels, appliedSelector(view)) }
    : undefined;
}

function verdictFor(
  scene: Scene,
  view: ServiceView,
  { candidate, services }: { candidate: Candidate; services: Services },
): Verdict {
  const { workload, isNamesake, isApplied } = candidate;
  const { selector } = view.service.spec;
  const right = selectorFor(view, candidate, services);
  const [pod] = workload.pods;
  const text = (labels: Record<string, string>) => selectorText({ matchLabels: labels, matchExpressions: [] });
  const selects = view.pods.length > 0 ? `pods of ${view.workloads.map(({ ref }) => ref.name).join(', ')}` : 'no pod';
  return {
    cause: 'ServiceSelectorMismatch',
    confidence: isNamesake || isApplied ? 'proven' : 'likely',
    object: view.ref,
    params: { selector: text(selector), workload: refText(workload.ref), right: text(right) },
    evidence: [
      objectLine(view.ref, `spec.selector ${text(selector)} selects ${selects} of ${scene.pods.length} seen`),
      objectLine(workload.ref, `its pods have the labels ${text(workload.templateLabels)}`),
      ...(isApplied ? [objectLine(view.ref, `was last applied with the selector ${text(appliedSelector(view))}`)] : []),
      ...(pod
        ? [objectLine(podRef(pod), `runs and is selected by ${services.ofWorkload(workload).length} Services`)]
        : []),
    ],
    remedies:
      Object.keys(right).length > 0 && hasLabels(workload.templateLabels, right)
        ? [{ id: 'fix-service-selector', target: view.ref, selector: right }]
        : [],
  };
}
