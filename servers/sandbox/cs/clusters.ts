import { z } from 'zod';
import { chinaTime, type Handler, pageOf } from '../call.ts';
import { findVersion, nextVersion } from '../catalogue.ts';
import type { Cluster } from '../documents.ts';
import { parseInput, refusal } from '../errors.ts';
import { clusterState, findCluster, livePools, poolStatus, runningCluster } from '../state.ts';
import { currentVersion, STAGES, startTask } from '../tasks.ts';
import type { World } from '../world.ts';
import { clusterName, refuseRetired } from './create-cluster.ts';
import { accepted } from './pools.ts';

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclusterdetail */
export const describeClusterDetail: Handler = ({ world, path, baseUrl }) =>
  wireCluster(world, findCluster(world, path.cluster), baseUrl);

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclustersforregion */
export const describeClustersForRegion: Handler = ({ world, path, query, baseUrl }) => {
  const late = (world.faults().lateListing ?? 0) * 1000;
  const found = world.clusters
    .list()
    .filter((cluster) => clusterState(world, cluster) !== 'deleted' && cluster.region === path.region)
    .filter((cluster) => world.now() >= cluster.createdAt + late)
    .filter((cluster) => !query.cluster_id || cluster.id === query.cluster_id)
    .filter((cluster) => !query.name || cluster.name.includes(query.name))
    .filter((cluster) => matches(cluster, query, ['cluster_spec', 'cluster_type', 'profile']));
  const page = pageOf(found, query.page_number, query.page_size);
  return {
    clusters: page.items.map((cluster) => wireCluster(world, cluster, baseUrl)),
    page_info: { page_number: page.number, page_size: page.size, total_count: page.total },
  };
};

const matches = (cluster: Cluster, query: Record<string, string>, fields: string[]): boolean =>
  fields.every((field) => !query[field] || cluster.settings[field] === query[field]);

function wireCluster(world: World, cluster: Cluster, baseUrl: string) {
  const state = clusterState(world, cluster);
  const version = currentVersion(world, cluster);
  const server = `${baseUrl}/kubernetes/${cluster.id}`;
  return {
    ...cluster.settings,
    cluster_id: cluster.id,
    name: cluster.name,
    region_id: cluster.region,
    state,
    size: livePools(world, cluster.id).reduce((sum, pool) => sum + poolStatus(world, pool).total_nodes, 0),
    init_version: cluster.version,
    current_version: version,
    next_version: nextVersion(version) ?? '',
    created: chinaTime(cluster.createdAt),
    updated: chinaTime(cluster.updatedAt),
    vpc_id: cluster.vpcId,
    vswitch_ids: cluster.vswitchIds,
    security_group_id: cluster.securityGroupId,
    external_loadbalancer_id: cluster.loadBalancerId,
    deletion_protection: cluster.deletionProtection,
    tags: cluster.tags,
    resource_group_id: cluster.settings.resource_group_id ?? 'rg-default',
    network_mode: 'vpc',
    parameters: {},
    master_url: JSON.stringify(
      state === 'initial'
        ? {}
        : { intranet_api_server_endpoint: server, ...(cluster.publicAccess && { api_server_endpoint: server }) },
    ),
  };
}

const modifySchema = z.looseObject({
  cluster_name: clusterName.optional(),
  deletion_protection: z.boolean().optional(),
  vswitch_ids: z.array(z.string()).min(1).optional(),
  maintenance_window: z.json().optional(),
  operation_policy: z.json().optional(),
  timezone: z.string().optional(),
  resource_group_id: z.string().optional(),
  cluster_spec: z.string().optional(),
});

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-modifycluster */
export const modifyCluster: Handler = (call) => {
  const { world, path, body } = call;
  refuseRetired(body, (field) =>
    [
      'access_control_list',
      'ingress_domain_rebinding',
      'ingress_loadbalancer_id',
      'instance_deletion_protection',
    ].includes(field),
  );
  const cluster = findCluster(world, path.cluster);
  const { cluster_name, deletion_protection, vswitch_ids, ...settings } = parseInput(modifySchema, body);
  if (clusterState(world, cluster) === 'initial' && deletion_protection !== undefined) {
    throw refusal('ErrorModifyDeletionProtectionFailed', `cluster ${cluster.id} is still being created`);
  }
  world.clusters.put({
    ...cluster,
    name: cluster_name ?? cluster.name,
    deletionProtection: deletion_protection ?? cluster.deletionProtection,
    vswitchIds: vswitch_ids ?? cluster.vswitchIds,
    settings: { ...cluster.settings, ...z.record(z.string(), z.json()).parse(settings) },
    updatedAt: world.now(),
  });
  const target = { id: cluster.id, type: 'cluster' };
  const task = startTask(world, { clusterId: cluster.id, type: 'cluster_update', target, stages: STAGES.update });
  return accepted(call, { cluster_id: cluster.id, task_id: task.id });
};

/** Its pools go with it. https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-deletecluster */
export const deleteCluster: Handler = (call) => {
  const { world, path } = call;
  const cluster = findCluster(world, path.cluster);
  if (cluster.deletionProtection) {
    throw refusal(
      'ErrorDeletionProtectionEnabled',
      `cluster ${cluster.id} has deletion protection: switch it off with ModifyCluster first`,
    );
  }
  if (clusterState(world, cluster) === 'deleting')
    throw refusal('ErrorClusterState', `cluster ${cluster.id} is deleting`);
  const target = { id: cluster.id, type: 'cluster' };
  const task = startTask(world, {
    clusterId: cluster.id,
    type: 'cluster_delete',
    target,
    stages: STAGES.clusterDelete,
  });
  for (const pool of livePools(world, cluster.id)) {
    world.pools.put({ ...pool, deleteTaskId: task.id });
    for (const node of world.nodes.list(pool.id))
      world.nodes.put({ ...node, leaveTaskId: node.leaveTaskId ?? task.id });
  }
  world.clusters.put({ ...cluster, deleteTaskId: task.id, updatedAt: world.now() });
  return accepted(call, { cluster_id: cluster.id, task_id: task.id });
};

const upgradeSchema = z.looseObject({ next_version: z.string(), master_only: z.boolean().optional() });

/** Upgrades the control plane. https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-upgradecluster */
export const upgradeCluster: Handler = (call) => {
  const { world, path, body } = call;
  refuseRetired(body, (field) => ['component_name', 'rolling_policy', 'version'].includes(field));
  const cluster = runningCluster(world, path.cluster);
  const { next_version: to } = parseInput(upgradeSchema, body);
  if (!findVersion(to) || nextVersion(currentVersion(world, cluster)) !== to) {
    throw refusal(
      'InvalidKubernetesVersion',
      `cluster ${cluster.id} can't be upgraded from ${currentVersion(world, cluster)} to ${to}`,
    );
  }
  const target = { id: cluster.id, type: 'cluster' };
  const task = startTask(world, {
    clusterId: cluster.id,
    type: 'cluster_upgrade',
    target,
    stages: STAGES.clusterUpgrade,
  });
  world.clusters.put({ ...cluster, upgrades: [...cluster.upgrades, { to, taskId: task.id }], updatedAt: world.now() });
  return accepted(call, { cluster_id: cluster.id, task_id: task.id });
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclusterresources */
export const describeClusterResources: Handler = ({ world, path }) => {
  const cluster = findCluster(world, path.cluster);
  const resources: [string, string | undefined][] = [
    ['VPC', cluster.vpcId],
    ['ECS::SecurityGroup', cluster.securityGroupId],
    ['SLB', cluster.loadBalancerId],
    ['NATGateway', cluster.natGatewayId],
    ['EIP', cluster.eipId],
    ...livePools(world, cluster.id).map((pool): [string, string] => ['ESS::ScalingGroup', pool.scalingGroupId]),
  ];
  return resources.flatMap(([resource_type, instance_id]) =>
    instance_id
      ? [
          {
            cluster_id: cluster.id,
            resource_type,
            instance_id,
            state: 'CREATE_COMPLETE',
            created: chinaTime(cluster.createdAt),
            auto_create: resource_type === 'VPC' ? 0 : 1,
            delete_behavior: { delete_by_default: resource_type !== 'VPC', changeable: true },
          },
        ]
      : [],
  );
};
