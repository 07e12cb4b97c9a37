import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clusterState } from '../state.ts';
import { currentVersion } from '../tasks.ts';
import type { World } from '../world.ts';
import { admittingStore } from './admission/admit.ts';
import { createServing } from './api/serve.ts';
import { type ClusterArchive, openArchive } from './archive.ts';
import { bootstrap } from './bootstrap.ts';
import type { KubeCluster, StartMotion } from './cluster.ts';
import { RESOURCES } from './resources.ts';
import type { ObjectStore } from './store.ts';
import { createObjectStore } from './store-memory.ts';

/** The Kubernetes of all clusters of a world. */
export interface Kubernetes {
  /** Opened when first asked for; undefined while there is no such cluster with an API server that is up. */
  cluster(id: string): KubeCluster | undefined;
  /** Answers a request to `/kubernetes/CLUSTER/…`. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends what is answered without end. */
  endWatches(): void;
  /** Ends watches, stops what moves, writes the last changes. */
  close(): void;
}

/** A cluster that is open, with what belongs to it alone. */
export interface OpenCluster extends KubeCluster {
  /** The store without defaults and admission, for handlers that do those themselves. */
  raw: ObjectStore;
  archive: ClusterArchive;
  tokenKey: string;
}

/** Opens the clusters of a world, each set in motion by `startMotion` where there is one. */
export function openKubernetes(world: World, startMotion?: StartMotion): Kubernetes {
  const clusters = new Map<string, OpenCluster>();

  const cluster = (id: string): OpenCluster | undefined => {
    if (!isUp(world, id)) {
      forget(id);
      return undefined;
    }
    const found = clusters.get(id) ?? openCluster(world, id, startMotion);
    clusters.set(id, found);
    return found;
  };
  const forget = (id: string) => {
    const open = clusters.get(id);
    open?.motion?.stop();
    open?.archive.discard();
    clusters.delete(id);
    if (world.kubeServers.get(id)) dropObjects(world, id);
  };
  const serving = createServing({
    open: cluster,
    now: world.now,
    version: (id) => {
      const found = world.clusters.get(id);
      return found ? currentVersion(world, found) : '';
    },
  });
  world.onReset(() => {
    serving.endStreams();
    for (const id of [...clusters.keys()]) forget(id);
  });
  const close = () => {
    serving.endStreams();
    for (const open of clusters.values()) {
      open.motion?.stop();
      open.archive.flush();
    }
    clusters.clear();
  };
  return { cluster, handle: serving.handle, endWatches: serving.endStreams, close };
}

/** A cluster that is no more takes its objects with it. */
function dropObjects(world: World, id: string): void {
  world.transaction(() => {
    for (const doc of world.kubeObjects.list(id)) world.kubeObjects.remove(doc.id);
    world.kubeServers.remove(id);
  });
}

function isUp(world: World, id: string): boolean {
  const found = world.clusters.get(id);
  return found !== undefined && !['initial', 'failed', 'deleted'].includes(clusterState(world, found));
}

function openCluster(world: World, id: string, startMotion: StartMotion | undefined): OpenCluster {
  const server =
    world.kubeServers.get(id) ??
    world.kubeServers.put({ id, resourceVersion: 0, tokenKey: randomBytes(32).toString('hex') });
  const archive = openArchive(world, id);
  const raw = createObjectStore({ resources: RESOURCES, now: world.now, persist: archive });
  const store = admittingStore(raw);
  bootstrap(store);
  const motion = startMotion?.({ id, store, world });
  return { id, store, raw, motion, archive, tokenKey: server.tokenKey };
}
