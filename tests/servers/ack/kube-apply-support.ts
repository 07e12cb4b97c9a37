import type { JsonObject } from '../../../src/tools/types.ts';
import { startApi, type TestApi } from '../sandbox/kubernetes/harness.ts';
import { connectKube } from './kube-support.ts';

/** The `ack` server before the sandbox's API server: nothing moves in it, and its admission is whole. */
export async function connectApi() {
  const api = await startApi();
  await api.core.createNamespace({ body: { metadata: { name: 'shop' } } });
  const ack = await connectKube([], { server: api.url });
  const close = async () => {
    await ack.close();
    await api.close();
  };
  return { ...ack, api, close };
}

export type ConnectedApi = Omit<Awaited<ReturnType<typeof connectApi>>, 'api'> & { api: TestApi };

/** A small application's Deployment, as a release would apply it. */
export const webOf = (change: { image?: string; container?: JsonObject; pod?: JsonObject } = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [{ name: 'web', image: change.image ?? 'nginx:1.27', ...change.container }],
        ...change.pod,
      },
    },
  },
});

export const configOf = (data: JsonObject = { LOG_LEVEL: 'info' }): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'shop' },
  data,
});
