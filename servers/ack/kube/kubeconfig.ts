import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { notConfigured } from '../errors.ts';

/** Where the way to an API server is written down. */
export type KubeSource =
  /** Paths as in KUBECONFIG; absent, `~/.kube/config`. Without a context, the file's current one. */
  | { from: 'file'; path?: string | undefined; context?: string | undefined }
  /** The service account of the pod that this program runs in. */
  | { from: 'pod' }
  /** A kubeconfig fetched a moment ago, that lives in memory only. */
  | { from: 'text'; text: string };

// Loaded at the first use: about 0.7 s and 90 MB (2 shared cores).
const load = () => import('@kubernetes/client-node');

/** Reads a kubeconfig and points it at the context. Refuses with NOT_CONFIGURED; no part of the file is in a message. */
export async function openKubeConfig(source: KubeSource): Promise<KubeConfig> {
  const { KubeConfig } = await load();
  const config = new KubeConfig();
  switch (source.from) {
    case 'pod':
      config.loadFromCluster();
      break;
    case 'text':
      read(() => config.loadFromString(source.text), 'The kubeconfig of the cloud');
      break;
    case 'file':
      loadFiles(config, new KubeConfig(), source.path);
      if (source.context !== undefined) useContext(config, source.context);
  }
  const cluster = config.getCurrentCluster();
  if (!cluster) throw notConfigured('The kubeconfig names no current context. Name one in clusters.yaml.');
  // client-node refuses plain HTTP, as `kubectl proxy` and sandboxes speak it, unless TLS is waived.
  if (!cluster.server.startsWith('http:')) return config;
  config.clusters = config.clusters.map((each) => (each === cluster ? { ...each, skipTLSVerify: true } : each));
  return config;
}

/** The contexts of the kubeconfig files, and which is the current one; none where there is no file. */
export async function contextsOf(path: string | undefined): Promise<{ names: string[]; current?: string }> {
  if (path === undefined && !existsSync(standardFile())) return { names: [] };
  const { KubeConfig } = await load();
  const config = new KubeConfig();
  loadFiles(config, new KubeConfig(), path);
  const current = config.getCurrentContext();
  return { names: config.getContexts().map(({ name }) => name), ...(current && { current }) };
}

const standardFile = () => join(homedir(), '.kube', 'config');

function loadFiles(config: KubeConfig, spare: KubeConfig, path: string | undefined): void {
  const [first, ...others] = (path ?? standardFile()).split(delimiter).filter(Boolean);
  if (first === undefined) throw notConfigured('KUBECONFIG names no file.');
  read(() => config.loadFromFile(first), first);
  for (const other of others) {
    read(() => {
      spare.loadFromFile(other);
      config.mergeConfig(spare, true);
    }, other);
  }
}

function useContext(config: KubeConfig, context: string): void {
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context))
    throw notConfigured(`The kubeconfig has no context ${context}; it has ${names.join(', ') || 'none'}.`);
  config.setCurrentContext(context);
}

/** The parser quotes what it chokes on, which may be a secret: only the file's name is told. */
function read(work: () => void, name: string): void {
  try {
    work();
  } catch (cause) {
    throw notConfigured(`${name} cannot be read as a kubeconfig.`, cause);
  }
}
