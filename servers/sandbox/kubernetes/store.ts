import type { KubeObject, Resource } from './objects.ts';

/**
 * The objects of one cluster, as etcd and the registry of an API server hold them together: versions, uids, optimistic
 * concurrency, finalizers and garbage collection. The API's handlers and the controllers both work on it, and on
 * nothing else. Objects that come out are never changed in place.
 */
export interface ObjectStore {
  /** Simulated time in epoch milliseconds. */
  now(): number;
  resourceVersion(): string;
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** All of a kind, or of one namespace, by namespace and name. */
  list(plural: string, namespace?: string): readonly KubeObject[];
  /** Gives uid, resourceVersion, creationTimestamp, generation 1 and a name for `generateName`. Throws `ApiError` AlreadyExists, NotFound for the namespace. */
  create(plural: string, object: Draft): KubeObject;
  /**
   * Replaces an object. With `metadata.resourceVersion` in `next` it must be the stored one, else `ApiError` Conflict. `generation` grows
   * when anything outside metadata and status changes. Nothing is written, and no version given, when nothing changes.
   */
  update(plural: string, next: KubeObject): KubeObject;
  /** Changes only `status`. Throws NotFound. */
  updateStatus(
    plural: string,
    namespace: string | undefined,
    name: string,
    status: Record<string, unknown>,
  ): KubeObject;
  /**
   * With finalizers, or a pod with a grace period, the object is only marked; the kubelet or the finalizer's owner calls again, with
   * `gracePeriodSeconds: 0`. Dependents go by owner reference (`background`), first (`foreground`) or stay (`orphan`).
   */
  remove(plural: string, namespace: string | undefined, name: string, options?: RemoveOptions): KubeObject | undefined;
  /** Told of each change right after it happened, in order; returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void;
  /** Changes after `resourceVersion`, oldest first; undefined when so old that they were forgotten (410 Gone). */
  since(resourceVersion: string): readonly Change[] | undefined;
  resources(): readonly Resource[];
}

/** An object before the store has given it what only the store gives. */
export type Draft = Omit<KubeObject, 'metadata'> & {
  apiVersion: string;
  kind: string;
  metadata: Partial<KubeObject['metadata']>;
};

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  plural: string;
  object: KubeObject;
  /** The object before, for MODIFIED and DELETED. */
  previous?: KubeObject;
}

export interface RemoveOptions {
  gracePeriodSeconds?: number;
  propagation?: 'background' | 'foreground' | 'orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
}
