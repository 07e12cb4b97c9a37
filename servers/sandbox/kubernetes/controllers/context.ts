import type { Ground } from '../kubelet/ground.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../objects.ts';
import type { Change, Draft, ObjectStore } from '../store.ts';
import type { Recorder } from './events.ts';
import type { Condition, Reader } from './kinds.ts';
import type { Pod } from './pod-kinds.ts';

/** What every control loop of one cluster works with. */
export interface Context {
  clusterId: string;
  store: ObjectStore;
  read: Reader;
  record: Recorder;
  /** The physical side of the cluster: machines, disks, registries, loads. */
  ground: Ground;
  now(): number;
  /** Now, as Kubernetes writes times. */
  stamp(): string;
  /** Creates an object as the API server would: with defaults, and refused by quotas and policies. */
  create(plural: string, draft: Draft): KubeObject;
  /** The variables that the programs of a running pod were started with. */
  serverEnv(pod: Pod): Record<string, string>;
  /** The block that the addresses of a node's pods come from. */
  podBlock(node: string): string;
  /** Has a control loop look at a key soon, or at a moment. */
  wake(controller: string, key: string, at?: number): void;
}

/** A moment as Kubernetes writes it: seconds, UTC. */
export const stampOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** `NAMESPACE/NAME`. */
export const keyOf = ({ metadata }: { metadata: Partial<ObjectMeta> }): string =>
  `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

/** The namespace and the name of a key. */
export function splitKey(key: string): [namespace: string, name: string] {
  const at = key.indexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
}

/** The reference to an object's controller, if it has one. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(({ controller }) => controller);

/** The keys a change concerns for the controller of `kind`: the object itself, or the owner of what changed. */
export function ownKeys(change: Change, plural: string, kind: string): string[] {
  if (change.plural === plural) return [keyOf(change.object)];
  const owner = controllerOf(change.object);
  return owner?.kind === kind ? [`${change.object.metadata.namespace ?? ''}/${owner.name}`] : [];
}

/** A reference that makes `owner` the controller of what carries it. */
export const ownedBy = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** Those that `owner` controls. */
export const ownedOf = <T extends KubeObject>(objects: readonly T[], owner: KubeObject): T[] =>
  objects.filter((object) => controllerOf(object)?.uid === owner.metadata.uid);

/** Conditions with one of them set; its transition time stays while its status does. */
export function withCondition(conditions: readonly Condition[] | undefined, next: Condition, at: string): Condition[] {
  const before = conditions?.find(({ type }) => type === next.type);
  const lastTransitionTime = before?.status === next.status ? (before.lastTransitionTime ?? at) : at;
  const whole = { lastTransitionTime, ...next };
  if (!before) return [...(conditions ?? []), whole];
  return (conditions ?? []).map((condition) => (condition.type === next.type ? whole : condition));
}

/** The condition of this type. */
export const conditionOf = (
  object: { status?: { conditions?: Condition[] } } | undefined,
  type: string,
): Condition | undefined => object?.status?.conditions?.find((condition) => condition.type === type);

/** Whether a pod has ended. */
export const isFinished = (pod: Pod): boolean => ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');

/** Whether a pod counts for its owner: neither ended nor on its way out. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && !pod.metadata.deletionTimestamp;

/** Whether a pod takes requests. */
export const isReady = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && conditionOf(pod, 'Ready')?.status === 'True';

/** The moment a pod is available: ready for `minReadySeconds`. Undefined while it isn't ready. */
export function availableAt(pod: Pod, minReadySeconds = 0): number | undefined {
  if (!isReady(pod)) return undefined;
  return Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '') + minReadySeconds * 1000;
}

/** The moments that are still to come, the nearest first; undefined without one. */
export function soonest(now: number, moments: readonly (number | undefined)[]): number | undefined {
  const coming = moments.filter((moment) => moment !== undefined && moment > now) as number[];
  return coming.length > 0 ? Math.min(...coming) : undefined;
}

/** The words of what the store or the admission refused. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
