import { clusterAdmins, execGrants } from './api/access.ts';
import { antiAffinityTight } from './api/anti-affinity.ts';
import { apiServiceDown } from './api/api-services.ts';
import { autoscalerAtMax, autoscalerBlind } from './api/autoscalers.ts';
import { budgetBlocks, budgetEmpty, budgetShort } from './api/budgets.ts';
import { certificateExpiring } from './api/certificates.ts';
import { coreDnsReplicas } from './api/coredns.ts';
import { cronJobMissed } from './api/cron-jobs.ts';
import { cpuHeadroom, memoryHeadroom } from './api/headroom.ts';
import { imageTag } from './api/images.ts';
import { networkPolicyMissing } from './api/network-policies.ts';
import { nodeNotReady } from './api/node-not-ready.ts';
import { nodePods } from './api/node-pods.ts';
import { nodePressure } from './api/node-pressure.ts';
import { nodeVersions } from './api/node-versions.ts';
import { nodesIdle } from './api/nodes-idle.ts';
import { jobFailed, rolloutStuck } from './api/object-failures.ts';
import { plainSecrets } from './api/plain-secrets.ts';
import { defaultAccount, hostAccess, runsAsRoot } from './api/pod-security.ts';
import { crashLoop, evicted, notReady, oomKilled, restarts, unschedulable, waiting } from './api/pod-troubles.ts';
import { readinessMissing } from './api/probes.ts';
import { quotaFull } from './api/quotas.ts';
import { daemonSetShort, deploymentShort, statefulSetShort } from './api/replicas.ts';
import { requestsMissing } from './api/requests.ts';
import { routeBackendMissing } from './api/routes.ts';
import { loadBalancerIdle, serviceWithoutEndpoints } from './api/services.ts';
import { singleReplica } from './api/single-replica.ts';
import { supportEnded } from './api/support.ts';
import { namespaceStuck, stuckTerminating } from './api/terminating.ts';
import { volumeFailed, volumeIdle } from './api/volumes.ts';
import { warningEvents } from './api/warnings.ts';
import type { Signal } from './signal.ts';

/** Every signal that the API answers by itself, one line each. */
export const signals: readonly Signal[] = [
  // nodes
  nodeNotReady,
  nodePressure,
  nodePods,
  nodeVersions,
  // workloads
  crashLoop,
  waiting,
  oomKilled,
  restarts,
  notReady,
  unschedulable,
  deploymentShort,
  rolloutStuck,
  statefulSetShort,
  daemonSetShort,
  jobFailed,
  cronJobMissed,
  autoscalerAtMax,
  autoscalerBlind,
  budgetShort,
  budgetBlocks,
  evicted,
  quotaFull,
  requestsMissing,
  serviceWithoutEndpoints,
  routeBackendMissing,
  imageTag,
  readinessMissing,
  warningEvents,
  stuckTerminating,
  // control plane
  coreDnsReplicas,
  apiServiceDown,
  supportEnded,
  namespaceStuck,
  // capacity and resilience
  cpuHeadroom,
  memoryHeadroom,
  singleReplica,
  budgetEmpty,
  antiAffinityTight,
  // storage
  volumeFailed,
  // security
  certificateExpiring,
  hostAccess,
  runsAsRoot,
  clusterAdmins,
  execGrants,
  defaultAccount,
  networkPolicyMissing,
  plainSecrets,
  // what money can be saved
  nodesIdle,
  volumeIdle,
  loadBalancerIdle,
];
