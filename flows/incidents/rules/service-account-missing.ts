import type { SceneEvent } from '../events.ts';
import { type EvidenceLine, type ObjectRef, refKey, type Verdict } from '../finding.ts';
import { eventLine, objectLine, symptomOf } from '../lines.ts';
import { isOutdated, stuckPods, warningsOf } from '../looks/starting.ts';
import type { Workload } from '../owners.ts';
import { isActive } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const NOT_FOUND = /\bserviceaccounts? "([^"]{1,253})" not found/;

/** Pods cannot be made, or get no token, because the account they are to run as does not exist. */
export const serviceAccountMissing: Rule = {
  cause: 'ServiceAccountMissing',
  async examine(scene) {
    const events = failuresByWorkload(scene);
    const found: Verdict[] = [];
    for (const workload of scene.workloads) {
      const verdict = await verdictFor(scene, workload, events.get(refKey(workload.ref)) ?? []);
      if (verdict) found.push(verdict);
    }
    return found;
  },
};

/** Events that say so about an owner or what it makes its pods through. */
function failuresByWorkload(scene: Scene): Map<string, SceneEvent[]> {
  const aboveSet = new Map(
    scene.workloads.flatMap(({ ref, replicaSets }) =>
      replicaSets.map(({ metadata: { name } }) => [refKey({ ...ref, kind: 'ReplicaSet', name }), ref] as const),
    ),
  );
  const ownerOf = (object: ObjectRef): ObjectRef => {
    if (object.kind !== 'Job' || scene.workload(object)) return aboveSet.get(refKey(object)) ?? object;
    return { ...object, kind: 'CronJob', name: object.name.replace(/-\d{1,12}$/, '') };
  };
  const failures = scene.events.filter(({ reason, message }) => reason === 'FailedCreate' && NOT_FOUND.test(message));
  return Map.groupBy(failures, ({ object }) => refKey(ownerOf(object)));
}

async function verdictFor(scene: Scene, workload: Workload, created: SceneEvent[]): Promise<Verdict | undefined> {
  const stuck = stuckPods(workload, scene.now);
  // During a roll-out the pods of the revision before are still there.
  const present = workload.allPods.filter((pod) => !isOutdated(workload, pod));
  const alive = present.filter(isActive).length;
  const wanted = workload.replicaSets[0]?.spec.replicas ?? workload.replicas;
  // A pod that came after the refusal shows that it is over.
  const newest = Math.max(0, ...present.map(({ metadata }) => metadata.creationTimestamp ?? 0));
  const isShort = (wanted === undefined || alive < wanted) && created.every(({ last }) => last > newest);
  if (stuck.length === 0 && !isShort) return undefined;
  const said = [
    ...(isShort ? [...created.slice(0, 1).map(eventLine), ...conditionLines(workload)] : []),
    ...stuck.flatMap((pod) =>
      warningsOf(scene, pod)
        .filter(({ message }) => NOT_FOUND.test(message))
        .map(eventLine),
    ),
  ];
  const account = workload.template.serviceAccountName ?? 'default';
  const isBare = workload.ref.kind === 'Pod' || workload.replicas === undefined;
  // Nothing but the list can tell of a workload without events; a bare pod would not exist.
  if (said.length === 0 && (isBare || alive > 0 || account === 'default')) return undefined;
  const state = await scene.find('ServiceAccount', workload.ref.namespace, account);
  if (state !== undefined && (state !== 'unknown' || said.length === 0)) return undefined;
  const ref: ObjectRef = { ...workload.ref, kind: 'ServiceAccount', name: account };
  return {
    cause: 'ServiceAccountMissing',
    confidence: 'proven',
    object: workload.ref,
    since: created.at(-1)?.first,
    params: { account },
    symptoms: stuck.map(symptomOf),
    explains: [ref],
    evidence: [...said, ...(state === undefined ? [objectLine(ref, 'not found')] : [])].slice(0, 5),
  };
}

/** Where the controller keeps its failure in the status, there need not be an event. */
function conditionLines({ ref, object, replicaSets: [present] }: Workload): EvidenceLine[] {
  const conditions = [...(object?.status.conditions ?? []), ...(present?.status.conditions ?? [])];
  const failed = conditions.find(
    ({ type, status, message = '' }) => type === 'ReplicaFailure' && status === 'True' && NOT_FOUND.test(message),
  );
  return failed ? [objectLine(ref, `ReplicaFailure: ${failed.message}`, failed.lastTransitionTime)] : [];
}
