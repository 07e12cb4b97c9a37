import type { EvidenceLine, Verdict } from '../finding.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { askedLines } from '../looks/asked.ts';
import { complaintsAbout, complaintsOf } from '../looks/complaints.ts';
import { routesOf } from '../looks/ingress-routes.ts';
import { meantWorkload } from '../looks/service-candidates.ts';
import { isSelecting, type Services, type ServiceView, servicesOf } from '../looks/services.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const GRACE_MS = 2 * 60_000;

/** None of the pods that a Service selects is ready, or there are none and somebody wants them. What keeps them so explains this. */
export const noReadyEndpoints: Rule = {
  cause: 'NoReadyEndpoints',
  async examine(scene) {
    const services = await servicesOf(scene);
    if (!services.known) return [];
    const found: Verdict[] = [];
    for (const view of services.views.filter((one) => isSelecting(one) && one.ready.length === 0)) {
      const lines = isUnready(scene, view) ? [] : await wantedInVain(scene, view, services);
      if (lines) found.push(toVerdict(view, lines));
    }
    return found;
  },
};

/** Has pods, or a workload that should have some, and the newest of them is past its start. */
function isUnready(scene: Scene, { pods, workloads }: ServiceView): boolean {
  if (pods.length > 0) return pods.some(({ metadata }) => scene.now - (metadata.creationTimestamp ?? 0) > GRACE_MS);
  return workloads.some(
    ({ ref, replicas = 0, object }) =>
      replicas > 0 && ref.kind !== 'Pod' && scene.now - (object?.metadata.creationTimestamp ?? scene.now) > GRACE_MS,
  );
}

/** Nothing at all is behind it, nothing that it was meant for is to be seen, and yet somebody sends requests there. */
async function wantedInVain(scene: Scene, view: ServiceView, services: Services): Promise<EvidenceLine[] | undefined> {
  if (view.pods.length > 0 || view.workloads.length > 0 || meantWorkload(view, services)) return undefined;
  const asked = askedLines(scene, view.ref);
  const complaints = complaintsAbout(await complaintsOf(scene), view.ref).map(({ line }) => line);
  const ingresses = (await scene.list('Ingress', view.ref.namespace)).items
    .filter((ingress) => routesOf(ingress).some(({ service }) => service === view.ref.name))
    .map(({ metadata }) =>
      objectLine({ ...view.ref, kind: 'Ingress', name: metadata.name }, `leads to Service ${view.ref.name}`),
    );
  const lines = [...asked, ...complaints, ...ingresses];
  return lines.length > 0 ? lines : undefined;
}

function toVerdict({ ref, pods, workloads, service }: ServiceView, lines: readonly EvidenceLine[]): Verdict {
  const selector = Object.entries(service.spec.selector).map(([key, value]) => `${key}=${value}`);
  return {
    cause: 'NoReadyEndpoints',
    confidence: 'symptom',
    object: ref,
    params: { pods: pods.length },
    evidence: [
      objectLine(ref, `selector ${selector.join(',')}: ${pods.length} pods, none of them ready`),
      ...pods.slice(0, 3).map((pod) => objectLine(podRef(pod), symptomOf(pod).text)),
      ...lines.slice(0, 2),
    ],
    symptoms: pods.slice(0, 20).map(symptomOf),
    dependsOn: [...workloads.map((workload) => workload.ref), ...pods.slice(0, 20).map(podRef)],
  };
}
