import type { Rule } from '../rule.ts';
import { appCrash } from './app-crash.ts';
import { commandNotFound } from './command-not-found.ts';
import { configMapKeyMissing } from './config-map-key-missing.ts';
import { configMapMissing } from './config-map-missing.ts';
import { envMissing } from './env-missing.ts';
import { envWrongAddress } from './env-wrong-address.ts';
import { hostPortConflict } from './host-port-conflict.ts';
import { imageArchMismatch } from './image-arch-mismatch.ts';
import { imageNotFound } from './image-not-found.ts';
import { imagePullUnauthorized } from './image-pull-unauthorized.ts';
import { imageRateLimited } from './image-rate-limited.ts';
import { initContainerFailed } from './init-container-failed.ts';
import { insufficientCpu } from './insufficient-cpu.ts';
import { insufficientExtendedResource } from './insufficient-extended-resource.ts';
import { insufficientMemory } from './insufficient-memory.ts';
import { nodeAffinityMismatch } from './node-affinity-mismatch.ts';
import { nodeSelectorMismatch } from './node-selector-mismatch.ts';
import { nodesCordoned } from './nodes-cordoned.ts';
import { oomKilled } from './oom-killed.ts';
import { permissionDenied } from './permission-denied.ts';
import { podAffinityUnsatisfied } from './pod-affinity-unsatisfied.ts';
import { podAntiAffinityConflict } from './pod-anti-affinity-conflict.ts';
import { portConflict } from './port-conflict.ts';
import { priorityPreempted } from './priority-preempted.ts';
import { registryUnreachable } from './registry-unreachable.ts';
import { schedulingGated } from './scheduling-gated.ts';
import { secretKeyMissing } from './secret-key-missing.ts';
import { secretMissing } from './secret-missing.ts';
import { securityContextRejected } from './security-context-rejected.ts';
import { serviceAccountMissing } from './service-account-missing.ts';
import { taintNotTolerated } from './taint-not-tolerated.ts';
import { tooManyPods } from './too-many-pods.ts';
import { topologySpreadUnsatisfied } from './topology-spread-unsatisfied.ts';
import { volumeMountFailed } from './volume-mount-failed.ts';
import { volumeZoneConflict } from './volume-zone-conflict.ts';

/** Every rule, one line each, in the order of the list of causes. */
export const rules: readonly Rule[] = [
  // memory and CPU
  oomKilled,
  // start
  imageNotFound,
  imagePullUnauthorized,
  registryUnreachable,
  imageRateLimited,
  imageArchMismatch,
  commandNotFound,
  appCrash,
  initContainerFailed,
  permissionDenied,
  portConflict,
  securityContextRejected,
  // configuration
  configMapMissing,
  configMapKeyMissing,
  secretMissing,
  secretKeyMissing,
  envMissing,
  envWrongAddress,
  serviceAccountMissing,
  volumeMountFailed,
  // probes
  // scheduling
  insufficientCpu,
  insufficientMemory,
  insufficientExtendedResource,
  tooManyPods,
  nodeSelectorMismatch,
  nodeAffinityMismatch,
  taintNotTolerated,
  nodesCordoned,
  podAntiAffinityConflict,
  podAffinityUnsatisfied,
  topologySpreadUnsatisfied,
  hostPortConflict,
  volumeZoneConflict,
  schedulingGated,
  priorityPreempted,
  // storage
  // admission and quota
  // services and routing
  // dependencies
  // workloads
  // nodes and control plane
];
