import { z } from 'zod';
import type { ToolGateway } from '../tools/types.ts';
import type { ClusterRef } from './records.ts';

/** Keeps an eye on each cluster without any alerting: the `ack` server watches, and is asked what has changed. */
export interface Watcher {
  start(): void;
  stop(): Promise<void>;
}

export interface WatcherOptions {
  gateway: ToolGateway;
  clusters: () => Promise<ClusterRef[]>;
  suspect: (cluster: ClusterRef, namespace: string | undefined) => void;
  everyMs: number;
  onError: (error: unknown, where: string) => void;
}

const answer = z.object({
  cursor: z.string(),
  changes: z.array(
    z.object({
      type: z.string(),
      object: z.object({ metadata: z.object({ namespace: z.string().optional() }).optional() }).loose(),
    }),
  ),
});

/** A cluster cannot be watched at the moment: troubles there are seen by alerts and questions only. */
class Blind extends Error {
  readonly code = 'CLUSTER_NOT_WATCHED';
}

export function createWatcher({ gateway, clusters, suspect, everyMs, onError }: WatcherOptions): Watcher {
  const cursors = new Map<string, string>();
  /** Clusters that could not be watched when last asked: told once each time. */
  const blind = new Set<string>();
  const stopping = new AbortController();
  let round: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function lookAt(cluster: ClusterRef): Promise<void> {
    const cursor = cursors.get(cluster.id);
    const args = { clusterId: cluster.id, waitSeconds: 0, ...(cursor !== undefined && { cursor }) };
    const result = await gateway.read({ tool: 'k8s_watch', args, actor: 'system', signal: stopping.signal });
    if (!result.ok) {
      // An unknown cursor, or a server that began anew: what is wrong now is told again.
      cursors.delete(cluster.id);
      if (!blind.has(cluster.id)) onError(new Blind(`${cluster.name}: ${result.error.message}`), 'watcher');
      blind.add(cluster.id);
      return;
    }
    blind.delete(cluster.id);
    const { cursor: next, changes } = answer.parse(result.data);
    cursors.set(cluster.id, next);
    for (const namespace of new Set(changes.filter(({ type }) => type !== 'recovered').map(placeOf)))
      suspect(cluster, namespace);
  }

  async function once(): Promise<void> {
    for (const cluster of await clusters()) if (!stopping.signal.aborted) await lookAt(cluster);
  }

  function plan(): void {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      round = once()
        .catch((error: unknown) => onError(error, 'watcher'))
        .finally(plan);
    }, everyMs);
  }

  return {
    start: plan,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await round;
    },
  };
}

const placeOf = ({ object }: z.infer<typeof answer>['changes'][number]): string | undefined =>
  object.metadata?.namespace;
