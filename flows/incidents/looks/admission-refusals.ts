import type { SceneEvent } from '../events.ts';
import { type EvidenceLine, type ObjectRef, refKey } from '../finding.ts';
import type { Job, WorkloadObject } from '../kinds.ts';
import { eventLine, objectLine, refOf } from '../lines.ts';
import type { Scene } from '../scene.ts';
import { type Refusal, readRefusal } from './admission-messages.ts';

/** What the API server refuses to create, for whom, as long as it is still missing. */

export interface Refused {
  refusal: Refusal;
  /** Whose pods, claims or services are missing. */
  owner: ObjectRef;
  line: EvidenceLine;
  since: number | undefined;
}

/** Controllers that make pods, and say so when they cannot. */
const MAKERS = new Set([
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Deployment',
]);
/** Others do not tell whether what they wanted is there by now. */
const FRESH_MS = 30 * 60_000;
/** A controller that is refused waits up to this long before it tries again. */
const RETRY_MS = 20 * 60_000;

interface Makers {
  replicaSets: ReadonlyMap<string, WorkloadObject>;
  jobs: ReadonlyMap<string, Job>;
  setsKnown: boolean;
  jobsKnown: boolean;
}

export async function refusals(scene: Scene): Promise<Refused[]> {
  const [sets, jobs] = await Promise.all([scene.list('ReplicaSet'), scene.list('Job')]);
  const makers: Makers = {
    replicaSets: new Map(sets.items.map((set) => [refKey(refOf('ReplicaSet', set)), set])),
    jobs: new Map(jobs.items.map((job) => [refKey(refOf('Job', job)), job])),
    setsKnown: sets.known,
    jobsKnown: jobs.known,
  };
  const all = [...fromEvents(scene, makers), ...fromConditions(scene, sets.items)];
  // The same refusal is told by the ReplicaSet and by its Deployment.
  return [
    ...new Map(all.toReversed().map((one) => [`${refKey(one.owner)} ${keyOf(one.refusal)}`, one])).values(),
  ].reverse();
}

function keyOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'quota':
    case 'needs-limits':
      return `${refusal.kind} ${refusal.quota}`;
    case 'webhook-denied':
    case 'webhook-unavailable':
      return `${refusal.kind} ${refusal.webhook}`;
    default:
      return refusal.kind;
  }
}

/** Of each object the newest word counts. */
function fromEvents(scene: Scene, makers: Makers): Refused[] {
  const heard = new Set<string>();
  return scene.events.flatMap((event): Refused[] => {
    const told = event.type === 'Warning' ? readRefusal(event.message) : undefined;
    const isMaker = MAKERS.has(event.object.kind) && /Create/.test(event.reason);
    if (!told) return [];
    const key = refKey(event.object);
    if (heard.has(key) || !(isMaker ? isShort(scene, makers, event) : event.last >= scene.now - FRESH_MS)) return [];
    heard.add(key);
    const owner = ownerOf(scene, makers, event.object);
    return [{ refusal: told, owner, line: eventLine(event), since: event.first }];
  });
}

function fromConditions(scene: Scene, sets: readonly WorkloadObject[]): Refused[] {
  const deployments = scene.workloads.flatMap(({ ref, object }) =>
    ref.kind === 'Deployment' && object ? [object] : [],
  );
  const all = [
    ...sets.map((object) => ({ object, kind: 'ReplicaSet' })),
    ...deployments.map((object) => ({ object, kind: 'Deployment' })),
  ];
  return all.flatMap(({ object, kind }) => {
    const short = (object.spec.replicas ?? 1) > (object.status.replicas ?? 0);
    const updating = kind === 'Deployment' && (object.status.updatedReplicas ?? 0) < (object.spec.replicas ?? 1);
    if (!short && !updating) return [];
    return object.status.conditions.flatMap(({ type, status, reason, message, lastTransitionTime }): Refused[] => {
      const isFailure = (type === 'ReplicaFailure' && status === 'True') || reason === 'ReplicaSetCreateError';
      const refusal = isFailure ? readRefusal(message ?? '') : undefined;
      if (!refusal) return [];
      const ref = refOf(kind, object);
      const owner = kind === 'Deployment' ? ref : ownerOfSet(scene, ref, object);
      const line = objectLine(ref, `${type}=${status} ${reason ?? ''}: ${message ?? ''}`, lastTransitionTime);
      return [{ refusal, owner, line, since: lastTransitionTime }];
    });
  });
}

function ownerOfSet(scene: Scene, ref: ObjectRef, set: WorkloadObject | undefined): ObjectRef {
  const above = set?.metadata.ownerReferences.find(({ controller }) => controller);
  if (above) return { ...ref, kind: above.kind, name: above.name };
  const named = { ...ref, kind: 'Deployment', name: ref.name.replace(/-[a-z0-9]{1,10}$/, '') };
  return scene.workload(named) && !scene.workload(ref) ? named : ref;
}

function ownerOf(scene: Scene, { replicaSets, jobs }: Makers, object: SceneEvent['object']): ObjectRef {
  const { kind, namespace, name } = object;
  const ref = { kind, ...(namespace !== undefined && { namespace }), name };
  if (kind === 'ReplicaSet') return ownerOfSet(scene, ref, replicaSets.get(refKey(ref)));
  const above =
    kind === 'Job' ? jobs.get(refKey(ref))?.metadata.ownerReferences.find(({ controller }) => controller) : undefined;
  return above ? { ...ref, kind: above.kind, name: above.name } : ref;
}

/** Whether a controller still lacks what it was refused. Where it cannot be seen, a late word counts. */
function isShort(scene: Scene, makers: Makers, { object, last }: SceneEvent): boolean {
  const isLate = last >= scene.now - RETRY_MS;
  const key = refKey(object);
  if (object.kind === 'ReplicaSet') {
    const set = makers.replicaSets.get(key);
    if (!set) return !makers.setsKnown && isLate;
    return (set.spec.replicas ?? 1) > (set.status.replicas ?? 0) && last >= (set.metadata.creationTimestamp ?? 0);
  }
  if (object.kind === 'Job') {
    const job = makers.jobs.get(key);
    return job ? isJobShort(job) : !makers.jobsKnown && isLate;
  }
  const workload = scene.workload(object);
  if (object.kind === 'CronJob') {
    const { lastScheduleTime = 0, lastSuccessfulTime = 0 } = workload?.cronJob?.status ?? {};
    // The time of a schedule is written only once its Job is there.
    return last > Math.max(lastScheduleTime, lastSuccessfulTime);
  }
  if (!workload?.object) return isLate;
  return isWorkloadShort(workload.object, object.kind);
}

function isJobShort({ spec, status }: Job): boolean {
  const isOver = status.conditions.some(
    ({ type, status: is }) => ['Complete', 'Failed'].includes(type) && is === 'True',
  );
  const done = (status.succeeded ?? 0) >= (spec.completions ?? 1);
  return !isOver && !done && spec.suspend !== true && (status.active ?? 0) < (spec.parallelism ?? 1);
}

/** Whether fewer pods were made than are wanted, ready or not. */
export function isWorkloadShort({ spec, status }: WorkloadObject, kind: string): boolean {
  if (kind === 'DaemonSet') return (status.currentNumberScheduled ?? 0) < (status.desiredNumberScheduled ?? 0);
  const wanted = spec.replicas ?? 1;
  const isOld = kind === 'Deployment' && (status.updatedReplicas ?? 0) < wanted;
  return isOld || (status.replicas ?? 0) < wanted;
}
