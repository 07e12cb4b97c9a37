import type { CloudOptions } from '../cloud/sdk.ts';
import { refusal } from '../errors.ts';
import { fromEntry, type PrometheusAccess } from '../observe/access.ts';
import type { SlsAccess } from '../observe/sls.ts';
import { type CloudCluster, openCloudClusters } from './cloud-clusters.ts';
import { type ClusterEntry, waysOf } from './clusters-file.ts';
import { contextsOf, type KubeSource, openKubeConfig } from './kubeconfig.ts';
import { type KubeWire, openWire } from './wire.ts';

/** Where clusters come from besides the cloud. Plain data, so that it can be sent to a worker thread. */
export interface ClusterSources {
  /** What is said of clusters that come from the cloud or the kubeconfig. */
  backend: 'sandbox' | 'aliyun' | 'kubeconfig';
  /** Of clusters.yaml. */
  entries?: ClusterEntry[] | undefined;
  /** Paths as in KUBECONFIG; only for the backend `kubeconfig`. */
  kubeconfig?: string | undefined;
  /** Whether this program runs in a pod, whose service account is then a way, too. */
  inPod?: boolean | undefined;
  /** The Prometheus of the kubeconfig's current context. */
  prometheusUrl?: string | undefined;
}

export type Environment = ClusterEntry['environment'];

/** One cluster, not yet connected. */
export interface Cluster {
  id: string;
  name: string;
  environment?: Environment;
  backend: ClusterSources['backend'];
  /** Connects at the first call. */
  wire(): Promise<KubeWire>;
  /** Undefined where no Prometheus is known. */
  prometheus(): Promise<PrometheusAccess | undefined>;
  /** Absent where its logs are in no SLS that is known. */
  sls?: SlsAccess;
  /** Where the load balancers of a simulated cloud are asked, in the place of their addresses. */
  entrance?: string;
  /** Whether an Ingress at a private address may be asked from here. */
  privateIngress?: boolean;
}

/** Every cluster that this server can reach. */
export interface Clusters {
  list(): Promise<{ items: Cluster[]; complete: boolean }>;
  /** By id or name. Refuses with NOT_FOUND, CONFLICT. */
  find(idOrName: string): Promise<Cluster>;
  close(): void;
}

const wireLifetimeMs = 12 * 60_000;
const listLifetimeMs = 60_000;

/** Opens the directory of clusters; reaches none before it is asked to. */
export function openClusters(sources: ClusterSources, cloudOptions: CloudOptions | undefined): Clusters {
  const cloud = cloudOptions && openCloudClusters(cloudOptions, sources);
  const wires = createWires();
  let listed: { at: number; found: Promise<{ items: Cluster[]; complete: boolean }> } | undefined;

  async function collect() {
    const own = await ownClusters(sources, wires);
    const names = new Set(own.map(({ name }) => name));
    const theirs = cloud ? await cloud.list() : { items: [], complete: true };
    const items = theirs.items.filter(({ name }) => !names.has(name)).map((found) => fromCloud(found, wires));
    return { items: [...own, ...items], complete: theirs.complete };
  }

  async function list() {
    if (!listed || Date.now() - listed.at > listLifetimeMs) {
      const found = collect();
      listed = { at: Date.now(), found };
      found.catch(() => {
        listed = undefined;
      });
    }
    return listed.found;
  }

  async function find(idOrName: string): Promise<Cluster> {
    const byId = cloud && /^c[0-9a-z]{32}$/.test(idOrName) ? await cloud.byId(idOrName) : undefined;
    if (byId) return fromCloud(byId, wires);
    const pick = async () => {
      const { items } = await list();
      return { items, matches: items.filter(({ id, name }) => id === idOrName || name === idOrName) };
    };
    let { items, matches } = await pick();
    if (matches.length === 0) {
      listed = undefined;
      ({ items, matches } = await pick());
    }
    const [match, other] = matches;
    if (match && other) {
      const ids = matches.map(({ id }) => id);
      throw refusal('CONFLICT', `${ids.length} clusters are called ${idOrName}: give one of the ids ${ids.join(', ')}`);
    }
    if (match) return match;
    const known = items.slice(0, 30).map(({ id, name }) => (id === name ? name : `${name} (${id})`));
    throw refusal('NOT_FOUND', `There is no cluster ${idOrName}. Known: ${known.join(', ') || 'none'}`);
  }

  return { list, find, close: wires.close };
}

type Wires = ReturnType<typeof createWires>;

/** Open connections by cluster. They are renewed before short-lived credentials run out. */
function createWires() {
  const open = new Map<string, { at: number; wire: Promise<KubeWire> }>();
  const drop = (id: string) => {
    const known = open.get(id);
    open.delete(id);
    // Requests that are under way end first; watches are renewed by those who keep them.
    known?.wire.then((wire) => wire.retire()).catch(() => undefined);
  };
  return {
    get(id: string, source: () => Promise<KubeSource>): Promise<KubeWire> {
      const known = open.get(id);
      if (known && Date.now() - known.at < wireLifetimeMs) return known.wire;
      drop(id);
      const wire = source().then(openKubeConfig).then(openWire);
      open.set(id, { at: Date.now(), wire });
      wire.catch(() => open.delete(id));
      return wire;
    },
    close() {
      for (const id of open.keys()) drop(id);
    },
  };
}

const fromCloud = ({ source, ...found }: CloudCluster, wires: Wires): Cluster => ({
  ...found,
  wire: () => wires.get(found.id, source),
});

/** The clusters of clusters.yaml that say how to reach them, else the contexts of the kubeconfig, else the cluster around this pod. */
async function ownClusters(sources: ClusterSources, wires: Wires): Promise<Cluster[]> {
  const { backend, entries = [], kubeconfig, prometheusUrl } = sources;
  const alone = backend === 'kubeconfig';
  const own = entries.filter((entry) => alone || waysOf(entry));
  if (own.length > 0 || !alone) return own.map((entry) => ownCluster(entry, sourceOf(entry, kubeconfig), wires));
  const { names, current } = await contextsOf(kubeconfig);
  if (names.length > 0) {
    return names.map((name) => {
      const prometheus = name === current && prometheusUrl !== undefined ? { url: prometheusUrl } : undefined;
      return ownCluster({ name, prometheus }, { from: 'file', path: kubeconfig, context: name }, wires);
    });
  }
  if (!sources.inPod) return [];
  const prometheus = prometheusUrl === undefined ? undefined : { url: prometheusUrl };
  return [ownCluster({ name: 'in-cluster', prometheus }, { from: 'pod' }, wires)];
}

function sourceOf({ name, kubeconfig, context, inCluster }: ClusterEntry, standard: string | undefined): KubeSource {
  if (inCluster) return { from: 'pod' };
  return {
    from: 'file',
    path: kubeconfig ?? standard,
    context: context ?? (kubeconfig === undefined ? name : undefined),
  };
}

interface OwnEntry extends Pick<ClusterEntry, 'name' | 'privateIngress'> {
  environment?: Environment | undefined;
  prometheus?: ClusterEntry['prometheus'];
}

function ownCluster(
  { name, environment, prometheus, privateIngress }: OwnEntry,
  source: KubeSource,
  wires: Wires,
): Cluster {
  return {
    id: name,
    name,
    backend: 'kubeconfig',
    ...(environment && { environment }),
    ...(privateIngress && { privateIngress }),
    wire: () => wires.get(name, async () => source),
    prometheus: async () => (prometheus ? fromEntry(prometheus) : undefined),
  };
}
