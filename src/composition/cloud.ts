import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterSources } from '../../servers/ack/kube/clusters.ts';
import { type ClusterEntry, parseClusters } from '../../servers/ack/kube/clusters-file.ts';
import type { AckServerOptions } from '../../servers/ack/server.ts';
import { type Config, readVariables } from '../config.ts';
import type { Log } from '../telemetry/log.ts';

/** How the `ack` server reaches its cloud, and how fast that cloud's clock goes. */
export interface Cloud {
  /** Absent for the backend `kubeconfig`, which has no cloud. */
  cloud?: NonNullable<AckServerOptions['cloud']>;
  clusters: ClusterSources;
  /** Times faster than real time; 1 for the real cloud. */
  pace: number;
  /** False while it is known that there is none: then nothing needs to be asked or loaded. */
  hasClusters(): boolean;
  /** The address of the simulated world, where there is one. */
  sandboxUrl?: string;
  close(): Promise<void>;
}

/** The real cloud, a sandbox that runs elsewhere, or one started here. */
export async function openCloud(config: Config, log: Log): Promise<Cloud> {
  const backend = config.ACK_BACKEND;
  const clusters: ClusterSources = {
    backend,
    entries: readClusters(config.CLUSTERS_FILE, readVariables(process.env, 'CLUSTER_')),
  };
  if (backend === 'kubeconfig') {
    const { KUBECONFIG: kubeconfig, PROMETHEUS_URL: prometheusUrl } = config;
    const inPod = process.env.KUBERNETES_SERVICE_HOST !== undefined;
    return {
      clusters: { ...clusters, kubeconfig, prometheusUrl, inPod },
      pace: 1,
      hasClusters: always,
      close: async () => {},
    };
  }
  if (config.ACK_BACKEND === 'aliyun') {
    const { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId = '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret = '' } =
      config;
    const endpoints = config.ALIBABA_CLOUD_ENDPOINTS;
    const cloud = { accessKeyId, accessKeySecret, ...(endpoints && { endpoints: present(endpoints) }) };
    return { cloud, clusters, pace: 1, hasClusters: always, close: async () => {} };
  }
  const { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET, startSandbox } = await import(
    '../../servers/sandbox/sandbox.ts'
  );
  const keys = { accessKeyId: SANDBOX_ACCESS_KEY_ID, accessKeySecret: SANDBOX_ACCESS_KEY_SECRET };
  const pace = config.SANDBOX_SPEED;
  if (config.SANDBOX_URL)
    return {
      cloud: { ...keys, endpoints: config.SANDBOX_URL },
      clusters,
      pace,
      hasClusters: always,
      sandboxUrl: config.SANDBOX_URL,
      close: async () => {},
    };
  const sandbox = await startSandbox({ dataDir: join(config.DATA_DIR, 'sandbox'), speed: config.SANDBOX_SPEED });
  log.info({ url: sandbox.url, speed: sandbox.speed }, 'Sandbox started');
  return {
    cloud: { ...keys, endpoints: sandbox.url },
    clusters,
    pace,
    hasClusters: () => sandbox.hasClusters(),
    sandboxUrl: sandbox.url,
    close: () => sandbox.close(),
  };
}

const always = () => true;

/** The clusters of the file, none where there is no such file. Its values may name variables that begin with `CLUSTER_`. */
function readClusters(file: string, variables: Record<string, string | undefined>): ClusterEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return parseClusters(text, { file, variables });
}

function present(endpoints: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endpoints).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
