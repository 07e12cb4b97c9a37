import type { Rule } from '../rule.ts';
import { appCrash } from './app-crash.ts';
import { badRollout } from './bad-rollout.ts';
import { certificateExpired } from './certificate-expired.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { clockSkew } from './clock-skew.ts';
import { commandNotFound } from './command-not-found.ts';
import { configMapKeyMissing } from './config-map-key-missing.ts';
import { configMapMissing } from './config-map-missing.ts';
import { connectionPoolExhausted } from './connection-pool-exhausted.ts';
import { containerRuntimeDown } from './container-runtime-down.ts';
import { controllerManagerDown } from './controller-manager-down.ts';
import { cpuOverload } from './cpu-overload.ts';
import { cpuThrottled } from './cpu-throttled.ts';
import { cronJobBadSchedule } from './cron-job-bad-schedule.ts';
import { cronJobSuspended } from './cron-job-suspended.ts';
import { dependencyAuthFailed } from './dependency-auth-failed.ts';
import { dependencyRateLimited } from './dependency-rate-limited.ts';
import { dependencyReadOnly } from './dependency-read-only.ts';
import { dependencySlow } from './dependency-slow.ts';
import { dependencyUnreachable } from './dependency-unreachable.ts';
import { diskFullInApp } from './disk-full-in-app.ts';
import { dnsResolutionFails } from './dns-resolution-fails.ts';
import { dnsServiceDown } from './dns-service-down.ts';
import { envMissing } from './env-missing.ts';
import { envWrongAddress } from './env-wrong-address.ts';
import { evicted } from './evicted.ts';
import { finalizerStuck } from './finalizer-stuck.ts';
import { gatewayMisroute } from './gateway-misroute.ts';
import { hostPortConflict } from './host-port-conflict.ts';
import { hpaMaxedOut } from './hpa-maxed-out.ts';
import { hpaNoMetrics } from './hpa-no-metrics.ts';
import { hpaTargetMissing } from './hpa-target-missing.ts';
import { imageArchMismatch } from './image-arch-mismatch.ts';
import { imageNotFound } from './image-not-found.ts';
import { imagePullUnauthorized } from './image-pull-unauthorized.ts';
import { imageRateLimited } from './image-rate-limited.ts';
import { ingressBackendMissing } from './ingress-backend-missing.ts';
import { ingressClassMissing } from './ingress-class-missing.ts';
import { initContainerFailed } from './init-container-failed.ts';
import { insufficientCpu } from './insufficient-cpu.ts';
import { insufficientExtendedResource } from './insufficient-extended-resource.ts';
import { insufficientMemory } from './insufficient-memory.ts';
import { jobBackoffLimit } from './job-backoff-limit.ts';
import { jobDeadline } from './job-deadline.ts';
import { kubeProxyDown } from './kube-proxy-down.ts';
import { kubeletDown } from './kubelet-down.ts';
import { limitRangeViolated } from './limit-range-violated.ts';
import { livenessProbeTooAggressive } from './liveness-probe-too-aggressive.ts';
import { livenessProbeWrongPath } from './liveness-probe-wrong-path.ts';
import { livenessProbeWrongPort } from './liveness-probe-wrong-port.ts';
import { livenessProbeWrongProtocol } from './liveness-probe-wrong-protocol.ts';
import { networkPolicyBlocks } from './network-policy-blocks.ts';
import { noReadyEndpoints } from './no-ready-endpoints.ts';
import { nodeAffinityMismatch } from './node-affinity-mismatch.ts';
import { nodeDiskPressure } from './node-disk-pressure.ts';
import { nodeMemoryPressure } from './node-memory-pressure.ts';
import { nodeNetworkDegraded } from './node-network-degraded.ts';
import { nodeNetworkUnavailable } from './node-network-unavailable.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { nodePidPressure } from './node-pid-pressure.ts';
import { nodeSelectorMismatch } from './node-selector-mismatch.ts';
import { nodesCordoned } from './nodes-cordoned.ts';
import { oomKilled } from './oom-killed.ts';
import { oomLeak } from './oom-leak.ts';
import { pdbBlocksDrain } from './pdb-blocks-drain.ts';
import { permissionDenied } from './permission-denied.ts';
import { podAffinityUnsatisfied } from './pod-affinity-unsatisfied.ts';
import { podAntiAffinityConflict } from './pod-anti-affinity-conflict.ts';
import { podNetworkDelay } from './pod-network-delay.ts';
import { podSecurityDenied } from './pod-security-denied.ts';
import { portConflict } from './port-conflict.ts';
import { priorityPreempted } from './priority-preempted.ts';
import { provisioningFailed } from './provisioning-failed.ts';
import { pvAlreadyBound } from './pv-already-bound.ts';
import { pvLost } from './pv-lost.ts';
import { pvcAccessModeMismatch } from './pvc-access-mode-mismatch.ts';
import { pvcCapacityMismatch } from './pvc-capacity-mismatch.ts';
import { pvcSelectorMismatch } from './pvc-selector-mismatch.ts';
import { pvcStorageClassMissing } from './pvc-storage-class-missing.ts';
import { quotaCpu } from './quota-cpu.ts';
import { quotaMemory } from './quota-memory.ts';
import { quotaNeedsLimits } from './quota-needs-limits.ts';
import { quotaPods } from './quota-pods.ts';
import { quotaServices } from './quota-services.ts';
import { quotaStorage } from './quota-storage.ts';
import { rbacForbidden } from './rbac-forbidden.ts';
import { readinessFailing } from './readiness-failing.ts';
import { readinessProbeWrongPath } from './readiness-probe-wrong-path.ts';
import { readinessProbeWrongPort } from './readiness-probe-wrong-port.ts';
import { readinessProbeWrongProtocol } from './readiness-probe-wrong-protocol.ts';
import { registryUnreachable } from './registry-unreachable.ts';
import { rolloutStuck } from './rollout-stuck.ts';
import { scaledToZero } from './scaled-to-zero.ts';
import { schedulerDown } from './scheduler-down.ts';
import { schedulingGated } from './scheduling-gated.ts';
import { secretKeyMissing } from './secret-key-missing.ts';
import { secretMissing } from './secret-missing.ts';
import { securityContextRejected } from './security-context-rejected.ts';
import { serviceAccountMissing } from './service-account-missing.ts';
import { serviceMissing } from './service-missing.ts';
import { servicePortMismatch } from './service-port-mismatch.ts';
import { serviceProtocolMismatch } from './service-protocol-mismatch.ts';
import { serviceSelectorMismatch } from './service-selector-mismatch.ts';
import { startupProbeTooShort } from './startup-probe-too-short.ts';
import { taintNotTolerated } from './taint-not-tolerated.ts';
import { tlsSecretMissing } from './tls-secret-missing.ts';
import { tooManyPods } from './too-many-pods.ts';
import { topologySpreadUnsatisfied } from './topology-spread-unsatisfied.ts';
import { volumeAttachFailed } from './volume-attach-failed.ts';
import { volumeFull } from './volume-full.ts';
import { volumeMountFailed } from './volume-mount-failed.ts';
import { volumeZoneConflict } from './volume-zone-conflict.ts';
import { webhookDenied } from './webhook-denied.ts';
import { webhookUnavailable } from './webhook-unavailable.ts';

/** Every rule, one line each, in the order of the list of causes. */
export const rules: readonly Rule[] = [
  // memory and CPU
  oomKilled,
  oomLeak,
  nodeMemoryPressure,
  cpuThrottled,
  cpuOverload,
  evicted,
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
  livenessProbeWrongPort,
  livenessProbeWrongProtocol,
  livenessProbeWrongPath,
  livenessProbeTooAggressive,
  readinessProbeWrongPort,
  readinessProbeWrongProtocol,
  readinessProbeWrongPath,
  readinessFailing,
  startupProbeTooShort,
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
  pvcStorageClassMissing,
  pvcAccessModeMismatch,
  pvcCapacityMismatch,
  pvcSelectorMismatch,
  pvAlreadyBound,
  provisioningFailed,
  volumeAttachFailed,
  volumeFull,
  pvLost,
  // admission and quota
  quotaCpu,
  quotaMemory,
  quotaPods,
  quotaServices,
  quotaStorage,
  quotaNeedsLimits,
  limitRangeViolated,
  podSecurityDenied,
  webhookDenied,
  webhookUnavailable,
  // services and routing
  serviceSelectorMismatch,
  servicePortMismatch,
  serviceProtocolMismatch,
  serviceMissing,
  noReadyEndpoints,
  ingressClassMissing,
  ingressBackendMissing,
  tlsSecretMissing,
  certificateExpired,
  gatewayMisroute,
  networkPolicyBlocks,
  dnsResolutionFails,
  dnsServiceDown,
  // dependencies
  dependencyUnreachable,
  dependencyAuthFailed,
  dependencyReadOnly,
  connectionPoolExhausted,
  dependencyRateLimited,
  dependencySlow,
  diskFullInApp,
  // workloads
  scaledToZero,
  rolloutStuck,
  badRollout,
  jobBackoffLimit,
  jobDeadline,
  cronJobSuspended,
  cronJobBadSchedule,
  hpaMaxedOut,
  hpaNoMetrics,
  hpaTargetMissing,
  pdbBlocksDrain,
  finalizerStuck,
  rbacForbidden,
  // nodes and control plane
  nodeNotReady,
  kubeletDown,
  containerRuntimeDown,
  kubeProxyDown,
  schedulerDown,
  controllerManagerDown,
  nodeDiskPressure,
  nodePidPressure,
  nodeNetworkUnavailable,
  nodeNetworkDegraded,
  podNetworkDelay,
  clockSkew,
  certificateExpiring,
];
