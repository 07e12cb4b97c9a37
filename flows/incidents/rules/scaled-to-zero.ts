import type { SceneEvent } from '../events.ts';
import type { EvidenceLine, Verdict } from '../finding.ts';
import { eventLine, objectLine } from '../lines.ts';
import { appliedSpec } from '../looks/applied.ts';
import { askedLines } from '../looks/asked.ts';
import { complaintsAbout, complaintsOf } from '../looks/complaints.ts';
import { routesOf } from '../looks/ingress-routes.ts';
import { isSelecting, type ServiceView, servicesOf } from '../looks/services.ts';
import type { Workload } from '../owners.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const KINDS = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);
const RECENTLY_MS = 6 * 60 * 60_000;
/** Scaled to nothing by a machine that brings it back when it is needed, or by people who say so. */
const ON_PURPOSE =
  /knative\.dev\/|keda\.sh\/|idling\.alpha\.openshift\.io\/|downscaler\/|sleepmode|kube-green|snorlax|paused-replicas|hibernat/i;

/** A workload has no copies, and something wants it: a Service with nothing else behind it, an Ingress, a client, an alert. */
export const scaledToZero: Rule = {
  cause: 'ScaledToZero',
  async examine(scene) {
    const found: Verdict[] = [];
    for (const workload of scene.workloads.filter(isAtZero)) {
      const verdict = await verdictFor(scene, workload);
      if (verdict) found.push(verdict);
    }
    return found;
  },
};

function isAtZero({ ref, object, replicas, pods, templateLabels }: Workload): boolean {
  if (!KINDS.has(ref.kind) || !object || replicas !== 0 || pods.length > 0) return false;
  const { annotations, labels, deletionTimestamp, ownerReferences } = object.metadata;
  const marks = [annotations, labels, templateLabels].flatMap((one) => Object.keys(one));
  // What another controller owns is that one's to scale.
  return deletionTimestamp === undefined && ownerReferences.length === 0 && !marks.some((key) => ON_PURPOSE.test(key));
}

async function verdictFor(scene: Scene, workload: Workload): Promise<Verdict | undefined> {
  const { ref } = workload;
  const empty = (await servicesOf(scene)).ofWorkload(workload).filter((view) => isSelecting(view) && isEmpty(view));
  const scaling = scaleDown(scene, workload);
  const told = [
    ...askedLines(scene, ref, ...empty.map((view) => view.ref)),
    ...(await clientLines(scene, empty)),
    ...(await ingressLines(scene, empty)),
    ...(scaling ? [eventLine(scaling)] : []),
  ];
  if (told.length === 0 && empty.length === 0) return undefined;
  const { replicas, line } = await formerly(scene, workload, scaling);
  return {
    cause: 'ScaledToZero',
    confidence: told.length > 0 ? 'proven' : 'likely',
    object: ref,
    since: scaling?.last,
    params: { services: empty.map((view) => view.ref.name).join(', ') || '–' },
    evidence: [
      objectLine(ref, 'spec.replicas=0, no pods'),
      ...empty
        .slice(0, 2)
        .map((view) => objectLine(view.ref, 'selects its pods and has nothing else to send traffic to')),
      ...told,
      ...(line ? [line] : []),
    ].slice(0, 6),
    explains: empty.map((view) => view.ref),
    remedies: [{ id: 'scale-workload', target: ref, replicas }],
  };
}

/** Nothing runs behind it, and nothing else is about to. */
function isEmpty({ pods, workloads }: ServiceView): boolean {
  return pods.length === 0 && workloads.every(({ replicas }) => replicas === 0 || replicas === undefined);
}

/** `Scaled down replica set app-5d4f from 3 to 0`, of late and not of an older revision. */
function scaleDown(scene: Scene, { ref, replicaSets }: Workload): SceneEvent | undefined {
  const [present] = replicaSets;
  const [last] = scene
    .eventsOf(ref, scene.now - RECENTLY_MS)
    .filter(({ reason }) => reason === 'ScalingReplicaSet' || reason === 'SuccessfulDelete');
  const isToZero =
    last !== undefined && /^Scaled down replica set \S+ (?:from \d+ )?to 0(?: from \d+)?$/.test(last.message);
  const isPresent = present === undefined || last?.message.includes(` ${present.metadata.name} `) === true;
  return isToZero && isPresent ? last : undefined;
}

async function clientLines(scene: Scene, empty: readonly ServiceView[]): Promise<EvidenceLine[]> {
  if (empty.length === 0) return [];
  const complaints = await complaintsOf(scene);
  return empty.flatMap((view) => complaintsAbout(complaints, view.ref).map(({ line }) => line)).slice(0, 2);
}

async function ingressLines(scene: Scene, empty: readonly ServiceView[]): Promise<EvidenceLine[]> {
  const [first] = empty;
  if (!first) return [];
  const names = new Set(empty.map(({ ref }) => ref.name));
  const { items } = await scene.list('Ingress', first.ref.namespace);
  return items
    .flatMap((ingress) => routesOf(ingress).map((route) => ({ ingress, route })))
    .filter(({ route }) => names.has(route.service))
    .slice(0, 1)
    .map(({ ingress, route }) =>
      objectLine(
        { ...first.ref, kind: 'Ingress', name: ingress.metadata.name },
        `${route.where} leads to Service ${route.service}`,
      ),
    );
}

/** How many copies it had or was meant to have, as far as anything tells; one is the least that serves. */
async function formerly(scene: Scene, { ref, object }: Workload, scaling: SceneEvent | undefined) {
  const before = Number(/ from (\d+)/.exec(scaling?.message ?? '')?.[1]);
  if (before > 0) return { replicas: before };
  const applied = object && appliedSpec(object);
  const count = applied?.replicas ?? 1;
  if (applied && typeof count === 'number' && count > 0)
    return { replicas: count, line: objectLine(ref, `was last applied with replicas ${count}`) };
  const { items } = await scene.list('HorizontalPodAutoscaler', ref.namespace);
  const scaler = items.find(
    ({ spec }) => spec.scaleTargetRef.kind === ref.kind && spec.scaleTargetRef.name === ref.name,
  );
  return { replicas: scaler?.spec.minReplicas ?? 1 };
}
