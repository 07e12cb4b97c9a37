import { z } from 'zod';
import { isReady, type PodView, podSchema } from '../pods.ts';
import type { Collector } from './collector.ts';
import { keyOf, type Owner, ownerOfPod } from './owners.ts';
import type { Shapes } from './shapes.ts';
import { POD_STATE } from './survey.ts';
import { type PodTrouble, troublesOf } from './troubles.ts';
import { metadata, millis } from './values.ts';

/** Pods as rows of numbers, and what they say of their workloads. */

/** What the pods of one workload tell of it. */
export interface Crew {
  owner: Owner;
  namespace: string;
  /** Pods that have not ended, and those of them that are Ready. */
  live: number;
  ready: number;
  createdAt: number;
  /** Of the newest pod. */
  shape: number;
  newest: { at: number; name: string };
  shapes: Set<number>;
  /** By revision of the template, when its oldest pod was made. */
  revisions: Map<string, number>;
  /** Since when the first of those is not Ready that are not. */
  shortSince?: number;
  labels: Record<string, string>;
}

export interface Pods extends Collector {
  /** Columns, with ids of `nodeNames`, `keys` and shapes. */
  columns: { node: number[]; workload: number[]; shape: number[]; state: number[] };
  /** Claims of one pod only, by its place in the columns. */
  ownClaims: Map<number, string[]>;
  nodeNames: string[];
  /** Of workloads. */
  keys: string[];
  crews: Map<string, Crew>;
  troubles: (PodTrouble & { workload: number; pod: string })[];
  /** `NAMESPACE/NAME` of every claim that a pod uses which has not ended. */
  usedClaims: Set<string>;
}

interface Known {
  now: () => number;
  shapes: Shapes;
  ownerOf: (kind: string, uid: string) => Owner | undefined;
}

const schema = podSchema.extend({ metadata, spec: z.looseObject({ nodeName: z.string().nullish() }).prefault({}) });
type Pod = z.output<typeof schema>;

const fresh = () => ({
  columns: { node: [], workload: [], shape: [], state: [] } as Pods['columns'],
  ownClaims: new Map<number, string[]>(),
  nodeNames: [] as string[],
  keys: [] as string[],
  crews: new Map<string, Crew>(),
  troubles: [] as Pods['troubles'],
  usedClaims: new Set<string>(),
});

export function createPods({ now, shapes, ownerOf }: Known): Pods {
  let nodeIds = new Map<string, number>();
  let workloadIds = new Map<string, number>();

  const idOf = (ids: Map<string, number>, names: string[], name: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, names.length);
    return names.push(name) - 1;
  };

  const pods: Pods = {
    kind: 'Pod',
    ...fresh(),
    begin() {
      nodeIds = new Map();
      workloadIds = new Map();
      Object.assign(pods, fresh());
    },
    item(raw) {
      const pod = schema.parse(raw);
      const { metadata: about, spec } = pod;
      const owner = ownerOfPod(about, ownerOf);
      const { namespace, name, labels, annotations } = about;
      const looks = { namespace, labels, annotations, kind: owner.kind, pod: name };
      const { id: shape, own, shared } = shapes.internPod(spec, looks);
      const key = keyOf(namespace, owner);
      const workload = idOf(workloadIds, pods.keys, key);
      const state = stateOf(pod, annotations);
      const row = addRow(pods.columns, {
        ...{ workload, shape, state },
        node: spec.nodeName ? idOf(nodeIds, pods.nodeNames, spec.nodeName) : -1,
      });
      if (own.length > 0) pods.ownClaims.set(row, own.map((claim) => `${namespace}/${claim}`).sort());
      if (!(state & POD_STATE.ended))
        for (const claim of [...own, ...shared]) pods.usedClaims.add(`${namespace}/${claim}`);
      const troubles = troublesOf(pod, now(), owner.kind);
      for (const one of troubles) pods.troubles.push({ ...one, workload, pod: name });
      pods.crews.set(key, joined(pods.crews.get(key), { about, owner, shape, state, troubles }));
    },
  };
  return pods;
}

/** Its place in the columns. */
function addRow(columns: Pods['columns'], row: Record<keyof Pods['columns'], number>): number {
  columns.node.push(row.node);
  columns.workload.push(row.workload);
  columns.shape.push(row.shape);
  return columns.state.push(row.state) - 1;
}

const evictable = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
const mirror = 'kubernetes.io/config.mirror';

function stateOf(pod: PodView, annotations: Record<string, string>): number {
  const { phase } = pod.status;
  return (
    (isReady(pod) ? POD_STATE.ready : 0) |
    (phase === 'Pending' ? POD_STATE.pending : 0) |
    (phase === 'Running' ? POD_STATE.running : 0) |
    (phase === 'Succeeded' || phase === 'Failed' ? POD_STATE.ended : 0) |
    (pod.metadata.deletionTimestamp ? POD_STATE.terminating : 0) |
    (annotations[mirror] === undefined ? 0 : POD_STATE.mirror) |
    (annotations[evictable] === 'true' ? POD_STATE.safeToEvict : 0) |
    (annotations[evictable] === 'false' ? POD_STATE.notSafeToEvict : 0)
  );
}

interface Member {
  about: Pod['metadata'];
  owner: Owner;
  shape: number;
  state: number;
  troubles: PodTrouble[];
}

const tellsOfShortage = new Set<PodTrouble['what']>(['crash-loop', 'waiting', 'not-ready', 'unschedulable']);

function joined(crew: Crew | undefined, { about, owner, shape, state, troubles }: Member): Crew {
  const { namespace, name, labels } = about;
  const at = millis(about.creationTimestamp) ?? 0;
  const ended = (state & POD_STATE.ended) !== 0;
  const made: Crew = crew ?? {
    ...{ owner, namespace, live: 0, ready: 0, createdAt: at, shape, newest: { at: -1, name: '' } },
    ...{ shapes: new Set(), revisions: new Map(), labels: owner.kind === 'Pod' ? labels : {} },
  };
  if (!ended) made.live += 1;
  if (!ended && state & POD_STATE.ready) made.ready += 1;
  made.createdAt = Math.min(made.createdAt, at);
  made.shapes.add(shape);
  const isNewest = at > made.newest.at || (at === made.newest.at && name > made.newest.name);
  if (isNewest) Object.assign(made, { shape, newest: { at, name } });
  const revision = labels['controller-revision-hash'];
  if (revision !== undefined) made.revisions.set(revision, Math.min(made.revisions.get(revision) ?? at, at));
  const since = troubles.find(({ what }) => tellsOfShortage.has(what))?.since;
  if (since !== undefined) made.shortSince = Math.min(made.shortSince ?? since, since);
  return made;
}
