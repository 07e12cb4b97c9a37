import { type Handler, required } from './call.ts';
import { notFound } from './errors.ts';
import { addonState, clusterState } from './state.ts';
import type { World } from './world.ts';

/** Whether a cluster has a Prometheus instance: it runs, with the add-on that brings one. */
export function hasPrometheus(world: World, clusterId: string): boolean {
  const cluster = world.clusters.get(clusterId);
  const addon = world.addons.get(`${clusterId}/arms-prometheus`);
  if (!cluster || !addon || addonState(world, addon) !== 'active') return false;
  return ['running', 'upgrading'].includes(clusterState(world, cluster));
}

/** https://help.aliyun.com/zh/arms/prometheus-monitoring/developer-reference/api-arms-2019-08-08-getprometheusinstance */
const getPrometheusInstance: Handler = ({ world, query, baseUrl }) => {
  const clusterId = required(query, 'ClusterId');
  const cluster = world.clusters.get(clusterId);
  if (!cluster || !hasPrometheus(world, clusterId))
    throw notFound('InstanceNotFound', `Cluster ${clusterId} has no Prometheus instance.`);
  const url = `${baseUrl}/prometheus/${clusterId}`;
  return {
    Code: 200,
    Message: 'success',
    Data: {
      ClusterId: clusterId,
      ClusterName: cluster.name,
      ClusterType: 'aliyun-cs',
      RegionId: cluster.region,
      Version: 'V1',
      HttpApiInterUrl: url,
      HttpApiIntraUrl: url,
    },
  };
};

/** The actions of ARMS 2019-08-08. */
export const armsActions: Record<string, Handler> = { GetPrometheusInstance: getPrometheusInstance };
