import { createBindings, createRoles } from './access.ts';
import type { Collector } from './collector.ts';
import { createCronJobs, createJobs } from './jobs.ts';
import {
  createEndpointSlices,
  createHttpRoutes,
  createIngresses,
  createNamespaces,
  createNetworkPolicies,
  createServices,
} from './network.ts';
import { createCsiNodes, createNodes } from './nodes.ts';
import { createApiServices, createCertificates, createConfigMaps, createWarnings } from './others.ts';
import { createReplicaSets } from './owners.ts';
import { createPods } from './pods.ts';
import { createBudgets, createHpas, createVpas } from './scaling.ts';
import { createShapes } from './shapes.ts';
import { createClaims, createLimitRanges, createQuotas, createVolumes } from './storage.ts';
import { type Before, createWorkloads } from './workloads.ts';

export type Collectors = ReturnType<typeof createCollectors>;

/** One collector for each kind. `now` is the API server's time that everything is judged by. */
export function createCollectors(now: () => number) {
  const claims = createClaims();
  let claimNames: Set<string> | undefined;
  // The list of claims is whole before the first pod is read.
  const isClaim = (key: string) => {
    claimNames ??= new Set(claims.rows.map(({ namespace, name }) => `${namespace}/${name}`));
    return claimNames.has(key);
  };
  const shapes = createShapes(isClaim);
  const replicaSets = createReplicaSets();
  const jobs = createJobs(shapes);
  const ownerOf = (kind: string, uid: string) =>
    kind === 'ReplicaSet' ? replicaSets.ownerOf(uid) : kind === 'Job' ? jobs.ownerOf(uid) : undefined;
  const pods = createPods({ now, shapes, ownerOf });
  const before: Before = { shapes, hasPods: (key) => pods.crews.has(key) };
  return {
    shapes,
    claims,
    replicaSets,
    jobs,
    pods,
    namespaces: createNamespaces(),
    volumes: createVolumes(),
    csiNodes: createCsiNodes(),
    nodes: createNodes(),
    deployments: createWorkloads('Deployment', before),
    statefulSets: createWorkloads('StatefulSet', before),
    daemonSets: createWorkloads('DaemonSet', before),
    cronJobs: createCronJobs(shapes, jobs.newestRun),
    services: createServices(),
    endpointSlices: createEndpointSlices(),
    ingresses: createIngresses(),
    httpRoutes: createHttpRoutes(),
    networkPolicies: createNetworkPolicies(),
    budgets: createBudgets(),
    hpas: createHpas(),
    vpas: createVpas(),
    quotas: createQuotas(),
    limitRanges: createLimitRanges(),
    roles: createRoles('Role'),
    clusterRoles: createRoles('ClusterRole'),
    roleBindings: createBindings('RoleBinding'),
    clusterRoleBindings: createBindings('ClusterRoleBinding'),
    configMaps: createConfigMaps(),
    warnings: createWarnings(now),
    apiServices: createApiServices(),
    certificates: createCertificates(),
  };
}

/** In the order in which they are to be read: what pods refer to comes before them, nodes right before, what is made of pods after. */
export const inReadingOrder = (all: Collectors): Collector[] => [
  all.namespaces,
  all.volumes,
  all.claims,
  all.csiNodes,
  all.replicaSets,
  all.jobs,
  all.nodes,
  all.pods,
  all.deployments,
  all.statefulSets,
  all.daemonSets,
  all.cronJobs,
  all.services,
  all.endpointSlices,
  all.ingresses,
  all.httpRoutes,
  all.networkPolicies,
  all.budgets,
  all.hpas,
  all.vpas,
  all.quotas,
  all.limitRanges,
  all.clusterRoles,
  all.roles,
  all.clusterRoleBindings,
  all.roleBindings,
  all.configMaps,
  all.warnings,
  all.apiServices,
  all.certificates,
];
