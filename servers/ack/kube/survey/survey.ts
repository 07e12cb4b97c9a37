import { z } from 'zod';

/**
 * What a health report needs to know of a cluster, from one pass over its API: small enough for 50,000 pods, since specs that look
 * alike are kept once and pods are rows of numbers. CPU in millicores, sizes in bytes, times in epoch milliseconds throughout.
 */

const labels = z.record(z.string(), z.string());
const count = z.int().nonnegative();
const amounts = z.object({
  cpu: z.number(),
  memory: z.number(),
  ephemeral: z.number(),
  /** Extended resources by name, such as nvidia.com/gpu. */
  extended: z.record(z.string(), z.number()),
});
const requirement = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()) });
const selector = z.object({ matchLabels: labels, matchExpressions: z.array(requirement) });
const podTerm = z.object({
  /** Absent: selects no pod. */
  selector: selector.optional(),
  /** Empty together with no `namespaceSelector`: the pod's own namespace. */
  namespaces: z.array(z.string()),
  namespaceSelector: selector.optional(),
  topologyKey: z.string(),
});

/** Whether a kind was read. `none`: the server has no such kind. `absent`: the source never holds it. `lost`: refused, failed or cut short. */
const reading = z.object({
  kind: z.string(),
  state: z.enum(['complete', 'none', 'absent', 'lost']),
  why: z.string().optional(),
});

const node = z.object({
  name: z.string(),
  labels,
  taints: z.array(z.object({ key: z.string(), value: z.string(), effect: z.string() })),
  cordoned: z.boolean(),
  ready: z.boolean(),
  /** Since when it is not Ready, or a pressure holds. */
  readySince: z.number().optional(),
  pressures: z.array(z.object({ type: z.string(), since: z.number().optional() })),
  allocatable: amounts.extend({ pods: count }),
  version: z.string(),
  createdAt: z.number(),
  /** The cloud's id of the machine. */
  providerId: z.string().optional(),
  /** Most volumes by CSI driver, from CSINode; a driver that is not named has no known limit. */
  volumeLimits: z.record(z.string(), count),
  annotations: labels,
});

/** What pods of one template have in common, as scheduling and the signals see it. */
const shape = z.object({
  /** max(init containers, containers with sidecars) + overhead. */
  requests: amounts,
  /** By container: what right-sizing and the signals look at. */
  containers: z.array(
    z.object({
      name: z.string(),
      image: z.string(),
      requests: z.object({ cpu: z.number().optional(), memory: z.number().optional() }),
      limits: z.object({ cpu: z.number().optional(), memory: z.number().optional() }),
      probes: z.object({ liveness: z.boolean(), readiness: z.boolean(), startup: z.boolean() }),
      privileged: z.boolean(),
      /** `unknown`: the image decides. */
      root: z.enum(['yes', 'no', 'unknown']),
      /** Names, never values, of environment variables that hold what looks like a secret as plain text. */
      plainSecrets: z.array(z.string()),
      /** Memory in bytes that the runtime is told to take: -Xmx, GOMEMLIMIT, --max-old-space-size. */
      runtimeFloor: z.number().optional(),
    }),
  ),
  labels,
  annotations: labels,
  nodeSelector: labels,
  /** Terms are alternatives; within one, all must hold. */
  nodeAffinity: z.array(z.object({ expressions: z.array(requirement), fields: z.array(requirement) })).optional(),
  podAffinity: z.array(podTerm),
  podAntiAffinity: z.array(podTerm),
  spread: z.array(
    z.object({
      maxSkew: count,
      minDomains: count.optional(),
      topologyKey: z.string(),
      /** Only DoNotSchedule binds. */
      whenUnsatisfiable: z.string(),
      selector: selector.optional(),
      nodeAffinityPolicy: z.string(),
      nodeTaintsPolicy: z.string(),
      matchLabelKeys: z.array(z.string()),
    }),
  ),
  tolerations: z.array(
    z.object({ key: z.string().optional(), operator: z.string(), value: z.string(), effect: z.string().optional() }),
  ),
  hostPorts: z.array(z.object({ ip: z.string(), port: count, protocol: z.string() })),
  hostNetwork: z.boolean(),
  hostPid: z.boolean(),
  hostIpc: z.boolean(),
  /** Names of volumes that die with the node. */
  hostPaths: z.array(z.string()),
  emptyDirs: z.array(z.string()),
  /** Claims by name; those of a StatefulSet's template are in the pod's row. */
  claims: z.array(z.string()),
  priority: z.number(),
  serviceAccount: z.string(),
  tokenMounted: z.boolean(),
  schedulerName: z.string(),
  terminationGraceSeconds: z.number(),
});

/** The topmost owner of pods, or with kind Pod a bare one. */
const workload = z.object({
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  desired: count,
  updated: count,
  ready: count,
  available: count,
  /** The template that new pods get; -1 where there is none. */
  shape: z.int(),
  labels,
  createdAt: z.number(),
  /** When its template last changed, as far as the API tells. */
  changedAt: z.number().optional(),
  rolling: z.boolean(),
  /** Progressing=False, ReplicaFailure, Failed, …: what the object itself says is wrong. */
  failures: z.array(
    z.object({ type: z.string(), reason: z.string(), message: z.string(), since: z.number().optional() }),
  ),
  /** Since when replicas are missing, as far as the API tells. */
  shortSince: z.number().optional(),
  /** Most pods above `desired` during a roll-out. */
  surge: count,
  suspended: z.boolean(),
  /** CronJob. */
  schedule: z.string().optional(),
  lastScheduledAt: z.number().optional(),
  /** Job. */
  failed: count,
  finished: z.boolean(),
});

/** What is wrong with a pod. At most 2,000 are named; `troubleCounts` counts all. */
const trouble = z.object({
  what: z.enum(['crash-loop', 'waiting', 'oom', 'restarts', 'not-ready', 'unschedulable', 'evicted', 'terminating']),
  workload: count,
  pod: z.string(),
  container: z.string().optional(),
  reason: z.string(),
  since: z.number().optional(),
  /** Restarts, where that is what is wrong. */
  count: count.optional(),
});

export const surveySchema = z.object({
  serverTime: z.number(),
  serverVersion: z.string(),
  readings: z.array(reading),
  nodes: z.array(node),
  shapes: z.array(shape),
  workloads: z.array(workload),
  /** One entry for each pod, by index: of `nodes` (-1: on none), `workloads`, `shapes`; `state` is a sum of POD_STATE. */
  pods: z.object({
    node: z.array(z.int()),
    workload: z.array(count),
    shape: z.array(count),
    state: z.array(count),
  }),
  /** Claims that are only one pod's own, by the pod's index: `namespace/name` is an index of `claims`. */
  podClaims: z.array(z.object({ pod: count, claims: z.array(count) })),
  troubles: z.array(trouble),
  troubleCounts: z.array(z.object({ what: z.string(), workload: count, pods: count })),
  namespaces: z.array(
    z.object({
      name: z.string(),
      labels,
      terminatingSince: z.number().optional(),
      /** How many NetworkPolicies it has. */
      networkPolicies: count,
    }),
  ),
  services: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      type: z.string(),
      selector: labels.optional(),
      /** Undefined where EndpointSlices were not read. */
      readyEndpoints: count.optional(),
      /** Workloads whose template its selector selects. */
      workloads: z.array(count),
      createdAt: z.number(),
    }),
  ),
  /** Ingresses and HTTPRoutes. */
  routes: z.array(
    z.object({
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      backends: z.array(z.string()),
      missing: z.array(z.string()),
    }),
  ),
  budgets: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      selector: selector.optional(),
      minAvailable: z.union([z.number(), z.string()]).optional(),
      maxUnavailable: z.union([z.number(), z.string()]).optional(),
      allowed: count,
      healthy: count,
      desiredHealthy: count,
      expected: count,
      workloads: z.array(count),
      createdAt: z.number(),
    }),
  ),
  autoscalers: z.array(
    z.object({
      kind: z.enum(['HorizontalPodAutoscaler', 'VerticalPodAutoscaler']),
      namespace: z.string(),
      name: z.string(),
      /** -1: the target is not there. */
      workload: z.int(),
      min: count,
      max: count,
      current: count,
      desired: count,
      /** Percent of the request, where CPU is what it goes by. */
      cpuTarget: z.number().optional(),
      memoryTarget: z.number().optional(),
      /** VPA. */
      mode: z.string().optional(),
      failing: z.object({ reason: z.string(), message: z.string(), since: z.number().optional() }).optional(),
      atMaxSince: z.number().optional(),
    }),
  ),
  claims: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      phase: z.string(),
      storageClass: z.string().optional(),
      volume: z.string().optional(),
      size: z.number(),
      accessModes: z.array(z.string()),
      createdAt: z.number(),
      /** Whether any pod uses it. */
      used: z.boolean(),
    }),
  ),
  volumes: z.array(
    z.object({
      name: z.string(),
      phase: z.string(),
      driver: z.string().optional(),
      size: z.number(),
      reclaimPolicy: z.string(),
      /** Where it can be attached; empty: anywhere. Terms are alternatives. */
      nodeAffinity: z.array(z.array(requirement)),
      local: z.boolean(),
      /** `namespace/name`. */
      claim: z.string().optional(),
      createdAt: z.number(),
    }),
  ),
  quotas: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      hard: z.record(z.string(), z.number()),
      used: z.record(z.string(), z.number()),
    }),
  ),
  limitRanges: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      /** Of type Container. */
      min: z.record(z.string(), z.number()),
      max: z.record(z.string(), z.number()),
      maxRatio: z.record(z.string(), z.number()),
    }),
  ),
  access: z.object({
    /** Bindings to cluster-admin that Kubernetes did not make itself. */
    clusterAdmins: z.array(z.object({ binding: z.string(), subject: z.string() })),
    /** Roles that grant exec or attach, with who holds them. */
    exec: z.array(z.object({ role: z.string(), namespace: z.string().optional(), subjects: z.array(z.string()) })),
  }),
  /** Names of keys of ConfigMaps that look like secrets; values are never read out. */
  configSecrets: z.array(z.object({ namespace: z.string(), name: z.string(), key: z.string() })),
  /** Warning events of the last 24 hours, most frequent reason first, at most 10. */
  warnings: z.array(z.object({ reason: z.string(), count, objects: count, sample: z.string(), last: z.number() })),
  /** Other objects that have been going for an hour or longer. */
  terminating: z.array(
    z.object({
      kind: z.string(),
      namespace: z.string().optional(),
      name: z.string(),
      since: z.number(),
      finalizers: z.array(z.string()),
    }),
  ),
  /** APIServices that are not available, and certificates of cert-manager. */
  apiServices: z.array(z.object({ name: z.string(), reason: z.string(), since: z.number().optional() })),
  certificates: z.array(
    z.object({ namespace: z.string(), name: z.string(), notAfter: z.number().optional(), ready: z.boolean() }),
  ),
});

export type Survey = z.infer<typeof surveySchema>;
export type SurveyNode = Survey['nodes'][number];
export type Shape = Survey['shapes'][number];
export type SurveyWorkload = Survey['workloads'][number];
export type PodTerm = z.infer<typeof podTerm>;
export type SurveySelector = z.infer<typeof selector>;
export type Requirement = z.infer<typeof requirement>;

/** Bits of a pod's `state`. */
export const POD_STATE = {
  ready: 1,
  pending: 2,
  running: 4,
  /** Succeeded or Failed: holds nothing of a node any more. */
  ended: 8,
  terminating: 16,
  /** Made by the kubelet from a file. */
  mirror: 32,
  /** Its own annotation says whether an autoscaler may evict it. */
  safeToEvict: 64,
  notSafeToEvict: 128,
} as const;
