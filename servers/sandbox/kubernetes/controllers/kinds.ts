import type { KubeObject, ObjectMeta } from '../objects.ts';
import type { ObjectStore } from '../store.ts';
import type { Container, Pod, PodTemplate, ResourceAmounts, Taint } from './pod-kinds.ts';

/** The parts of each kind that controllers work with. The API server has checked them at its door. */

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  lastHeartbeatTime?: string;
  lastProbeTime?: string | null;
  observedGeneration?: number;
}

export interface Expression {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  values?: string[];
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/ */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: Expression[];
}

interface RollingUpdate {
  maxSurge?: number | string;
  maxUnavailable?: number | string;
  partition?: number;
}

export interface Deployment extends KubeObject {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy?: { type?: string; rollingUpdate?: RollingUpdate };
    paused?: boolean;
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
  };
  status?: { conditions?: Condition[]; [field: string]: unknown };
}

export interface ReplicaSet extends KubeObject {
  spec: { replicas?: number; selector: LabelSelector; template: PodTemplate; minReadySeconds?: number };
  status?: {
    replicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
    conditions?: Condition[];
  };
}

interface ClaimTemplate {
  metadata: Partial<ObjectMeta>;
  spec: ClaimSpec;
}

export interface StatefulSet extends KubeObject {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    serviceName?: string;
    podManagementPolicy?: string;
    updateStrategy?: { type?: string; rollingUpdate?: RollingUpdate };
    volumeClaimTemplates?: ClaimTemplate[];
    persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
  };
  status?: Record<string, unknown>;
}

export interface DaemonSet extends KubeObject {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy?: { type?: string; rollingUpdate?: RollingUpdate };
  };
  status?: Record<string, unknown>;
}

interface JobSpec {
  parallelism?: number;
  completions?: number;
  backoffLimit?: number;
  activeDeadlineSeconds?: number;
  ttlSecondsAfterFinished?: number;
  suspend?: boolean;
  template: PodTemplate;
  selector?: LabelSelector;
}

export interface Job extends KubeObject {
  spec: JobSpec;
  status?: {
    active?: number;
    succeeded?: number;
    failed?: number;
    ready?: number;
    startTime?: string;
    completionTime?: string;
    conditions?: Condition[];
  };
}

export interface CronJob extends KubeObject {
  spec: {
    schedule: string;
    timeZone?: string;
    suspend?: boolean;
    concurrencyPolicy?: string;
    startingDeadlineSeconds?: number;
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
    jobTemplate: { metadata?: Partial<ObjectMeta>; spec: JobSpec };
  };
  status?: { active?: unknown[]; lastScheduleTime?: string; lastSuccessfulTime?: string };
}

export interface ServicePort {
  name?: string;
  port: number;
  targetPort?: number | string;
  protocol?: string;
  nodePort?: number;
}

export interface Service extends KubeObject {
  spec: {
    selector?: Record<string, string>;
    ports?: ServicePort[];
    clusterIP?: string;
    clusterIPs?: string[];
    type?: string;
    externalName?: string;
    publishNotReadyAddresses?: boolean;
  };
  status?: Record<string, unknown>;
}

export interface EndpointAddress {
  ip: string;
  nodeName?: string;
  targetRef?: { kind: string; namespace: string; name: string; uid: string };
}

export interface Endpoints extends KubeObject {
  subsets?: {
    addresses?: EndpointAddress[];
    notReadyAddresses?: EndpointAddress[];
    ports?: { name?: string; port: number; protocol?: string }[];
  }[];
}

export interface Node extends KubeObject {
  spec: { taints?: Taint[]; unschedulable?: boolean; providerID?: string };
  status: {
    capacity?: Record<string, string>;
    allocatable?: Record<string, string>;
    conditions?: Condition[];
    addresses?: { type: string; address: string }[];
    nodeInfo?: Record<string, string>;
    images?: { names: string[]; sizeBytes: number }[];
    [field: string]: unknown;
  };
}

interface ClaimSpec {
  accessModes?: string[];
  storageClassName?: string;
  volumeName?: string;
  selector?: LabelSelector;
  resources?: ResourceAmounts;
  volumeMode?: string;
}

export interface Claim extends KubeObject {
  spec: ClaimSpec;
  status?: { phase?: string; capacity?: Record<string, string>; accessModes?: string[]; conditions?: Condition[] };
}

export interface PersistentVolume extends KubeObject {
  spec: {
    capacity?: Record<string, string>;
    accessModes?: string[];
    storageClassName?: string;
    claimRef?: { kind?: string; namespace?: string; name?: string; uid?: string };
    persistentVolumeReclaimPolicy?: string;
    nodeAffinity?: { required?: { nodeSelectorTerms: NodeTerm[] } };
    csi?: { driver: string; volumeHandle: string; [field: string]: unknown };
    [field: string]: unknown;
  };
  status?: { phase?: string; message?: string; reason?: string };
}

export interface NodeTerm {
  matchExpressions?: Expression[];
  matchFields?: Expression[];
}

export interface StorageClass extends KubeObject {
  provisioner: string;
  volumeBindingMode?: string;
  allowVolumeExpansion?: boolean;
  reclaimPolicy?: string;
}

export interface HorizontalPodAutoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { apiVersion?: string; kind: string; name: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: { type: string; resource?: { name: string; target: { type: string; averageUtilization?: number } } }[];
    targetCPUUtilizationPercentage?: number;
  };
  status?: { currentReplicas?: number; desiredReplicas?: number; conditions?: Condition[]; [field: string]: unknown };
}

export interface DisruptionBudget extends KubeObject {
  spec: { selector?: LabelSelector; minAvailable?: number | string; maxUnavailable?: number | string };
  status?: Record<string, unknown>;
}

export interface ResourceQuota extends KubeObject {
  spec: { hard?: Record<string, string>; scopes?: string[] };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

interface Secret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

export interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string; conditions?: Condition[] };
}

export interface Peer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

interface PolicyPort {
  port?: number | string;
  endPort?: number;
  protocol?: string;
}

export interface NetworkPolicy extends KubeObject {
  spec: {
    podSelector: LabelSelector;
    policyTypes?: string[];
    ingress?: { from?: Peer[]; ports?: PolicyPort[] }[];
    egress?: { to?: Peer[]; ports?: PolicyPort[] }[];
  };
}

export interface EventObject extends KubeObject {
  involvedObject: { kind: string; namespace?: string; name: string; uid?: string };
  reason: string;
  message: string;
  type: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

/** Which type the objects of a plural have. */
export interface Kinds {
  pods: Pod;
  deployments: Deployment;
  replicasets: ReplicaSet;
  statefulsets: StatefulSet;
  daemonsets: DaemonSet;
  jobs: Job;
  cronjobs: CronJob;
  services: Service;
  endpoints: Endpoints;
  endpointslices: KubeObject;
  nodes: Node;
  namespaces: Namespace;
  persistentvolumeclaims: Claim;
  persistentvolumes: PersistentVolume;
  storageclasses: StorageClass;
  horizontalpodautoscalers: HorizontalPodAutoscaler;
  poddisruptionbudgets: DisruptionBudget;
  resourcequotas: ResourceQuota;
  configmaps: ConfigMap;
  secrets: Secret;
  networkpolicies: NetworkPolicy;
  serviceaccounts: KubeObject;
  ingresses: KubeObject;
  leases: KubeObject;
  events: EventObject;
  roles: KubeObject;
  rolebindings: KubeObject;
}

/** Reads the store by kind. */
export interface Reader {
  get<K extends keyof Kinds>(plural: K, namespace: string | undefined, name: string): Kinds[K] | undefined;
  list<K extends keyof Kinds>(plural: K, namespace?: string): readonly Kinds[K][];
}

/** Typed eyes on a store; the one place where an object is taken for its kind. */
export function readerOf(store: ObjectStore): Reader {
  return {
    get: <K extends keyof Kinds>(plural: K, namespace: string | undefined, name: string) =>
      store.get(plural, namespace, name) as Kinds[K] | undefined,
    list: <K extends keyof Kinds>(plural: K, namespace?: string) =>
      store.list(plural, namespace) as readonly Kinds[K][],
  };
}

export type { Container, Pod, PodTemplate };
