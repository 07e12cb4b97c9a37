import { z } from 'zod';
import { kubernetesVersions } from '../cloud/clusters.ts';
import { isoTime } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const cloudListK8sVersions = readTool({
  name: 'cloud_list_k8s_versions',
  title: 'List Kubernetes versions',
  description:
    'The Kubernetes versions of a region: which can be created, until when each is supported, and its container runtimes.',
  input: { region: z.string(), clusterType: z.string().default('ManagedKubernetes') },
  output: {
    items: z.array(
      z.object({
        version: z.string(),
        creatable: z.boolean(),
        releaseDate: z.string().optional(),
        expirationDate: z.string().optional(),
        upgradableTo: z.array(z.string()),
        runtimes: z.array(z.object({ name: z.string(), version: z.string() })),
      }),
    ),
  },
  say: ({ items }) =>
    items.map(({ version, creatable }) => (creatable ? version : `${version} (not for new clusters)`)).join(', '),
  async run({ region, clusterType }, { cloud }) {
    const versions = await kubernetesVersions(cloud, region, clusterType);
    return {
      items: versions.map((item) => ({
        version: item.version ?? '',
        creatable: item.creatable ?? false,
        releaseDate: isoTime(item.releaseDate),
        expirationDate: isoTime(item.expirationDate),
        upgradableTo: item.upgradableVersions ?? [],
        runtimes: (item.runtimes ?? []).map(({ name = '', version = '' }) => ({ name, version })),
      })),
    };
  },
});
