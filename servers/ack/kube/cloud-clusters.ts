import { prometheusOf } from '../cloud/arms.ts';
import { clusterSummary, describeCluster, endpointsOf, listClusters } from '../cloud/clusters.ts';
import { shortLivedKubeconfig } from '../cloud/kubeconfig.ts';
import { anywhere, type Cloud, type CloudOptions, openCloud } from '../cloud/sdk.ts';
import { orGone } from '../cloud/values.ts';
import { refusal, ToolFailure } from '../errors.ts';
import { fromArms, fromEntry, type PrometheusAccess } from '../observe/access.ts';
import type { SlsAccess } from '../observe/sls.ts';
import type { Cluster, ClusterSources, Environment } from './clusters.ts';
import { type ClusterEntry, waysOf } from './clusters-file.ts';
import type { KubeSource } from './kubeconfig.ts';

/** A cluster of the cloud, with how to get a kubeconfig for it. */
export type CloudCluster = Omit<Cluster, 'wire'> & { source: () => Promise<KubeSource> };

interface Listed {
  items: CloudCluster[];
  complete: boolean;
}

type Summary = ReturnType<typeof clusterSummary>;

/** The clusters that the cloud knows; an entry of clusters.yaml of the same name adds its settings. */
export function openCloudClusters(options: CloudOptions, { backend, entries = [] }: ClusterSources) {
  const cloud = openCloud(options);
  const found = (summary: Summary): CloudCluster => {
    const { clusterId: id, name, region } = summary;
    const entry = entries.find((each) => each.name === name);
    const environment = entry?.environment ?? environmentOf(summary);
    return {
      id,
      name,
      backend,
      ...(environment && { environment }),
      source: () => sourceOf(cloud, id, entry),
      prometheus: () => prometheus(cloud, options, { id, region, entry }),
      ...(entry?.privateIngress && { privateIngress: true }),
      ...entranceOf(options, id),
      ...slsOf(options, { region, project: entry?.sls?.project ?? `k8s-log-${id}`, cloudId: id }),
    };
  };
  return {
    /** Undefined where there is none of that id. */
    async byId(clusterId: string): Promise<CloudCluster | undefined> {
      const cluster = await orGone(describeCluster(cloud, clusterId));
      if (!cluster) return undefined;
      return found(clusterSummary(cluster));
    },
    /** Every region is asked; `complete` is false when one did not answer. */
    async list(): Promise<Listed> {
      const regions = await regionIds(cloud);
      const answers = await inGroups(regions, 6, async (region) => listClusters(cloud, region).catch(() => undefined));
      const items = answers.flatMap((clusters) => clusters ?? []).filter(({ state }) => !unusable.has(state));
      return {
        items: items.map(found),
        complete: regions.length > 0 && answers.every((clusters) => clusters !== undefined),
      };
    },
  };
}

/** Where all products are at one address, the load balancers are, too. */
const entranceOf = ({ endpoints }: CloudOptions, id: string): { entrance?: string } =>
  typeof endpoints === 'string' ? { entrance: `${endpoints.replace(/\/+$/, '')}/way-in/${id}` } : {};

/** None where all products are at one address: that has no SLS. */
function slsOf(
  { accessKeyId, accessKeySecret, endpoints }: CloudOptions,
  place: Omit<SlsAccess, 'keys' | 'endpoint'>,
): { sls?: SlsAccess } {
  if (typeof endpoints === 'string') return {};
  const { sls: endpoint } = endpoints ?? {};
  return { sls: { ...place, keys: { accessKeyId, accessKeySecret }, ...(endpoint !== undefined && { endpoint }) } };
}

/** States in which a cluster has no API server to talk to. https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterDetail */
const unusable = new Set(['initial', 'failed', 'deleting', 'deleted', 'delete_failed', 'stopped', 'inactive']);

/** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeRegions */
async function regionIds(cloud: Cloud): Promise<string[]> {
  const { regions = [] } = await cloud.cs.read(anywhere, (client, sdk) =>
    client.describeRegions(new sdk.DescribeRegionsRequest({ clusterType: 'ManagedKubernetes' })),
  );
  return regions.flatMap(({ regionId }) => (regionId === undefined ? [] : [regionId]));
}

async function inGroups<Item, Result>(items: Item[], size: number, work: (item: Item) => Promise<Result>) {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += size)
    results.push(...(await Promise.all(items.slice(from, from + size).map(work))));
  return results;
}

async function sourceOf(cloud: Cloud, id: string, entry: ClusterEntry | undefined): Promise<KubeSource> {
  if (entry && waysOf(entry)) {
    if (entry.inCluster) return { from: 'pod' };
    return { from: 'file', path: entry.kubeconfig, context: entry.context };
  }
  const { masterUrl, state = 'unknown' } = await describeCluster(cloud, id);
  if (unusable.has(state)) throw refusal('CONFLICT', `The cluster ${id} is ${state}: its API server cannot be used`);
  const text = await shortLivedKubeconfig(cloud, id, endpointsOf(masterUrl).public === undefined);
  return { from: 'text', text };
}

async function prometheus(
  cloud: Cloud,
  { accessKeyId, accessKeySecret }: CloudOptions,
  { id, region, entry }: { id: string; region: string; entry: ClusterEntry | undefined },
): Promise<PrometheusAccess | undefined> {
  if (entry?.prometheus) return fromEntry(entry.prometheus);
  try {
    return fromArms(await prometheusOf(cloud, region, id), { accessKeyId, accessKeySecret });
  } catch (thrown) {
    const none = thrown instanceof ToolFailure && /NOT_FOUND|NotFound|NotExist/.test(thrown.error.code);
    if (none) return undefined;
    throw thrown;
  }
}

/** What a cluster is for: its tag `environment`, else a word in its name. A guess where it is the name. */
function environmentOf({ name, tags }: Pick<Summary, 'name' | 'tags'>): Environment | undefined {
  const text = (tags.environment ?? name).toLowerCase();
  for (const [environment, words] of Object.entries(wordsOf)) {
    if (words.test(text)) return environment as Environment;
  }
  return undefined;
}

const wordsOf: Record<Environment, RegExp> = {
  prod: /(^|[^a-z])(prod|production|prd)($|[^a-z])/,
  staging: /(^|[^a-z])(staging|stage|uat|pre|preprod)($|[^a-z])/,
  dev: /(^|[^a-z])(dev|development|test|testing)($|[^a-z])/,
};
