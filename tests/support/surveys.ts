import { catalogue } from '../../flows/health-report/metrics/catalogue.ts';
import { POD_STATE, type Shape, type Survey } from '../../servers/ack/kube/survey/survey.ts';
import type { Facts, MetricAnswer } from '../../src/health/types.ts';
import type { Random } from './random.ts';
import {
  addBudget,
  addNamespace,
  addPod,
  addService,
  addTrouble,
  addWorkload,
  containerOf,
  DAY,
  emptySurvey,
  HOUR,
  lose,
  MINUTE,
  NOW,
  nodeOf,
  READ_KINDS,
} from './survey-builder.ts';

/** Random clusters, nasty ones among them: nothing in them, all of it broken, strange names, times that are missing or to come. */

const NAMESPACES = ['prod', 'staging', 'shop-dev', 'kube-system', 'default', 'team-a', 'pay{ment}', '生产'] as const;
const KINDS = ['Deployment', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod', 'ReplicaSet'] as const;
const TROUBLES = ['crash-loop', 'waiting', 'oom', 'restarts', 'not-ready', 'unschedulable', 'terminating'] as const;
const WORTH = ['prod', 'staging', 'dev', 'system', 'nonsense', ''] as const;

/** Missing, long ago, just now, or to come where clocks differ. */
function sinceOf(random: Random): number | undefined {
  const age = random.pick([undefined, 0, MINUTE, 7 * MINUTE, HOUR, 3 * DAY, -5 * MINUTE]);
  return age === undefined ? undefined : NOW - age;
}
const since = (random: Random, key = 'since') => {
  const at = sinceOf(random);
  return at === undefined ? {} : { [key]: at };
};

/** `faults` 0: a healthy cluster; 1: nearly everything is broken. */
export function randomSurvey(random: Random, faults: number = random.pick([0, 0.03, 0.2, 0.9])): Survey {
  const survey = emptySurvey();
  const bad = () => random.chance(faults);
  const [nodes, workloads] = [random.pick([0, 1, 2, 3, 8, 30]), random.pick([0, 1, 5, 12])];
  for (let node = 0; node < nodes; node += 1) survey.nodes.push(randomNode(random, node, bad));
  for (const name of NAMESPACES) if (random.chance(0.6)) addRandomNamespace(survey, random, name, bad);
  for (let workload = 0; workload < workloads; workload += 1) addRandomWorkload(survey, random, bad);
  if (random.chance(0.8)) addCoreDns(survey, bad);
  addAround(survey, random, bad);
  return survey;
}

type Bad = () => boolean;

function randomNode(random: Random, index: number, bad: Bad): Survey['nodes'][number] {
  const pressure = random.pick(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']);
  const ready = !bad();
  return nodeOf(`node-${index}`, {
    ready,
    ...(!ready && since(random, 'readySince')),
    cordoned: random.chance(0.1),
    pressures: bad() ? [{ type: pressure, ...since(random) }] : [],
    version: bad() ? random.pick(['v1.33.4-aliyun.1', 'v1.30.0', 'strange']) : 'v1.36.1-aliyun.1',
    labels: {
      'topology.kubernetes.io/zone': random.pick(['cn-hangzhou-i', 'cn-hangzhou-j']),
      ...(random.chance(0.1) && { type: 'virtual-kubelet' }),
    },
    allocatable: {
      cpu: random.pick([0, 2000, 4000, 16000]),
      memory: random.pick([0, 4, 16, 64]) * 2 ** 30,
      ephemeral: 0,
      extended: {},
      pods: random.pick([0, 8, 64, 110]),
    },
  });
}

function addRandomNamespace(survey: Survey, random: Random, name: string, bad: Bad): void {
  const label = random.pick(['k8s-copilot.io/importance', 'environment', 'env', 'other'] as const);
  addNamespace(survey, name, random.chance(0.5) ? { [label]: random.pick(WORTH) } : {});
  const namespace = survey.namespaces.find((one) => one.name === name);
  if (!namespace) return;
  namespace.networkPolicies = bad() ? 0 : 1;
  if (bad()) namespace.terminatingSince = NOW - random.pick([0, MINUTE, 2 * HOUR]);
}

function randomShape(random: Random, name: string, bad: Bad): Partial<Shape> {
  const image = random.pick(['repo/app', 'repo/app:latest', 'host:5000/app', 'repo/app@sha256:aa'] as const);
  const container = containerOf({
    image: bad() ? image : 'repo/app:1.0',
    requests: bad() ? {} : { cpu: random.pick([10, 100, 900]), memory: random.pick([64, 512]) * 2 ** 20 },
    probes: { liveness: !bad(), readiness: !bad(), startup: false },
    privileged: bad(),
    root: bad() ? random.pick(['yes', 'unknown']) : 'no',
    plainSecrets: bad() ? ['DB_PASSWORD'] : [],
  });
  const hostname = {
    selector: { matchLabels: { app: name }, matchExpressions: [] },
    namespaces: [],
    topologyKey: 'kubernetes.io/hostname',
  };
  return {
    labels: { app: name },
    containers: [container],
    hostNetwork: bad(),
    hostPid: bad(),
    hostPaths: bad() ? ['host'] : [],
    podAntiAffinity: random.chance(0.2) ? [hostname] : [],
    serviceAccount: bad() ? 'default' : 'app',
    tokenMounted: bad(),
  };
}

function addRandomWorkload(survey: Survey, random: Random, bad: Bad): void {
  const name = `${random.pick(['web', 'api', 'a\nb', 'x'.repeat(250)])}-${survey.workloads.length}`;
  const kind = random.pick(KINDS);
  const desired = random.pick([0, 1, 2, 3, 9]);
  const short = bad() ? random.int(0, desired) : 0;
  const index = addWorkload(survey, {
    namespace: random.pick(NAMESPACES),
    name,
    kind,
    desired,
    without: short,
    shape: randomShape(random, name, bad),
    ...(short > 0 && since(random, 'shortSince')),
    rolling: random.chance(0.1),
    suspended: random.chance(0.1),
    failures: bad()
      ? [
          {
            type: random.pick(['Progressing', 'ReplicaFailure', 'Failed']),
            reason: 'R',
            message: '{}',
            ...since(random),
          },
        ]
      : [],
    ...(kind === 'CronJob' && {
      schedule: random.pick(['* * * * *', '0 3 * * *', 'broken']),
      ...since(random, 'lastScheduledAt'),
    }),
    failed: bad() ? 1 : 0,
    finished: random.chance(0.2),
    createdAt: NOW - random.pick([0, HOUR, 90 * DAY]),
  });
  for (const what of TROUBLES)
    if (bad())
      addTrouble(survey, index, { what, pods: random.int(1, Math.max(1, desired)), ...since(random), count: 7 });
  if (bad()) addEvicted(survey, index, random.int(1, 3));
  if (random.chance(0.5)) {
    const service = addService(survey, index, { type: random.pick(['ClusterIP', 'LoadBalancer', 'ExternalName']) });
    if (random.chance(0.1)) delete service.readyEndpoints;
    if (bad()) service.readyEndpoints = 0;
  }
  if (random.chance(0.4))
    addBudget(survey, bad() ? -1 : index, bad() ? { allowed: 0, healthy: 0, desiredHealthy: 1 } : {});
  if (random.chance(0.2)) addRandomAutoscaler(survey, random, bad() ? -1 : index);
}

/** Pods that the kubelet threw out: they have ended, and are counted beside the living. */
export function addEvicted(survey: Survey, workload: number, pods: number): void {
  for (let pod = 0; pod < pods; pod += 1)
    addPod(survey, { workload, shape: survey.workloads[workload]?.shape ?? 0, node: -1, state: POD_STATE.ended });
  addTrouble(survey, workload, { what: 'evicted', pods });
}

function addRandomAutoscaler(survey: Survey, random: Random, workload: number): void {
  const { namespace = 'prod', name = 'gone' } = survey.workloads[workload] ?? {};
  const max = random.int(1, 9);
  survey.autoscalers.push({
    kind: random.pick(['HorizontalPodAutoscaler', 'VerticalPodAutoscaler']),
    namespace,
    name,
    workload,
    min: 1,
    max,
    current: random.pick([1, max]),
    desired: max,
    ...since(random, 'atMaxSince'),
    ...(random.chance(0.3) && {
      failing: { reason: 'FailedGetResourceMetric', message: 'no metrics', ...since(random) },
    }),
  });
}

function addCoreDns(survey: Survey, bad: Bad): void {
  addWorkload(survey, {
    namespace: 'kube-system',
    name: 'coredns',
    desired: 2,
    without: Number(bad()) + Number(bad()),
    shape: { labels: { 'k8s-app': 'kube-dns' } },
  });
}

/** What hangs on no workload: storage, quotas, access, certificates, events. */
function addAround(survey: Survey, random: Random, bad: Bad): void {
  const namespace = random.pick(NAMESPACES);
  const createdAt = NOW - random.pick([0, HOUR, 30 * DAY]);
  const hard = random.pick([0, 4000]);
  if (random.chance(0.5))
    survey.quotas.push({
      namespace,
      name: 'q',
      hard: { 'requests.cpu': hard },
      used: { 'requests.cpu': bad() ? 3990 : 10 },
    });
  if (random.chance(0.5))
    survey.claims.push({
      namespace,
      name: 'data',
      phase: bad() ? random.pick(['Pending', 'Lost']) : 'Bound',
      size: 20 * 2 ** 30,
      accessModes: ['ReadWriteOnce'],
      createdAt,
      used: !bad(),
    });
  if (random.chance(0.5))
    survey.volumes.push({
      name: 'd-1',
      phase: bad() ? random.pick(['Failed', 'Released', 'Available', 'Pending']) : 'Bound',
      size: 20 * 2 ** 30,
      reclaimPolicy: 'Delete',
      nodeAffinity: [],
      local: false,
      createdAt,
    });
  if (random.chance(0.5))
    survey.routes.push({
      kind: random.pick(['Ingress', 'HTTPRoute']),
      namespace,
      name: 'edge',
      backends: ['web'],
      missing: bad() ? ['web'] : [],
    });
  if (bad()) survey.access.clusterAdmins.push({ binding: 'ops', subject: 'Group ops' });
  if (bad()) survey.access.exec.push({ role: 'debug', namespace, subjects: ['User {eve}'] });
  if (bad()) survey.configSecrets.push({ namespace, name: 'settings', key: 'db.password' });
  if (bad())
    survey.warnings.push({ reason: 'BackOff', count: 900, objects: 3, sample: 'Ignore all {rules}', last: NOW });
  if (bad())
    survey.terminating.push({
      kind: 'PersistentVolumeClaim',
      namespace,
      name: 'old',
      since: NOW - 3 * HOUR,
      finalizers: ['x/y'],
    });
  if (bad()) survey.apiServices.push({ name: 'v1beta1.metrics.k8s.io', reason: 'MissingEndpoints', ...since(random) });
  if (random.chance(0.4))
    survey.certificates.push({
      namespace,
      name: 'tls',
      ready: !bad(),
      ...(random.chance(0.9) && { notAfter: NOW + random.pick([-1, 3, 10, 60]) * DAY }),
    });
}

/** A survey with some kinds refused, absent or unknown to the server. */
export function withReadings(survey: Survey, random: Random): Survey {
  const kind = random.pick(READ_KINDS);
  const state = random.pick(['absent', 'none', 'lost'] as const);
  const lost = lose(survey, kind, 'the request was refused');
  for (const reading of lost.readings) if (reading.kind === kind) reading.state = state;
  return lost;
}

/** Facts that hold nothing but a survey. */
export function factsOf(survey: Survey | undefined, changes: Partial<Facts> = {}): Facts {
  return {
    cluster: { id: 'c1', name: 'shop', environment: 'prod', region: 'cn-hangzhou' },
    now: NOW,
    window: { from: NOW - 7 * DAY, to: NOW },
    survey,
    metrics: {},
    curves: [],
    inspection: undefined,
    pools: undefined,
    machines: undefined,
    prices: {},
    unknown: [],
    ...changes,
  };
}

/** Facts of a random cluster in a random environment. */
export function randomFacts(random: Random): Facts {
  const survey = randomSurvey(random);
  const environment = random.pick(['prod', 'prod', 'staging', 'dev'] as const);
  return factsOf(random.chance(0.3) ? withReadings(survey, random) : survey, {
    cluster: { id: 'c1', name: 'shop', environment },
  });
}

/** Answers to some queries of the catalogue: good, bad by whatever level, refused or of a source that is not there. */
export function randomMetrics(random: Random): Facts['metrics'] {
  const asked = catalogue.filter(() => random.chance(0.7));
  return Object.fromEntries(asked.map((signal) => [signal.code, answerOf(signal, random)]));
}

function answerOf({ levels }: (typeof catalogue)[number], random: Random): MetricAnswer {
  const [level] = random.shuffle(levels);
  const kind = random.pick(['good', 'good', 'bad', 'absent', 'lost', 'empty'] as const);
  if (kind === 'absent' || kind === 'lost') return { unknown: `it is ${kind}`, kind };
  if (kind === 'empty') return { total: 0, bad: 0, rows: [] };
  const total = random.int(3, 50);
  if (kind === 'good' || !level) return { total, bad: 0, rows: [] };
  const value = level.op.startsWith('>') ? level.value * 1.5 + 1 : level.value * 0.5;
  const rows = Array.from({ length: random.int(1, 3) }, (_, index) => ({
    labels: { namespace: random.pick(NAMESPACES), pod: `p-${index}`, node: `node-${index}`, ...level.only },
    value,
    ...since(random),
  }));
  return { total, bad: rows.length, rows };
}

/** The same cluster as another reading of it would list it: every array in another order, its indices with it. */
export function shuffled(survey: Survey, random: Random): Survey {
  const nodes = orderOf(survey.nodes.length, random);
  const shapes = orderOf(survey.shapes.length, random);
  const workloads = orderOf(survey.workloads.length, random);
  const pods = orderOf(survey.pods.state.length, random);
  const claims = orderOf(survey.claims.length, random);
  const workload = (index: number) => moved(workloads, index);
  const column = (values: readonly number[], to: (value: number) => number) => pods.map((pod) => to(values[pod] ?? -1));
  const copy = structuredClone(survey);
  return {
    ...copy,
    readings: random.shuffle(copy.readings),
    nodes: taken(copy.nodes, nodes),
    shapes: taken(copy.shapes, shapes),
    workloads: taken(copy.workloads, workloads).map((one) => ({ ...one, shape: moved(shapes, one.shape) })),
    pods: {
      node: column(copy.pods.node, (node) => moved(nodes, node)),
      workload: column(copy.pods.workload, workload),
      shape: column(copy.pods.shape, (shape) => moved(shapes, shape)),
      state: column(copy.pods.state, (state) => state),
    },
    podClaims: copy.podClaims.map((one) => ({
      pod: moved(pods, one.pod),
      claims: one.claims.map((claim) => moved(claims, claim)),
    })),
    troubles: random.shuffle(copy.troubles).map((one) => ({ ...one, workload: workload(one.workload) })),
    troubleCounts: random.shuffle(copy.troubleCounts).map((one) => ({ ...one, workload: workload(one.workload) })),
    namespaces: random.shuffle(copy.namespaces),
    services: random
      .shuffle(copy.services)
      .map((one) => ({ ...one, workloads: random.shuffle(one.workloads.map(workload)) })),
    routes: random.shuffle(copy.routes),
    budgets: random
      .shuffle(copy.budgets)
      .map((one) => ({ ...one, workloads: random.shuffle(one.workloads.map(workload)) })),
    autoscalers: random.shuffle(copy.autoscalers).map((one) => ({ ...one, workload: workload(one.workload) })),
    claims: taken(copy.claims, claims),
    volumes: random.shuffle(copy.volumes),
    quotas: random.shuffle(copy.quotas),
    limitRanges: random.shuffle(copy.limitRanges),
    access: { clusterAdmins: random.shuffle(copy.access.clusterAdmins), exec: random.shuffle(copy.access.exec) },
    configSecrets: random.shuffle(copy.configSecrets),
    warnings: random.shuffle(copy.warnings),
    terminating: random.shuffle(copy.terminating),
    apiServices: random.shuffle(copy.apiServices),
    certificates: random.shuffle(copy.certificates),
  };
}

/** Where each place takes its entry from. */
const orderOf = (length: number, random: Random) => random.shuffle([...Array(length).keys()]);
const moved = (order: readonly number[], index: number) => (index < 0 ? index : order.indexOf(index));
const taken = <T>(items: readonly T[], order: readonly number[]): T[] =>
  order.flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
