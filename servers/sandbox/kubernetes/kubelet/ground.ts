import type { World } from '../../world.ts';
import type { GroundState } from './documents.ts';

/** The physical side of one cluster: what machines, disks, registries and users do to it. */
export interface Ground {
  state(): GroundState;
  /** Changes it, keeps it and tells who listens. */
  change(edit: (state: GroundState) => void): void;
  subscribe(listener: () => void): () => void;
}

/** The ground of a cluster as it was kept; a healthy one when nothing was. */
export function openGround(world: World, clusterId: string): Ground {
  const empty = {
    installed: [],
    nodes: {},
    volumes: {},
    registries: {},
    hosts: {},
    components: {},
    loads: {},
    charges: {},
    oldCalls: {},
    scenarios: {},
  };
  let state: GroundState = world.grounds.get(clusterId) ?? { id: clusterId, ...empty };
  const listeners = new Set<() => void>();
  return {
    state: () => state,
    change: (edit) => {
      const next = structuredClone(state);
      edit(next);
      state = next;
      world.grounds.put(next);
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
