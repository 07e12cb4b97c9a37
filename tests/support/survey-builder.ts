import {
  POD_STATE,
  type Shape,
  type Survey,
  type SurveyNode,
  type SurveyWorkload,
} from '../../servers/ack/kube/survey/survey.ts';

/** Parts of a Survey, written by hand in few words: everything that is not said is as in a healthy cluster. */

export const NOW = Date.parse('2026-11-25T08:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Every kind that a survey reads. */
export const READ_KINDS = [
  'Node',
  'CSINode',
  'Namespace',
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
  'EndpointSlice',
  'Ingress',
  'HTTPRoute',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'VerticalPodAutoscaler',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'ClusterRoleBinding',
  'RoleBinding',
  'ClusterRole',
  'Role',
  'ConfigMap',
  'Event',
  'APIService',
  'Certificate',
] as const;
export type ReadKind = (typeof READ_KINDS)[number];

/** A cluster of nothing, of which everything was read. */
export function emptySurvey(): Survey {
  return {
    serverTime: NOW,
    serverVersion: 'v1.36.1-aliyun.1',
    readings: READ_KINDS.map((kind) => ({ kind, state: 'complete' as const })),
    nodes: [],
    shapes: [],
    workloads: [],
    pods: { node: [], workload: [], shape: [], state: [] },
    podClaims: [],
    troubles: [],
    troubleCounts: [],
    namespaces: [],
    services: [],
    routes: [],
    budgets: [],
    autoscalers: [],
    claims: [],
    volumes: [],
    quotas: [],
    limitRanges: [],
    access: { clusterAdmins: [], exec: [] },
    configSecrets: [],
    warnings: [],
    terminating: [],
    apiServices: [],
    certificates: [],
  };
}

export function nodeOf(name: string, changes: Partial<SurveyNode> = {}): SurveyNode {
  return {
    name,
    labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'cn-hangzhou-i' },
    taints: [],
    cordoned: false,
    ready: true,
    pressures: [],
    allocatable: { cpu: 4000, memory: 16 * 2 ** 30, ephemeral: 100 * 2 ** 30, extended: {}, pods: 110 },
    version: 'v1.36.1-aliyun.1',
    createdAt: NOW - 90 * DAY,
    volumeLimits: {},
    annotations: {},
    ...changes,
  };
}

type Container = Shape['containers'][number];

export function containerOf(changes: Partial<Container> = {}): Container {
  return {
    name: 'app',
    image: 'registry.example.com/app:1.4.2',
    requests: { cpu: 100, memory: 128 * 2 ** 20 },
    limits: { memory: 256 * 2 ** 20 },
    probes: { liveness: true, readiness: true, startup: false },
    privileged: false,
    root: 'no',
    plainSecrets: [],
    ...changes,
  };
}

export function shapeOf(changes: Partial<Shape> = {}): Shape {
  const containers = changes.containers ?? [containerOf()];
  const sum = (of: (container: Container) => number | undefined) =>
    containers.reduce((total, container) => total + (of(container) ?? 0), 0);
  return {
    requests: {
      cpu: sum(({ requests }) => requests.cpu),
      memory: sum(({ requests }) => requests.memory),
      ephemeral: 0,
      extended: {},
    },
    labels: {},
    annotations: {},
    nodeSelector: {},
    podAffinity: [],
    podAntiAffinity: [],
    spread: [],
    tolerations: [],
    hostPorts: [],
    hostNetwork: false,
    hostPid: false,
    hostIpc: false,
    hostPaths: [],
    emptyDirs: [],
    claims: [],
    priority: 0,
    serviceAccount: 'app',
    tokenMounted: false,
    schedulerName: 'default-scheduler',
    terminationGraceSeconds: 30,
    ...changes,
    containers,
  };
}

export interface WorkloadWish extends Partial<Omit<SurveyWorkload, 'shape'>> {
  namespace: string;
  name: string;
  shape?: Partial<Shape>;
  /** How many of the pods that it wants are not there at all. */
  without?: number;
}

/** Adds a workload and its pods, ready and one node after the other. Answers its index. */
export function addWorkload(survey: Survey, wish: WorkloadWish): number {
  const { shape: wished, without = 0, ...changes } = wish;
  const index = survey.workloads.length;
  const desired = changes.desired ?? 2;
  const labels = { app: wish.name };
  const shape = survey.shapes.push(shapeOf({ labels, ...wished })) - 1;
  addNamespace(survey, wish.namespace);
  survey.workloads.push({
    kind: 'Deployment',
    desired,
    updated: desired,
    ready: desired - without,
    available: desired - without,
    shape,
    labels,
    createdAt: NOW - 30 * DAY,
    rolling: false,
    failures: [],
    surge: 1,
    suspended: false,
    failed: 0,
    finished: false,
    ...changes,
  });
  for (let pod = without; pod < desired; pod += 1)
    addPod(survey, { workload: index, shape, node: survey.nodes.length ? pod % survey.nodes.length : -1 });
  return index;
}

interface PodWish {
  workload: number;
  shape: number;
  node: number;
  state?: number;
}

/** Adds a pod row, running and ready where nothing else is said. Answers its index. */
export function addPod({ pods }: Survey, { workload, shape, node, state }: PodWish): number {
  pods.workload.push(workload);
  pods.shape.push(shape);
  pods.node.push(node);
  return pods.state.push(state ?? POD_STATE.ready + POD_STATE.running) - 1;
}

export function addNamespace(survey: Survey, name: string, labels: Record<string, string> = {}): void {
  const known = survey.namespaces.find((namespace) => namespace.name === name);
  if (known) Object.assign(known.labels, labels);
  else survey.namespaces.push({ name, labels, networkPolicies: 1 });
}

type TroubleWhat = Survey['troubles'][number]['what'];

/** Names as many pods of a workload as in trouble, and counts them. */
export function addTrouble(
  survey: Survey,
  workload: number,
  trouble: { what: TroubleWhat; pods?: number; reason?: string; since?: number; count?: number },
): void {
  const { what, pods = 1, reason = REASONS[what], since, count } = trouble;
  const already = survey.troubles.filter((one) => one.workload === workload && one.what === what).length;
  for (let pod = already; pod < already + pods; pod += 1)
    survey.troubles.push({
      what,
      workload,
      pod: `${survey.workloads[workload]?.name}-${pod}`,
      reason,
      ...(since !== undefined && { since }),
      ...(count !== undefined && { count }),
    });
  const counted = survey.troubleCounts.find((one) => one.workload === workload && one.what === what);
  if (counted) counted.pods += pods;
  else survey.troubleCounts.push({ what, workload, pods });
}

const REASONS: Record<TroubleWhat, string> = {
  'crash-loop': 'CrashLoopBackOff',
  waiting: 'ImagePullBackOff',
  oom: 'OOMKilled',
  restarts: 'Restarts',
  'not-ready': 'ContainersNotReady',
  unschedulable: '0/3 nodes are available: 3 Insufficient cpu.',
  evicted: 'Evicted',
  terminating: 'Terminating',
};

type Service = Survey['services'][number];

/** A Service in front of a workload, with as many ready endpoints as that has ready pods. */
export function addService(survey: Survey, workload: number, changes: Partial<Service> = {}): Service {
  const { namespace = 'default', name = 'app', ready = 0 } = survey.workloads[workload] ?? {};
  const service = {
    namespace,
    name,
    type: 'ClusterIP',
    selector: { app: name },
    readyEndpoints: ready,
    workloads: workload < 0 ? [] : [workload],
    createdAt: NOW - 30 * DAY,
    ...changes,
  };
  survey.services.push(service);
  return service;
}

type Budget = Survey['budgets'][number];

/** A PodDisruptionBudget that lets one pod go. */
export function addBudget(survey: Survey, workload: number, changes: Partial<Budget> = {}): void {
  const { namespace = 'default', name = 'app', ready = 0, desired = 0 } = survey.workloads[workload] ?? {};
  survey.budgets.push({
    namespace,
    name,
    selector: { matchLabels: { app: name }, matchExpressions: [] },
    maxUnavailable: 1,
    allowed: Math.max(0, ready - Math.max(0, desired - 1)),
    healthy: ready,
    desiredHealthy: Math.max(0, desired - 1),
    expected: desired,
    workloads: workload < 0 ? [] : [workload],
    createdAt: NOW - 30 * DAY,
    ...changes,
  });
}

/** A kind of which nothing is known any more: what came of it is gone from the survey, as when the right to read it is. */
export function lose(survey: Survey, kind: ReadKind, why = 'forbidden'): Survey {
  const lost = structuredClone(survey);
  lost.readings = lost.readings.map((reading) =>
    reading.kind === kind ? { kind, state: 'lost' as const, why } : reading,
  );
  LOSSES[kind]?.(lost);
  return lost;
}

const without = (kind: string) => (survey: Survey) => {
  survey.terminating = survey.terminating.filter((one) => one.kind !== kind);
};
const workloadsOf = (kind: string) => (survey: Survey) => {
  for (const workload of survey.workloads.filter((one) => one.kind === kind))
    Object.assign(workload, {
      kind: kind === 'Deployment' ? 'ReplicaSet' : kind,
      desired: 0,
      updated: 0,
      ready: 0,
      available: 0,
      shape: -1,
      labels: {},
      failures: [],
      rolling: false,
      failed: 0,
      finished: false,
      suspended: false,
    });
  for (const workload of survey.workloads) delete workload.shortSince;
  without(kind)(survey);
};

const LOSSES: Partial<Record<ReadKind, (survey: Survey) => void>> = {
  Node(survey) {
    survey.nodes = [];
    survey.pods.node = survey.pods.node.map(() => -1);
  },
  Namespace(survey) {
    survey.namespaces = [];
  },
  Pod(survey) {
    survey.pods = { node: [], workload: [], shape: [], state: [] };
    survey.podClaims = [];
    survey.troubles = [];
    survey.troubleCounts = [];
    for (const claim of survey.claims) claim.used = false;
  },
  Deployment: workloadsOf('Deployment'),
  StatefulSet: workloadsOf('StatefulSet'),
  DaemonSet: workloadsOf('DaemonSet'),
  Job: workloadsOf('Job'),
  CronJob: workloadsOf('CronJob'),
  Service(survey) {
    survey.services = [];
    for (const route of survey.routes) route.missing = [];
    without('Service')(survey);
  },
  EndpointSlice(survey) {
    for (const service of survey.services) delete service.readyEndpoints;
  },
  Ingress(survey) {
    survey.routes = survey.routes.filter(({ kind }) => kind !== 'Ingress');
  },
  HTTPRoute(survey) {
    survey.routes = survey.routes.filter(({ kind }) => kind !== 'HTTPRoute');
  },
  PodDisruptionBudget(survey) {
    survey.budgets = [];
  },
  HorizontalPodAutoscaler(survey) {
    survey.autoscalers = survey.autoscalers.filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
  },
  VerticalPodAutoscaler(survey) {
    survey.autoscalers = survey.autoscalers.filter(({ kind }) => kind !== 'VerticalPodAutoscaler');
  },
  PersistentVolumeClaim(survey) {
    survey.claims = [];
    without('PersistentVolumeClaim')(survey);
  },
  PersistentVolume(survey) {
    survey.volumes = [];
    without('PersistentVolume')(survey);
  },
  ResourceQuota(survey) {
    survey.quotas = [];
  },
  LimitRange(survey) {
    survey.limitRanges = [];
  },
  NetworkPolicy(survey) {
    for (const namespace of survey.namespaces) namespace.networkPolicies = 0;
  },
  ClusterRoleBinding(survey) {
    survey.access.clusterAdmins = [];
  },
  ClusterRole(survey) {
    survey.access = { clusterAdmins: [], exec: [] };
  },
  Role(survey) {
    survey.access.exec = survey.access.exec.filter(({ namespace }) => namespace === undefined);
  },
  RoleBinding(survey) {
    survey.access.exec = [];
  },
  ConfigMap(survey) {
    survey.configSecrets = [];
  },
  Event(survey) {
    survey.warnings = [];
  },
  APIService(survey) {
    survey.apiServices = [];
  },
  Certificate(survey) {
    survey.certificates = [];
  },
};
