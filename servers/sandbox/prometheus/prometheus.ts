import { hasPrometheus } from '../arms.ts';
import type { ObjectStore } from '../kubernetes/store.ts';
import type { World } from '../world.ts';
import { answerApi, type Reply, refusal } from './api.ts';
import { labelSets, metricSource } from './metrics.ts';
import { sceneOf } from './scene.ts';
import { followState, type StateHistory } from './state/history.ts';

export interface PrometheusOptions {
  world: World;
  /** The objects of a running cluster. */
  store(clusterId: string): ObjectStore | undefined;
  /** How far back there are samples, in milliseconds of world time; default 30 days. */
  retentionMs?: number;
}

/** A call of Prometheus' HTTP API. */
interface PrometheusCall {
  method: string;
  /** `/prometheus/CLUSTER/api/v1/…` */
  path: string;
  query: URLSearchParams;
  body: string;
}

/** The Prometheus of every cluster of a world. */
export interface Prometheus {
  handle(call: PrometheusCall): Promise<Reply>;
  /** Begins to note what the objects of a cluster go through; done by the first query at the latest. */
  follow(clusterId: string, store: ObjectStore): void;
  close(): void;
}

const RETENTION_MS = 30 * 86_400_000;

/** Answers from the state of clusters and the histories of their containers; nothing is scraped or kept on disk. */
export function openPrometheus({ world, store, retentionMs = RETENTION_MS }: PrometheusOptions): Prometheus {
  const followed = new Map<string, { store: ObjectStore; history: StateHistory }>();

  const follow = (clusterId: string, objects: ObjectStore) => {
    const known = followed.get(clusterId);
    if (known?.store === objects) return known;
    known?.history.close();
    const made = { store: objects, history: followState(objects, retentionMs) };
    followed.set(clusterId, made);
    return made;
  };

  const forget = (clusterId: string) => {
    followed.get(clusterId)?.history.close();
    followed.delete(clusterId);
  };

  const handle = async ({ method, path, query, body }: PrometheusCall): Promise<Reply> => {
    const [, clusterId = '', rest = ''] = /^\/prometheus\/([^/]+)\/api\/v1\/(.+)$/.exec(path) ?? [];
    const objects = hasPrometheus(world, clusterId) ? store(clusterId) : undefined;
    if (!world.clusters.get(clusterId)) forget(clusterId);
    if (!objects) return refusal(404, 'not_found', `cluster ${clusterId || path} has no Prometheus instance`);
    if (method !== 'GET' && method !== 'POST') return refusal(405, 'bad_data', `method ${method} is not allowed`);
    const parameters = new URLSearchParams([...query, ...new URLSearchParams(method === 'POST' ? body : '')]);
    const scene = sceneOf(world, { id: clusterId, ...follow(clusterId, objects) });
    const backend = {
      engine: { source: metricSource(scene, retentionMs), timeoutMs: 20_000 },
      labelSets: labelSets(scene, retentionMs),
      now: scene.now,
    };
    return answerApi(backend, rest.replace(/\/$/, ''), parameters);
  };

  const close = () => {
    for (const { history } of followed.values()) history.close();
    followed.clear();
  };
  return { handle, follow: (clusterId, objects) => void follow(clusterId, objects), close };
}
