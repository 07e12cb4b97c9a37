import type { ObjectRef } from '../finding.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Scene } from '../scene.ts';
import { isWorkloadShort } from './admission-refusals.ts';

const LATELY_MS = 6 * 60 * 60_000;

/**
 * Back to as many copies as there were before somebody asked for more than fit: said by the event of the scaling, and all of them
 * stand. What an autoscaler counts is its own to count.
 */
export async function scaledBack(scene: Scene, owner: ObjectRef): Promise<Remedy[]> {
  const { object, replicaSets = [] } = scene.workload(owner) ?? {};
  const [present, ...older] = replicaSets;
  if (owner.kind !== 'Deployment' || !object || !present || !isWorkloadShort(object, owner.kind)) return [];
  // While a new template is rolled out, copies are counted otherwise.
  if (older.some(({ status }) => (status.replicas ?? 0) > 0)) return [];
  const wanted = object.spec.replicas ?? 1;
  const scaling = scene
    .eventsOf(owner, scene.now - LATELY_MS)
    .flatMap(({ reason, message }) => (reason === 'ScalingReplicaSet' ? [steps(message)] : []))
    .find((step) => step?.name === present.metadata.name);
  if (!scaling || scaling.to !== wanted || scaling.from < 1 || scaling.from > (object.status.readyReplicas ?? 0))
    return [];
  return (await isAutoscaled(scene, owner)) ? [] : [{ id: 'scale-workload', target: owner, replicas: scaling.from }];
}

async function isAutoscaled(scene: Scene, { kind, namespace, name }: ObjectRef): Promise<boolean> {
  const { items } = await scene.list('HorizontalPodAutoscaler', namespace);
  return items.some(({ spec: { scaleTargetRef } }) => scaleTargetRef.kind === kind && scaleTargetRef.name === name);
}

/** `Scaled up replica set app-5d4f from 2 to 6`, or as older versions say it `to 6 from 2`. */
function steps(message: string): { name: string; from: number; to: number } | undefined {
  const match = /^Scaled up replica set (\S+) (?:from (\d+) to (\d+)|to (\d+) from (\d+))$/.exec(message.slice(0, 400));
  if (!match) return undefined;
  const [, name = '', from, to, to2, from2] = match;
  return { name, from: Number(from ?? from2), to: Number(to ?? to2) };
}
