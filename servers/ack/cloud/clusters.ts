import { z } from 'zod';
import { refusal } from '../errors.ts';
import { keyTag } from './requests.ts';
import { anywhere, type Cloud } from './sdk.ts';
import { everyPage, isoTime, pageSize, tagRecord } from './values.ts';

/** What every cluster tool says of a cluster. */
export const clusterFields = {
  clusterId: z.string(),
  name: z.string(),
  state: z.string(),
  region: z.string(),
  version: z.string().optional(),
  spec: z.string().optional(),
  size: z.number().optional(),
  vpcId: z.string().optional(),
  deletionProtection: z.boolean().optional(),
  tags: z.record(z.string(), z.string()),
  createdAt: z.string().optional(),
};

interface SdkCluster {
  clusterId?: string;
  name?: string;
  state?: string;
  regionId?: string;
  currentVersion?: string;
  clusterSpec?: string;
  size?: number;
  vpcId?: string;
  deletionProtection?: boolean;
  tags?: { key?: string; value?: string }[];
  created?: string;
}

export function clusterSummary(cluster: SdkCluster) {
  return {
    clusterId: cluster.clusterId ?? '',
    name: cluster.name ?? '',
    state: cluster.state ?? 'unknown',
    region: cluster.regionId ?? '',
    version: cluster.currentVersion,
    spec: cluster.clusterSpec,
    size: cluster.size,
    vpcId: cluster.vpcId,
    deletionProtection: cluster.deletionProtection,
    tags: tagRecord(cluster.tags),
    createdAt: isoTime(cluster.created),
  };
}

/** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterDetail */
export const describeCluster = (cloud: Cloud, clusterId: string) =>
  cloud.cs.read(anywhere, (client) => client.describeClusterDetail(clusterId));

/** All clusters of a region. https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClustersForRegion */
export async function listClusters(cloud: Cloud, region: string, name?: string) {
  const clusters = await everyPage(async (pageNumber) => {
    const request = { pageNumber, pageSize, ...(name !== undefined && { name }) };
    const body = await cloud.cs.read(region, (client, sdk) =>
      client.describeClustersForRegion(region, new sdk.DescribeClustersForRegionRequest(request)),
    );
    return body.clusters ?? [];
  });
  return clusters.map(clusterSummary);
}

const going = new Set(['deleting', 'deleted']);

/** The cluster that an idempotency key has made, unless it is on its way out. */
export async function clusterOfKey(cloud: Cloud, region: string, key: string) {
  const clusters = await listClusters(cloud, region);
  return clusters.find((cluster) => cluster.tags[keyTag] === key && !going.has(cluster.state));
}

/** The newest containerd that a Kubernetes version comes with. */
export async function runtimeVersion(
  cloud: Cloud,
  region: string,
  kubernetesVersion: string,
): Promise<string | undefined> {
  const versions = await kubernetesVersions(cloud, region);
  const runtimes = versions.find(({ version }) => version === kubernetesVersion)?.runtimes ?? [];
  return runtimes
    .flatMap((runtime) => (runtime.name === 'containerd' && runtime.version !== undefined ? [runtime.version] : []))
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))[0];
}

/** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeKubernetesVersionMetadata */
export const kubernetesVersions = (cloud: Cloud, region: string, clusterType = 'ManagedKubernetes') =>
  cloud.cs.read(region, (client, sdk) =>
    client.describeKubernetesVersionMetadata(
      new sdk.DescribeKubernetesVersionMetadataRequest({ region, clusterType, profile: 'Default' }),
    ),
  );

const addresses = z.object({
  api_server_endpoint: z.string().optional(),
  intranet_api_server_endpoint: z.string().optional(),
});

/** The API server's addresses: DescribeClusterDetail gives them as a JSON string. */
export function endpointsOf(masterUrl: string | undefined): { public?: string; private?: string } {
  if (!masterUrl) return {};
  const parsed = addresses.safeParse(JSON.parse(masterUrl));
  if (!parsed.success) throw refusal('UNKNOWN', 'The cloud gave an API server address that could not be read');
  const { api_server_endpoint: open, intranet_api_server_endpoint: inside } = parsed.data;
  return { ...(open && { public: open }), ...(inside && { private: inside }) };
}
