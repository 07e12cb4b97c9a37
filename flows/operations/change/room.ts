import { z } from 'zod';
import { parseQuantity } from '../../../src/flow/quantity.ts';
import { workloadOf } from './owners.ts';

/** Where pods still fit, by what they request: a first look, since affinities and spreads are the scheduler's to judge. */

const labels = z.record(z.string(), z.string()).nullish();
const requests = z.object({ resources: z.object({ requests: labels }).nullish() });
const toleration = z.object({
  key: z.string().nullish(),
  operator: z.string().nullish(),
  value: z.string().nullish(),
  effect: z.string().nullish(),
});
const taint = z.object({ key: z.string(), value: z.string().nullish(), effect: z.string() });

export const nodeForm = z.object({
  metadata: z.object({ name: z.string(), labels }),
  spec: z
    .object({ unschedulable: z.boolean().nullish(), taints: z.array(taint).nullish() })
    .nullish()
    .transform((spec) => spec ?? {}),
  status: z.object({
    allocatable: z.record(z.string(), z.string()).nullish(),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
  }),
});
const podSpec = z.object({
  nodeName: z.string().nullish(),
  nodeSelector: labels,
  tolerations: z.array(toleration).nullish(),
  containers: z.array(requests).nullish(),
  initContainers: z.array(requests.extend({ restartPolicy: z.string().nullish() })).nullish(),
  volumes: z
    .array(
      z.looseObject({
        emptyDir: z.unknown().optional(),
        persistentVolumeClaim: z.object({ claimName: z.string() }).nullish(),
      }),
    )
    .nullish(),
});
export const podForm = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    labels,
    annotations: labels,
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
      .nullish(),
  }),
  spec: podSpec,
  status: z.object({ phase: z.string().nullish() }).nullish(),
});
export const claimForm = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({ volumeName: z.string().nullish() }).nullish(),
});
const term = z.object({
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
});
export const volumeForm = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z
    .object({
      nodeAffinity: z
        .object({ required: z.object({ nodeSelectorTerms: z.array(term).nullish() }).nullish() })
        .nullish(),
    })
    .nullish(),
});
type Terms = z.output<typeof term>[];
type NodeForm = z.output<typeof nodeForm>;
type PodForm = z.output<typeof podForm>;

/** What a pod asks of a node. */
const need = z.object({
  cpu: z.number(),
  memory: z.number(),
  nodeSelector: z.record(z.string(), z.string()).default({}),
  tolerations: z.array(toleration).default([]),
});
export type Need = z.output<typeof need>;

/** What a pod of this spec requests; of init containers only what is more than the containers together. https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers */
export function needOf(spec: unknown): Need {
  const { containers, initContainers, nodeSelector, tolerations } = podSpec.catch({}).parse(spec ?? {});
  const [sidecars, inits] = [true, false].map((runsOn) =>
    (initContainers ?? []).filter(({ restartPolicy }) => (restartPolicy === 'Always') === runsOn),
  );
  const of = (resource: string) => {
    const amount = ({ resources }: z.output<typeof requests>) => parseQuantity(resources?.requests?.[resource]) ?? 0;
    const running = [...(containers ?? []), ...(sidecars ?? [])].reduce((sum, one) => sum + amount(one), 0);
    return Math.max(running, ...(inits ?? []).map(amount));
  };
  return { cpu: of('cpu'), memory: of('memory'), nodeSelector: nodeSelector ?? {}, tolerations: tolerations ?? [] };
}

/** Where each claim's volume can be attached, by `namespace/name` of the claim. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity */
export type Reach = ReadonlyMap<string, Terms>;

/** From claims and volumes to where they reach; a volume that says nothing reaches everywhere. */
export function reachOf(
  claims: readonly z.output<typeof claimForm>[],
  volumes: readonly z.output<typeof volumeForm>[],
): Reach {
  const terms = new Map(
    volumes.map(({ metadata, spec }) => [metadata.name, spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []]),
  );
  return new Map(
    claims.map(({ metadata, spec }) => [
      `${metadata.namespace}/${metadata.name}`,
      terms.get(spec?.volumeName ?? '') ?? [],
    ]),
  );
}

interface Room {
  name: string;
  labels: Record<string, string>;
  taints: z.output<typeof taint>[];
  /** Takes no new pods: cordoned, or not ready. */
  closed: boolean;
  free: { cpu: number; memory: number; pods: number };
}

const isDone = ({ status }: PodForm): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** What each node has left. */
function roomsOf(nodes: readonly NodeForm[], pods: readonly PodForm[]): Room[] {
  const used = new Map<string, { cpu: number; memory: number; pods: number }>();
  for (const pod of pods) {
    const at = pod.spec.nodeName;
    if (!at || isDone(pod)) continue;
    const { cpu, memory } = needOf(pod.spec);
    const sum = used.get(at) ?? { cpu: 0, memory: 0, pods: 0 };
    used.set(at, { cpu: sum.cpu + cpu, memory: sum.memory + memory, pods: sum.pods + 1 });
  }
  return nodes.map(({ metadata, spec, status }) => {
    const taken = used.get(metadata.name) ?? { cpu: 0, memory: 0, pods: 0 };
    const has = (resource: string) => parseQuantity(status.allocatable?.[resource]) ?? 0;
    const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
    return {
      name: metadata.name,
      labels: metadata.labels ?? {},
      taints: spec.taints ?? [],
      closed: spec.unschedulable === true || !ready,
      free: { cpu: has('cpu') - taken.cpu, memory: has('memory') - taken.memory, pods: has('pods') - taken.pods },
    };
  });
}

/** Puts pods one after the other, the largest first, where most is left; gives those for which nothing is. Changes `rooms`. */
function place<Pod extends { need: Need; volumes?: readonly Terms[] }>(
  pods: readonly Pod[],
  rooms: readonly Room[],
): Pod[] {
  const left: Pod[] = [];
  for (const pod of [...pods].sort((a, b) => b.need.cpu - a.need.cpu || b.need.memory - a.need.memory)) {
    const reached = (room: Room) => (pod.volumes ?? []).every((terms) => reaches(terms, room));
    const [best] = rooms
      .filter((room) => takes(room, pod.need) && reached(room))
      .sort((a, b) => b.free.cpu - a.free.cpu);
    if (!best) {
      left.push(pod);
      continue;
    }
    best.free.cpu -= pod.need.cpu;
    best.free.memory -= pod.need.memory;
    best.free.pods -= 1;
  }
  return left;
}

/** Sums of quantities are not exact: a millionth of a core is no lack. */
const LEEWAY = 1e-6;

function takes({ closed, free, labels: has, taints }: Room, { cpu, memory, nodeSelector, tolerations }: Need): boolean {
  if (closed || free.pods < 1 || free.cpu + LEEWAY < cpu || free.memory + LEEWAY < memory) return false;
  if (Object.entries(nodeSelector).some(([key, value]) => has[key] !== value)) return false;
  return taints.every((one) => one.effect === 'PreferNoSchedule' || tolerations.some((each) => tolerates(each, one)));
}

/** Any of the terms; of a term, all its expressions. Operators that are not known here count as fitting. */
function reaches(terms: Terms, { labels: has }: Room): boolean {
  if (terms.length === 0) return true;
  return terms.some(({ matchExpressions }) =>
    (matchExpressions ?? []).every(({ key, operator, values }) => {
      if (operator === 'In') return (values ?? []).includes(has[key] ?? '');
      if (operator === 'NotIn') return !(values ?? []).includes(has[key] ?? '');
      if (operator === 'Exists') return has[key] !== undefined;
      return operator !== 'DoesNotExist' || has[key] === undefined;
    }),
  );
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function tolerates(
  { key, operator, value, effect }: z.output<typeof toleration>,
  one: z.output<typeof taint>,
): boolean {
  if (effect && effect !== one.effect) return false;
  if (operator === 'Exists') return !key || key === one.key;
  return key === one.key && (value ?? '') === (one.value ?? '');
}

/** A pod that has to go from its node. */
interface Leaving {
  namespace: string;
  name: string;
  owner: { kind: string; name: string } | undefined;
  emptyDir: boolean;
  need: Need;
  /** Where each of its volumes can be attached. */
  volumes: Terms[];
}

/** Pods that a drain takes from these nodes: none of DaemonSets, of the node itself, or that are done. */
function leaving(pods: readonly PodForm[], nodes: ReadonlySet<string>, reach: Reach = new Map()): Leaving[] {
  return pods.flatMap((pod) => {
    const { metadata, spec } = pod;
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
    const isMirror = metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
    const stays = isMirror || isDone(pod) || owner?.kind === 'DaemonSet' || owner?.kind === 'Node';
    if (!nodes.has(spec.nodeName ?? '') || stays) return [];
    const emptyDir = spec.volumes?.some((volume) => volume.emptyDir !== undefined) ?? false;
    const { namespace, name } = metadata;
    const volumes = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
      claim ? [reach.get(`${namespace}/${claim.claimName}`) ?? []] : [],
    );
    const of = owner && workloadOf(owner, metadata.labels ?? {});
    return [{ namespace, name, owner: of, emptyDir, need: needOf(spec), volumes }];
  });
}

/** The question to the view `copilot_room`. */
export const roomQuestion = z.object({
  clusterId: z.string(),
  /** So many pods like this one: how many of them fit? */
  fit: z.object({ need, copies: z.int().positive().max(10_000) }).optional(),
  /** Nodes that are to be emptied: which pods go, and which of them fit nowhere else? */
  leaving: z.array(z.string()).max(500).optional(),
  /** The same for any so many of these nodes: those with the most to move. */
  leavingSome: z.object({ nodes: z.array(z.string()).max(500), count: z.int().positive() }).optional(),
});

/** Its answer. */
export const roomAnswer = z.object({
  nodes: z.number(),
  /** Nodes that take new pods, without those that are to be emptied. */
  open: z.number(),
  /** Pods for which no node was found yet. */
  waiting: z.number(),
  fits: z.number().optional(),
  moving: z
    .array(
      z.object({
        namespace: z.string(),
        name: z.string(),
        owner: z.object({ kind: z.string(), name: z.string() }).optional(),
        emptyDir: z.boolean(),
        homeless: z.boolean(),
      }),
    )
    .optional(),
});
export type RoomAnswer = z.output<typeof roomAnswer>;

/** Answers the question from every node and pod of the cluster. */
export function answerRoom(
  { fit, leaving: named, leavingSome }: z.output<typeof roomQuestion>,
  nodes: readonly NodeForm[],
  { pods, reach = new Map() }: { pods: readonly PodForm[]; reach?: Reach },
): RoomAnswer {
  const rooms = roomsOf(nodes, pods);
  const going = new Set(named ?? (leavingSome ? fullest(pods, leavingSome) : []));
  const asked = named !== undefined || leavingSome !== undefined;
  const base = {
    nodes: rooms.length,
    open: rooms.filter(({ closed, name }) => !closed && !going.has(name)).length,
    waiting: pods.filter((pod) => !pod.spec.nodeName && pod.status?.phase === 'Pending').length,
  };
  if (fit) {
    const copies = Array.from({ length: fit.copies }, () => ({ need: fit.need }));
    return { ...base, fits: fit.copies - place(copies, rooms).length };
  }
  if (!asked) return base;
  const gone = leaving(pods, going, reach);
  const homeless = new Set(
    place(
      gone.filter(({ owner }) => owner !== undefined),
      rooms.filter(({ name }) => !going.has(name)),
    ),
  );
  const moving = gone.map((pod) => ({
    namespace: pod.namespace,
    name: pod.name,
    ...(pod.owner && { owner: pod.owner }),
    emptyDir: pod.emptyDir,
    homeless: homeless.has(pod),
  }));
  return { ...base, moving };
}

/** Of these nodes, those whose pods request the most. */
function fullest(pods: readonly PodForm[], { nodes, count }: { nodes: string[]; count: number }): string[] {
  const load = (node: string) => leaving(pods, new Set([node])).reduce((sum, pod) => sum + pod.need.cpu, 0);
  return nodes
    .map((node) => ({ node, cpu: load(node) }))
    .sort((a, b) => b.cpu - a.cpu)
    .slice(0, count)
    .map(({ node }) => node);
}
