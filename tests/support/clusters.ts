import { POD_STATE, type Shape, type Survey } from '../../servers/ack/kube/survey/survey.ts';
import { fitsThere, isAllowed } from './plain-scheduler.ts';
import type { Random } from './random.ts';
import { addBudget, addPod, addWorkload, DAY, emptySurvey, NOW, nodeOf } from './survey-builder.ts';

/** Random clusters whose pods are where a scheduler might have put them, with every rule that says where a pod may be. */

export interface Size {
  nodes: [number, number];
  pods: number;
  /** How often a rule is found on a workload. */
  rules: number;
  /** How full nodes are before the scheduler looks for another: less leaves more to remove. */
  fill: number;
}

const GI = 2 ** 30;
const ZONES = ['zone-a', 'zone-b', 'zone-c'] as const;
const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const NAMESPACES = ['shop', 'pay', 'kube-system'] as const;
const DISK = 'diskplugin.csi.alibabacloud.com';

export function randomCluster(random: Random, size: Size): Survey {
  const survey = emptySurvey();
  const zones = random.int(1, 3);
  const nodes = random.int(...size.nodes);
  for (let index = 0; index < nodes; index += 1) survey.nodes.push(randomNode(random, index, zones));
  let pods = random.int(0, size.pods);
  for (let index = 0; pods > 0; index += 1) {
    const replicas = Math.min(pods, random.pick([1, 1, 2, 2, 3, 5, 8]));
    pods -= replicas;
    addRandomWorkload(survey, random, { index, replicas, size });
  }
  for (let index = 0; index < random.int(0, 2); index += 1) addDaemon(survey, random, index);
  return survey;
}

function randomNode(random: Random, index: number, zones: number): Survey['nodes'][number] {
  const name = `node-${String(index).padStart(2, '0')}`;
  const cpu = random.pick([2000, 4000, 4000, 8000]);
  return nodeOf(name, {
    labels: {
      ...(random.chance(0.97) && { [HOST]: name }),
      ...(random.chance(0.97) && { [ZONE]: ZONES[index % zones] ?? 'zone-a' }),
      disk: random.pick(['ssd', 'hdd']),
      size: String(cpu / 1000),
    },
    taints: random.chance(0.08) ? [{ key: 'team', value: 'ml', effect: 'NoSchedule' }] : [],
    cordoned: random.chance(0.04),
    ready: !random.chance(0.03),
    allocatable: {
      cpu,
      memory: (cpu / 1000) * random.pick([2, 4]) * GI,
      ephemeral: 40 * GI,
      extended: random.chance(0.1) ? { 'nvidia.com/gpu': 2 } : {},
      pods: random.pick([8, 30, 110]),
    },
    volumeLimits: random.chance(0.4) ? { [DISK]: random.int(1, 4) } : {},
    annotations: random.chance(0.04) ? { 'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'true' } : {},
  });
}

interface Wish {
  index: number;
  replicas: number;
  size: Size;
}

function addRandomWorkload(survey: Survey, random: Random, { index, replicas, size }: Wish): void {
  const namespace = random.pick(['shop', 'shop', 'pay', random.pick(NAMESPACES)]);
  const name = `app-${index}`;
  const kind = random.pick(['Deployment', 'Deployment', 'Deployment', 'Deployment', 'StatefulSet', rare(random)]);
  const desired = kind === 'Pod' ? 1 : replicas;
  const shape = randomShape(random, { name, rules: size.rules });
  const workload = addWorkload(survey, {
    ...{ namespace, name, kind, desired, shape, without: desired },
    surge: random.int(0, 1),
    ready: desired,
    available: desired,
  });
  const shapeIndex = survey.shapes.length - 1;
  for (let pod = 0; pod < desired; pod += 1) seatPod(survey, random, { workload, shape: shapeIndex, size });
  if (random.chance(0.3)) addBudget(survey, workload, { allowed: random.int(0, 3) });
  if (random.chance(0.03)) addBudget(survey, workload, { name: `${name}-too`, allowed: 5 });
}

const rare = (random: Random) => random.pick(['Deployment', 'Deployment', 'Job', 'Pod', 'ReplicaSet']);

function randomShape(random: Random, { name, rules }: { name: string; rules: number }): Partial<Shape> {
  const own = { matchLabels: { app: name }, matchExpressions: [] };
  const other = { matchLabels: { app: `app-${random.int(0, 6)}` }, matchExpressions: [] };
  const some = <T>(rule: () => T): T[] => (random.chance(rules) ? [rule()] : []);
  const key = () => random.pick([HOST, ZONE]);
  const into = () => ({
    namespaces: random.chance(0.2) ? ['shop'] : [],
    ...(random.chance(0.1) && { namespaceSelector: { matchLabels: {}, matchExpressions: [] } }),
  });
  return {
    labels: { app: name, tier: random.pick(['web', 'db']) },
    requests: {
      cpu: random.pick([0, 50, 100, 250, 600]),
      memory: random.pick([0, 64, 256, 700]) * 2 ** 20,
      ephemeral: random.pick([0, 0, 4 * GI]),
      extended: random.chance(rules * 0.2) ? { 'nvidia.com/gpu': 1 } : {},
    },
    nodeSelector: random.chance(rules * 0.5) ? { disk: random.pick(['ssd', 'hdd']) } : {},
    ...(random.chance(rules * 0.5) && { nodeAffinity: randomAffinity(random) }),
    podAffinity: random.chance(rules * 0.4)
      ? [{ selector: random.pick([own, other]), ...into(), topologyKey: key() }]
      : [],
    podAntiAffinity: some(() => ({ selector: random.pick([own, own, other]), ...into(), topologyKey: key() })),
    spread: some(() => ({
      maxSkew: random.int(1, 2),
      ...(random.chance(0.2) && { minDomains: random.int(1, 3) }),
      topologyKey: key(),
      whenUnsatisfiable: random.pick(['DoNotSchedule', 'DoNotSchedule', 'ScheduleAnyway']),
      selector: random.pick([own, own, { matchLabels: { tier: 'web' }, matchExpressions: [] }]),
      nodeAffinityPolicy: random.pick(['Honor', 'Ignore']),
      nodeTaintsPolicy: random.pick(['Ignore', 'Ignore', 'Honor']),
      matchLabelKeys: random.chance(0.2) ? ['tier'] : [],
    })),
    tolerations: random.chance(0.15) ? [{ key: 'team', operator: 'Exists', value: '' }] : [],
    hostPorts: random.chance(rules * 0.3) ? [{ ip: '', port: random.pick([80, 443]), protocol: 'TCP' }] : [],
    emptyDirs: random.chance(rules * 0.2) ? ['cache'] : [],
    annotations: random.chance(0.05)
      ? { 'cluster-autoscaler.kubernetes.io/safe-to-evict': random.pick(['true', 'false']) }
      : {},
  };
}

function randomAffinity(random: Random): NonNullable<Shape['nodeAffinity']> {
  const expression = random.pick([
    { key: 'disk', operator: 'In', values: ['ssd'] },
    { key: 'disk', operator: 'NotIn', values: ['hdd'] },
    { key: 'size', operator: 'Gt', values: ['2'] },
    { key: ZONE, operator: 'Exists', values: [] },
    { key: 'gpu', operator: 'DoesNotExist', values: [] },
  ]);
  const field = { key: 'metadata.name', operator: 'NotIn', values: ['node-01'] };
  return [{ expressions: [expression], fields: random.chance(0.3) ? [field] : [] }];
}

/** Puts a pod on a node that takes it, one that is not too full if there is one; where none does, it waits or is not made. */
function seatPod(
  survey: Survey,
  random: Random,
  { workload, shape, size }: { workload: number; shape: number; size: Size },
): void {
  const pod = addPod(survey, { workload, shape, node: -1 });
  addVolume(survey, random, { pod, workload });
  const ground = { survey, ghosts: new Set<number>(), gone: new Set<number>() };
  const positions = [...survey.pods.node];
  const nodes = random.shuffle(survey.nodes.map((_, node) => node));
  const reserved = (node: number) =>
    survey.pods.node.reduce((sum, at, other) => sum + (at === node ? (requestsOf(survey, other)?.cpu ?? 0) : 0), 0);
  const roomy = nodes.filter((node) => reserved(node) < size.fill * (survey.nodes[node]?.allocatable.cpu ?? 0));
  const found = [...roomy, ...nodes].find((node) => {
    positions[pod] = node;
    return (
      fitsThere(ground, positions, pod) && isAllowed(ground, positions, { moved: [pod], before: survey.pods.node })
    );
  });
  if (found !== undefined) survey.pods.node[pod] = found;
  survey.pods.state[pod] = stateOf(random, found !== undefined);
}

const requestsOf = ({ shapes, pods }: Survey, pod: number) => shapes[pods.shape[pod] ?? -1]?.requests;

function stateOf(random: Random, placed: boolean): number {
  if (!placed) return random.chance(0.1) ? POD_STATE.pending : POD_STATE.ended;
  const running = POD_STATE.running + POD_STATE.ready;
  if (random.chance(0.02)) return running + POD_STATE.terminating;
  return random.chance(0.03) ? POD_STATE.ended : running;
}

function addVolume(survey: Survey, random: Random, { pod, workload }: { pod: number; workload: number }): void {
  const { kind, namespace = 'default', name = '' } = survey.workloads[workload] ?? {};
  if (kind !== 'StatefulSet' || random.chance(0.4)) return;
  const claim = `data-${name}-${pod}`;
  const zone = random.pick(ZONES);
  const isZonal = random.chance(0.7);
  survey.volumes.push({
    name: `pv-${pod}`,
    phase: 'Bound',
    driver: DISK,
    size: 20 * GI,
    reclaimPolicy: 'Delete',
    nodeAffinity: isZonal ? [[{ key: ZONE, operator: 'In', values: [zone] }]] : [],
    local: random.chance(0.05),
    claim: `${namespace}/${claim}`,
    createdAt: NOW - 20 * DAY,
  });
  const index = survey.claims.push({
    namespace,
    name: claim,
    phase: 'Bound',
    volume: `pv-${pod}`,
    size: 20 * GI,
    accessModes: [random.pick(['ReadWriteOnce', 'ReadWriteMany'])],
    createdAt: NOW - 20 * DAY,
    used: true,
  });
  survey.podClaims.push({ pod, claims: [index - 1] });
}

function addDaemon(survey: Survey, random: Random, index: number): void {
  const shape = {
    labels: { app: `daemon-${index}` },
    requests: { cpu: random.pick([10, 50]), memory: 32 * 2 ** 20, ephemeral: 0, extended: {} },
    hostPaths: ['log'],
    tolerations: [{ operator: 'Exists', value: '' }],
  };
  const desired = survey.nodes.length;
  const wish = { namespace: 'kube-system', name: `daemon-${index}`, kind: 'DaemonSet', desired, shape };
  const workload = addWorkload(survey, { ...wish, without: desired });
  const at = survey.shapes.length - 1;
  survey.nodes.forEach((_, node) => {
    const state = POD_STATE.running + POD_STATE.ready;
    const full =
      survey.pods.node.filter((other) => other === node).length >= (survey.nodes[node]?.allocatable.pods ?? 0);
    if (!full) addPod(survey, { workload, shape: at, node, state });
  });
}
