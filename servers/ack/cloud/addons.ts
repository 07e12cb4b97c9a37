import { anywhere, type Cloud } from './sdk.ts';

/** The add-ons a cluster has. https://api.alibabacloud.com/document/CS/2015-12-15/ListClusterAddonInstances */
export async function installedAddons(cloud: Cloud, clusterId: string) {
  const body = await cloud.cs.read(anywhere, (client) => client.listClusterAddonInstances(clusterId));
  return (body.addons ?? []).flatMap(({ name, version, state }) =>
    name === undefined ? [] : [{ name, version: version ?? '', state: state ?? 'unknown' }],
  );
}

interface AddonQuery {
  clusterId?: string | undefined;
  region?: string | undefined;
  version?: string | undefined;
  clusterSpec?: string | undefined;
}

/** The add-ons that a cluster, or a cluster to be, can have. https://api.alibabacloud.com/document/CS/2015-12-15/ListAddons */
export async function availableAddons(cloud: Cloud, { clusterId, region, version, clusterSpec }: AddonQuery) {
  const query = clusterId
    ? { clusterId }
    : { regionId: region, clusterType: 'ManagedKubernetes', profile: 'Default', clusterSpec, clusterVersion: version };
  const body = await cloud.cs.read(region ?? anywhere, (client, sdk) =>
    client.listAddons(new sdk.ListAddonsRequest(query)),
  );
  return (body.addons ?? []).flatMap((addon) =>
    addon.name === undefined
      ? []
      : [
          {
            name: addon.name,
            version: addon.version ?? '',
            category: addon.category ?? '',
            managed: addon.managed ?? false,
            installByDefault: addon.installByDefault ?? false,
            configSchema: addon.configSchema,
          },
        ],
  );
}
