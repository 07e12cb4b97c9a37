/** The closed list of causes: what must change for a fault to go away. One rule file each, in `rules/`. */

export type Severity = 'critical' | 'warning' | 'info';

interface CauseFacts {
  /**
   * How far from the ground: 0 node and control plane, 1 admission and cluster-wide services, 2 scheduling and storage, 3 what a
   * workload is made of, 4 how it behaves, 5 that it fails at all, 6 what others see of it. Of two findings about the same thing the
   * deeper one explains.
   */
  layer: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  severity: Severity;
}

const layer = (number: CauseFacts['layer'], severity: Severity): CauseFacts => ({ layer: number, severity });

export const causes = {
  // memory and CPU
  OOMKilled: layer(3, 'critical'),
  OOMLeak: layer(3, 'critical'),
  NodeMemoryPressure: layer(0, 'critical'),
  CPUThrottled: layer(3, 'warning'),
  CPUOverload: layer(4, 'warning'),
  Evicted: layer(2, 'warning'),
  // start
  ImageNotFound: layer(3, 'critical'),
  ImagePullUnauthorized: layer(3, 'critical'),
  RegistryUnreachable: layer(2, 'critical'),
  ImageRateLimited: layer(2, 'warning'),
  ImageArchMismatch: layer(3, 'critical'),
  CommandNotFound: layer(3, 'critical'),
  AppCrash: layer(5, 'critical'),
  InitContainerFailed: layer(5, 'critical'),
  PermissionDenied: layer(3, 'critical'),
  PortConflict: layer(3, 'critical'),
  SecurityContextRejected: layer(3, 'critical'),
  // configuration
  ConfigMapMissing: layer(3, 'critical'),
  ConfigMapKeyMissing: layer(3, 'critical'),
  SecretMissing: layer(3, 'critical'),
  SecretKeyMissing: layer(3, 'critical'),
  EnvMissing: layer(3, 'critical'),
  EnvWrongAddress: layer(3, 'critical'),
  ServiceAccountMissing: layer(3, 'critical'),
  VolumeMountFailed: layer(3, 'critical'),
  // probes
  LivenessProbeWrongPort: layer(3, 'critical'),
  LivenessProbeWrongProtocol: layer(3, 'critical'),
  LivenessProbeWrongPath: layer(3, 'critical'),
  LivenessProbeTooAggressive: layer(3, 'critical'),
  ReadinessProbeWrongPort: layer(3, 'critical'),
  ReadinessProbeWrongProtocol: layer(3, 'critical'),
  ReadinessProbeWrongPath: layer(3, 'critical'),
  ReadinessFailing: layer(5, 'warning'),
  StartupProbeTooShort: layer(3, 'critical'),
  // scheduling
  InsufficientCPU: layer(2, 'critical'),
  InsufficientMemory: layer(2, 'critical'),
  InsufficientExtendedResource: layer(2, 'critical'),
  TooManyPods: layer(2, 'critical'),
  NodeSelectorMismatch: layer(2, 'critical'),
  NodeAffinityMismatch: layer(2, 'critical'),
  TaintNotTolerated: layer(2, 'critical'),
  NodesCordoned: layer(2, 'critical'),
  PodAntiAffinityConflict: layer(2, 'critical'),
  PodAffinityUnsatisfied: layer(2, 'critical'),
  TopologySpreadUnsatisfied: layer(2, 'critical'),
  HostPortConflict: layer(2, 'critical'),
  VolumeZoneConflict: layer(2, 'critical'),
  SchedulingGated: layer(2, 'warning'),
  PriorityPreempted: layer(2, 'warning'),
  // storage
  PVCStorageClassMissing: layer(1, 'critical'),
  PVCAccessModeMismatch: layer(1, 'critical'),
  PVCCapacityMismatch: layer(1, 'critical'),
  PVCSelectorMismatch: layer(1, 'critical'),
  PVAlreadyBound: layer(1, 'critical'),
  ProvisioningFailed: layer(1, 'critical'),
  VolumeAttachFailed: layer(1, 'critical'),
  VolumeFull: layer(2, 'critical'),
  PVLost: layer(1, 'critical'),
  // admission and quota
  QuotaCPU: layer(1, 'critical'),
  QuotaMemory: layer(1, 'critical'),
  QuotaPods: layer(1, 'critical'),
  QuotaServices: layer(1, 'warning'),
  QuotaStorage: layer(1, 'critical'),
  QuotaNeedsLimits: layer(1, 'critical'),
  LimitRangeViolated: layer(1, 'critical'),
  PodSecurityDenied: layer(1, 'critical'),
  WebhookDenied: layer(1, 'critical'),
  WebhookUnavailable: layer(1, 'critical'),
  // services and routing
  ServiceSelectorMismatch: layer(3, 'critical'),
  ServicePortMismatch: layer(3, 'critical'),
  ServiceProtocolMismatch: layer(3, 'critical'),
  ServiceMissing: layer(3, 'critical'),
  NoReadyEndpoints: layer(6, 'critical'),
  IngressClassMissing: layer(3, 'critical'),
  IngressBackendMissing: layer(3, 'critical'),
  TLSSecretMissing: layer(3, 'warning'),
  CertificateExpired: layer(3, 'critical'),
  GatewayMisroute: layer(3, 'critical'),
  NetworkPolicyBlocks: layer(2, 'critical'),
  DNSResolutionFails: layer(3, 'critical'),
  DNSServiceDown: layer(1, 'critical'),
  // dependencies
  DependencyUnreachable: layer(4, 'critical'),
  DependencyAuthFailed: layer(3, 'critical'),
  DependencyReadOnly: layer(4, 'critical'),
  ConnectionPoolExhausted: layer(4, 'critical'),
  DependencyRateLimited: layer(4, 'warning'),
  DependencySlow: layer(4, 'warning'),
  DiskFullInApp: layer(3, 'critical'),
  // workloads
  ScaledToZero: layer(3, 'critical'),
  RolloutStuck: layer(6, 'warning'),
  BadRollout: layer(4, 'critical'),
  JobBackoffLimit: layer(4, 'warning'),
  JobDeadline: layer(4, 'warning'),
  CronJobSuspended: layer(3, 'warning'),
  CronJobBadSchedule: layer(3, 'warning'),
  HPAMaxedOut: layer(4, 'warning'),
  HPANoMetrics: layer(3, 'warning'),
  HPATargetMissing: layer(3, 'warning'),
  PDBBlocksDrain: layer(3, 'warning'),
  FinalizerStuck: layer(3, 'warning'),
  RBACForbidden: layer(3, 'critical'),
  // nodes and control plane
  NodeNotReady: layer(0, 'critical'),
  KubeletDown: layer(0, 'critical'),
  ContainerRuntimeDown: layer(0, 'critical'),
  KubeProxyDown: layer(0, 'critical'),
  SchedulerDown: layer(0, 'critical'),
  ControllerManagerDown: layer(0, 'critical'),
  NodeDiskPressure: layer(0, 'critical'),
  NodePIDPressure: layer(0, 'critical'),
  NodeNetworkUnavailable: layer(0, 'critical'),
  NodeNetworkDegraded: layer(0, 'warning'),
  PodNetworkDelay: layer(4, 'warning'),
  ClockSkew: layer(0, 'warning'),
  CertificateExpiring: layer(3, 'warning'),
} as const satisfies Record<string, CauseFacts>;

export type Cause = keyof typeof causes;
