import { affinity } from './affinity.ts';
import { antiAffinity } from './anti-affinity.ts';
import { arch } from './arch.ts';
import { attach } from './attach.ts';
import { certificate } from './certificate.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { command } from './command.ts';
import { config } from './config.ts';
import { configKey } from './config-key.ts';
import { controllerManager } from './controller-manager.ts';
import { cordon } from './cordon.ts';
import { crash } from './crash.ts';
import { cronSchedule } from './cron-schedule.ts';
import { cronjob } from './cronjob.ts';
import { dependency } from './dependency.ts';
import { dependencyAuth } from './dependency-auth.ts';
import { dependencyLimit } from './dependency-limit.ts';
import { dependencySlow } from './dependency-slow.ts';
import { disk } from './disk.ts';
import { dns } from './dns.ts';
import { dnsName } from './dns-name.ts';
import { env } from './env.ts';
import { envAddress } from './env-address.ts';
import { finalizer } from './finalizer.ts';
import { firstRelease } from './first-release.ts';
import { gate } from './gate.ts';
import { gpu } from './gpu.ts';
import { hostPort } from './host-port.ts';
import { hpaMax } from './hpa-max.ts';
import { hpaMetrics } from './hpa-metrics.ts';
import { hpaTarget } from './hpa-target.ts';
import { image } from './image.ts';
import { ingressBackend } from './ingress-backend.ts';
import { ingressClass } from './ingress-class.ts';
import { init } from './init.ts';
import { job } from './job.ts';
import { jobDeadline } from './job-deadline.ts';
import { leak } from './leak.ts';
import { leftBehind } from './left-behind.ts';
import { limits } from './limits.ts';
import { memory } from './memory.ts';
import { networkpolicy } from './networkpolicy.ts';
import { node } from './node.ts';
import { nodeMemory } from './node-memory.ts';
import { nodeNetwork } from './node-network.ts';
import { nonRoot } from './non-root.ts';
import { notReady } from './not-ready.ts';
import { oldApi } from './old-api.ts';
import { oom } from './oom.ts';
import { overRequested } from './over-requested.ts';
import { overload } from './overload.ts';
import { pdb } from './pdb.ts';
import { permission } from './permission.ts';
import { pids } from './pids.ts';
import { podSecurity } from './pod-security.ts';
import { pool } from './pool.ts';
import { portConflict } from './port-conflict.ts';
import { prepaid } from './prepaid.ts';
import { probe } from './probe.ts';
import { probeAggressive } from './probe-aggressive.ts';
import { probePath } from './probe-path.ts';
import { probeScheme } from './probe-scheme.ts';
import { provisioning } from './provisioning.ts';
import { pullSecret } from './pull-secret.ts';
import { pvLost } from './pv-lost.ts';
import { pvc } from './pvc.ts';
import { pvcAccess } from './pvc-access.ts';
import { pvcCapacity } from './pvc-capacity.ts';
import { pvcSelector } from './pvc-selector.ts';
import { quota } from './quota.ts';
import { quotaMemory } from './quota-memory.ts';
import { quotaNeedsLimits } from './quota-needs-limits.ts';
import { quotaPods } from './quota-pods.ts';
import { rateLimit } from './rate-limit.ts';
import { rbac } from './rbac.ts';
import { readiness } from './readiness.ts';
import { readinessPath } from './readiness-path.ts';
import { readinessScheme } from './readiness-scheme.ts';
import { registryDown } from './registry-down.ts';
import { rollout } from './rollout.ts';
import { runtime } from './runtime.ts';
import { scaledToZero } from './scaled-to-zero.ts';
import type { Scenario } from './scenario.ts';
import { scheduler } from './scheduler.ts';
import { secret } from './secret.ts';
import { secretKey } from './secret-key.ts';
import { selector } from './selector.ts';
import { service } from './service.ts';
import { serviceAccount } from './service-account.ts';
import { serviceMissing } from './service-missing.ts';
import { servicePort } from './service-port.ts';
import { spread } from './spread.ts';
import { startup } from './startup.ts';
import { taint } from './taint.ts';
import { throttle } from './throttle.ts';
import { tlsSecret } from './tls-secret.ts';
import { unschedulable } from './unschedulable.ts';
import { volumeFilling } from './volume-filling.ts';
import { volumeFull } from './volume-full.ts';
import { volumeMount } from './volume-mount.ts';

/** All scenarios, in the order of the list of causes. */
export const scenarios: readonly Scenario[] = [
  oom,
  leak,
  image,
  pullSecret,
  registryDown,
  rateLimit,
  arch,
  command,
  crash,
  firstRelease,
  init,
  permission,
  portConflict,
  nonRoot,
  config,
  configKey,
  secret,
  secretKey,
  env,
  envAddress,
  serviceAccount,
  volumeMount,
  probe,
  probeScheme,
  probePath,
  probeAggressive,
  startup,
  readiness,
  readinessScheme,
  readinessPath,
  notReady,
  unschedulable,
  memory,
  gpu,
  selector,
  affinity,
  antiAffinity,
  spread,
  taint,
  cordon,
  hostPort,
  gate,
  pvc,
  pvcCapacity,
  pvcAccess,
  pvcSelector,
  pvLost,
  provisioning,
  attach,
  volumeFull,
  quota,
  quotaMemory,
  quotaPods,
  quotaNeedsLimits,
  limits,
  podSecurity,
  service,
  servicePort,
  serviceMissing,
  ingressClass,
  ingressBackend,
  tlsSecret,
  certificate,
  certificateExpiring,
  networkpolicy,
  dns,
  dnsName,
  dependency,
  dependencySlow,
  dependencyLimit,
  dependencyAuth,
  pool,
  rollout,
  scaledToZero,
  job,
  jobDeadline,
  cronjob,
  cronSchedule,
  hpaMax,
  hpaMetrics,
  hpaTarget,
  pdb,
  finalizer,
  rbac,
  throttle,
  overload,
  node,
  runtime,
  disk,
  nodeMemory,
  pids,
  nodeNetwork,
  scheduler,
  controllerManager,
  overRequested,
  volumeFilling,
  prepaid,
  leftBehind,
  oldApi,
];
