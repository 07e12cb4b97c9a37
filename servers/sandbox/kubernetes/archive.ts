import { z } from 'zod';
import type { World } from '../world.ts';
import type { KubeObject } from './objects.ts';
import type { Change } from './store.ts';
import type { ObjectArchive } from './store-memory.ts';

const ownerSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
  blockOwnerDeletion: z.boolean().optional(),
});
const shape = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    generateName: z.string().optional(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number().optional(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    ownerReferences: z.array(ownerSchema).optional(),
    finalizers: z.array(z.string()).optional(),
    managedFields: z.array(z.json()).optional(),
  }),
});
const objectSchema = z.custom<KubeObject>((value) => shape.safeParse(value).success);

/** One stored object of one cluster; the id is made of the cluster, the kind, the namespace and the name. */
export const kubeObjectSchema = z.object({
  id: z.string(),
  clusterId: z.string(),
  plural: z.string(),
  object: objectSchema,
});

/** What is kept of a cluster's API server itself; the id is the cluster's. */
export const kubeServerSchema = z.object({ id: z.string(), resourceVersion: z.number(), tokenKey: z.string() });

type Stored = z.infer<typeof kubeObjectSchema>;

/** The archive of one cluster's objects in the world's database. */
export interface ClusterArchive extends ObjectArchive {
  /** On disk when this returns. */
  flush(): void;
  /** Stops writing; what was not flushed is lost. */
  discard(): void;
}

/** How long what controllers write may wait, in real time: many changes are one transaction. */
const GROUP_MS = 500;

/** Changes are written in groups; a client's own are flushed before it gets its answer. */
export function openArchive(world: World, clusterId: string): ClusterArchive {
  const waiting = new Map<string, Stored | undefined>();
  let version = world.kubeServers.get(clusterId)?.resourceVersion ?? 0;
  let timer: NodeJS.Timeout | undefined;

  const discard = () => {
    clearTimeout(timer);
    timer = undefined;
    waiting.clear();
  };
  const flush = () => {
    const group = [...waiting];
    discard();
    if (group.length === 0) return;
    world.transaction(() => {
      for (const [id, doc] of group) {
        if (doc) world.kubeObjects.put(doc);
        else world.kubeObjects.remove(id);
      }
      const server = world.kubeServers.get(clusterId);
      if (server) world.kubeServers.put({ ...server, resourceVersion: version });
    });
  };
  return {
    load: () => ({ resourceVersion: version, objects: world.kubeObjects.list(clusterId) }),
    save: ({ type, plural, object }: Change) => {
      const { namespace = '', name, resourceVersion } = object.metadata;
      const id = [clusterId, plural, namespace, name].join('/');
      version = Number(resourceVersion);
      waiting.set(id, type === 'DELETED' ? undefined : { id, clusterId, plural, object });
      timer ??= setTimeout(flush, GROUP_MS).unref();
    },
    flush,
    discard,
  };
}
