import type { Fault } from './healing.ts';

/** Faults of the sandbox that a typed remedy heals, with the cause that has to be found. `always`: also in the short run. */
export const FAULTS: readonly (Fault & { always?: true })[] = [
  { scenario: 'oom', cause: 'OOMKilled', always: true },
  { scenario: 'leak', cause: 'OOMLeak' },
  { scenario: 'image', cause: 'ImageNotFound', always: true },
  { scenario: 'arch', cause: ['ImageArchMismatch', 'BadRollout'] },
  { scenario: 'command', cause: 'CommandNotFound' },
  { scenario: 'crash', cause: ['AppCrash', 'BadRollout'], always: true },
  { scenario: 'init', cause: 'InitContainerFailed' },
  { scenario: 'port-conflict', cause: 'PortConflict' },
  { scenario: 'config-key', cause: 'ConfigMapKeyMissing' },
  { scenario: 'env', cause: 'EnvMissing' },
  { scenario: 'service-account', cause: 'ServiceAccountMissing' },
  { scenario: 'volume-mount', cause: 'VolumeMountFailed' },
  { scenario: 'probe', cause: 'LivenessProbeWrongPort', always: true },
  { scenario: 'probe-scheme', cause: 'LivenessProbeWrongProtocol' },
  { scenario: 'probe-path', cause: 'LivenessProbeWrongPath' },
  { scenario: 'probe-aggressive', cause: 'LivenessProbeTooAggressive' },
  { scenario: 'startup', cause: 'StartupProbeTooShort' },
  { scenario: 'readiness', cause: 'ReadinessProbeWrongPort' },
  { scenario: 'readiness-scheme', cause: 'ReadinessProbeWrongProtocol' },
  { scenario: 'readiness-path', cause: 'ReadinessProbeWrongPath' },
  { scenario: 'not-ready', cause: ['ReadinessFailing', 'BadRollout'] },
  { scenario: 'rollout', cause: 'BadRollout' },
  { scenario: 'unschedulable', cause: 'InsufficientCPU' },
  { scenario: 'memory', cause: 'InsufficientMemory' },
  { scenario: 'gpu', cause: 'InsufficientExtendedResource' },
  { scenario: 'selector', cause: 'NodeSelectorMismatch' },
  { scenario: 'affinity', cause: 'NodeAffinityMismatch' },
  { scenario: 'anti-affinity', cause: 'PodAntiAffinityConflict' },
  { scenario: 'spread', cause: 'TopologySpreadUnsatisfied' },
  { scenario: 'host-port', cause: 'HostPortConflict' },
  { scenario: 'cordon', cause: 'NodesCordoned', always: true },
  { scenario: 'gate', cause: 'SchedulingGated' },
  { scenario: 'volume-full', cause: 'VolumeFull', always: true },
  { scenario: 'quota', cause: 'QuotaCPU' },
  { scenario: 'quota-memory', cause: 'QuotaMemory' },
  { scenario: 'quota-pods', cause: 'QuotaPods' },
  { scenario: 'pool', cause: 'ConnectionPoolExhausted' },
  {
    scenario: 'throttle',
    cause: 'CPUThrottled',
    alert: { name: 'CPUThrottlingHigh', namespace: 'prod', deployment: 'app-xyz' },
  },
  {
    scenario: 'service',
    cause: 'ServiceSelectorMismatch',
    alert: { name: 'TargetDown', namespace: 'prod', service: 'catalog' },
    always: true,
  },
  {
    scenario: 'service-port',
    cause: 'ServicePortMismatch',
    alert: { name: 'TargetDown', namespace: 'prod', service: 'payments' },
  },
  {
    scenario: 'scaled-to-zero',
    cause: 'ScaledToZero',
    alert: { name: 'TargetDown', namespace: 'prod', service: 'payments' },
    always: true,
  },
  { scenario: 'finalizer', cause: 'FinalizerStuck', alert: { name: 'ObjectStuck', namespace: 'staging' } },
];

const APP = 'apis/apps/v1/namespaces/prod/deployments/app-xyz';
const ONLY_128 = {
  spec: {
    template: {
      spec: {
        containers: [{ name: 'app-xyz', resources: { requests: { memory: '128Mi' }, limits: { memory: '128Mi' } } }],
      },
    },
  },
};

/** Changes that look right and do not help. */
export const NOT_HELPING: readonly (Fault & { always?: true })[] = [
  // Twice of what it has is still less than what it needs.
  {
    scenario: 'oom',
    cause: 'OOMKilled',
    remedy: 'raise-memory-limit',
    before: (lane) => lane.patch(APP, ONLY_128),
    always: true,
  },
  { scenario: 'leak', cause: 'OOMLeak', remedy: 'raise-memory-limit' },
];
