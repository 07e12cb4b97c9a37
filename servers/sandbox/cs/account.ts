import { z } from 'zod';
import type { Handler } from '../call.ts';
import { findRegion, imageTypes, kubernetesVersions, nextVersion, regions } from '../catalogue.ts';
import { notFound, parseInput } from '../errors.ts';
import { requestId } from '../ids.ts';
import { POOLS_PER_CLUSTER } from './pools.ts';

/** 100 Pro clusters an account: https://help.aliyun.com/zh/ack/product-overview/limits */
export const CLUSTERS_PER_ACCOUNT = 100;

/** The page where a RAM role is granted to Container Service. */
export const authoriseUrl = (role: string): string =>
  `https://ram.console.aliyun.com/role/authorize?request=${encodeURIComponent(JSON.stringify({ Services: [{ Service: 'CS', Roles: [{ RoleName: role }] }] }))}`;

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeuserquota */
export const describeUserQuota: Handler = ({ world }) => ({
  amk_cluster_quota: world.faults().quotaExceeded ? 0 : CLUSTERS_PER_ACCOUNT,
  ask_cluster_quota: 20,
  cluster_quota: world.faults().quotaExceeded ? 0 : CLUSTERS_PER_ACCOUNT,
  cluster_nodepool_quota: POOLS_PER_CLUSTER,
  node_quota: 5000,
  quotas: {},
});

const rolesSchema = z.object({ roles: z.array(z.object({ name: z.string() })) });

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-checkservicerole */
export const checkServiceRole: Handler = ({ world, body }) => {
  const granted = !world.faults().roleNotAttached;
  const roles = parseInput(rolesSchema, body).roles.map(({ name }) => ({
    name,
    granted,
    message: granted ? '' : `The role does not exist: ${name}. Authorise it at ${authoriseUrl(name)}`,
  }));
  return { roles };
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-openackservice */
export const openAckService: Handler = () => ({ order_id: '20000000000000', request_id: requestId() });

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeregions */
export const describeRegions: Handler = ({ query }) => ({
  regions: regions.map(({ id, zh, en }) => ({
    regionId: id,
    localName: query.acceptLanguage?.startsWith('en') ? en : zh,
  })),
  requestId: requestId(),
});

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describekubernetesversionmetadata */
export const describeKubernetesVersionMetadata: Handler = ({ query }) => {
  if (!findRegion(query.Region)) throw notFound('InvalidRegionId.NotFound', `region ${query.Region} does not exist`);
  return kubernetesVersions
    .filter((entry) => !query.KubernetesVersion || entry.version === query.KubernetesVersion)
    .filter((entry) => query.Mode !== 'creatable' || entry.creatable)
    .map((entry) => ({
      version: entry.version,
      creatable: entry.creatable,
      release_date: entry.releaseDate,
      expiration_date: entry.expirationDate,
      upgradable_versions: [nextVersion(entry.version)].filter(Boolean),
      runtimes: [{ name: 'containerd', version: entry.containerd }],
      images: imageTypes.map(image),
      capabilities: {},
      meta_data: {},
    }));
};

const image = (type: string) => ({
  image_id: `${type.toLowerCase()}.vhd`,
  image_name: type,
  image_type: type,
  image_category: 'system',
  platform: type.startsWith('Aliyun') ? 'AliyunLinux' : type,
  os_type: 'Linux',
  os_version: /\d/.exec(type)?.[0] ?? '',
  architecture: type.endsWith('Arm64') ? 'arm64' : 'x86_64',
});
