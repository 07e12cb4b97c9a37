import { readEvent, type SceneEvent } from './events.ts';
import type { EvidenceSource, MetricAnswer, Scope, Series } from './evidence.ts';
import { type ObjectRef, refKey } from './finding.ts';
import {
  type ContainerStatus,
  clusterScoped,
  type Kind,
  type Node,
  type Objects,
  type Pod,
  readObject,
} from './kinds.ts';
import { readWorkloads, type Workload } from './owners.ts';

/** Objects of a kind. `known: false`: they could not be looked at, or not all of them, so that nothing follows from an absence. */
export interface Known<T> {
  items: readonly T[];
  known: boolean;
}

/** Lines of one run of a container, oldest first. */
export interface LogLines {
  lines: readonly string[];
  /** How to ask for them again: `k8s_logs prod/app-1 app --previous`. */
  source: string;
}

/**
 * The evidence as rules see it: pods, nodes, events and owners at once, everything else when it is asked for. Each question goes out
 * once, at most `budget` of them in all; what could not be looked at is written down.
 */
export interface Scene {
  readonly scope: Scope;
  /** Asking widely costs nothing. */
  readonly isLocal: boolean;
  /** The cluster's own time in epoch milliseconds. Work from it, never from a clock. */
  readonly now: number;
  /** Within the scope. */
  readonly pods: readonly Pod[];
  readonly podsKnown: boolean;
  readonly nodes: readonly Node[];
  readonly nodesKnown: boolean;
  readonly workloads: readonly Workload[];
  /** Newest first. */
  readonly events: readonly SceneEvent[];
  /** The topmost owner of a pod: the pod itself where nobody owns it. */
  workloadOf(pod: Pod): Workload;
  workload(ref: ObjectRef): Workload | undefined;
  /** The topmost owner of a pod of this scene, by its reference. */
  ownerOf(pod: ObjectRef): ObjectRef | undefined;
  /** Events about an object, newest first, that were still seen at or after `since`. */
  eventsOf(ref: ObjectRef, since?: number): readonly SceneEvent[];
  /** Objects of a kind in the scope, or in another namespace. */
  list<K extends Kind>(kind: K, namespace?: string): Promise<Known<Objects[K]>>;
  /** `undefined`: there is none for certain. `unknown`: it could not be looked at. */
  find<K extends Kind>(
    kind: K,
    namespace: string | undefined,
    name: string,
  ): Promise<Objects[K] | undefined | 'unknown'>;
  logs(pod: Pod, container: string, previous?: boolean): Promise<LogLines | undefined>;
  /** The log of the run that went wrong: the one before where the container runs again, else the present one. */
  failingLogs(pod: Pod, status: ContainerStatus): Promise<LogLines | undefined>;
  /** Series of an instant query; undefined where there are no metrics. */
  metrics(promql: string): Promise<readonly Series[] | undefined>;
  /** Series of the last minutes; undefined where there are no metrics. */
  range(promql: string, minutes: number): Promise<readonly Series[] | undefined>;
  /** Writes down what could not be looked at. */
  note(what: string, why: string): void;
}

/** A scene, and what it took to look at it. */
export interface OpenScene {
  scene: Scene;
  unknown(): { what: string; why: string }[];
  /** Answered questions over all questions, 0 to 1. */
  coverage(): number;
  calls(): number;
}

const DEFAULT_BUDGET = 60;
/** Objects that are read in one go. */
const SLICE = 50;

/** Asks for what every rule needs, side by side, and offers the rest. */
export async function openScene(source: EvidenceSource, scope: Scope, budget = DEFAULT_BUDGET): Promise<OpenScene> {
  const unknown = new Map<string, string>();
  const asked = new Map<string, Promise<unknown>>();
  let answered = 0;

  const note = (what: string, why: string): void => {
    if (!unknown.has(what)) unknown.set(what, why);
  };

  /** Asks once for each key; a refusal, a failure and an empty purse are all `unknown`. */
  function once<T>(key: string, ask: () => Promise<T | { unknown: string }>): Promise<T | undefined> {
    const before = asked.get(key);
    if (before) return before as Promise<T | undefined>;
    const answer =
      asked.size >= budget
        ? Promise.resolve({ unknown: `not asked: more than ${budget} questions` })
        : ask().catch((error: unknown) => ({ unknown: error instanceof Error ? error.message : String(error) }));
    const settled = answer.then((value) => {
      if (value !== null && typeof value === 'object' && 'unknown' in value) {
        note(key, String(value.unknown));
        return undefined;
      }
      answered++;
      return value as T;
    });
    asked.set(key, settled);
    return settled;
  }

  async function listIn<K extends Kind>(kind: K, namespace: string | undefined): Promise<Known<Objects[K]>> {
    const place = clusterScoped.has(kind) ? undefined : namespace;
    const key = place === undefined ? kind : `${kind} ${place}`;
    // Parsed once: rules share the objects.
    const found = await once<Known<Objects[K]>>(key, async () => {
      const listing = await source.list(kind, place);
      if ('unknown' in listing) return listing;
      if (listing.incomplete !== undefined) note(key, listing.incomplete);
      return { items: await readAll(source, kind, listing.items), known: listing.incomplete === undefined };
    });
    return found ?? { items: [], known: false };
  }

  async function list<K extends Kind>(kind: K, namespace = scope.namespace): Promise<Known<Objects[K]>> {
    if (scope.namespace !== undefined || namespace === undefined) return listIn(kind, namespace);
    // The whole cluster was asked for, or will be: one question serves every namespace.
    const all = await listIn(kind, undefined);
    return { ...all, items: all.items.filter(({ metadata }) => metadata.namespace === namespace) };
  }

  const [pods, nodes, events, Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job, CronJob] =
    await Promise.all([
      list('Pod'),
      list('Node'),
      list('Event'),
      list('Deployment'),
      list('ReplicaSet'),
      list('StatefulSet'),
      list('DaemonSet'),
      list('ReplicationController'),
      list('Job'),
      list('CronJob'),
    ]);
  const now = await source.now();
  const { workloads, ownerOf } = readWorkloads({
    pods: pods.items,
    Deployment: Deployment.items,
    ReplicaSet: ReplicaSet.items,
    StatefulSet: StatefulSet.items,
    DaemonSet: DaemonSet.items,
    ReplicationController: ReplicationController.items,
    Job: Job.items,
    CronJob: CronJob.items,
  });
  const workloadAt = new Map(workloads.map((workload) => [refKey(workload.ref), workload]));
  const sceneEvents = events.items.map(readEvent).sort((a, b) => b.last - a.last);
  const eventsAt = Map.groupBy(sceneEvents, ({ object }) => refKey(object));

  const podRef = ({ metadata: { namespace, name } }: Pod): ObjectRef => ({
    kind: 'Pod',
    ...(namespace !== undefined && { namespace }),
    name,
  });

  async function logs(pod: Pod, container: string, previous = false): Promise<LogLines | undefined> {
    const { namespace = 'default', name } = pod.metadata;
    const asSource = `k8s_logs ${namespace}/${name} ${container}${previous ? ' --previous' : ''}`;
    const answer = await once<{ text: string }>(asSource, () =>
      source.logs({ namespace, pod: name, container, previous }),
    );
    if (!answer) return undefined;
    return { lines: answer.text.split('\n').filter((line) => line.trim() !== ''), source: asSource };
  }

  const seriesOf = (answer: { series: readonly Series[] } | undefined) => answer?.series;
  const scene: Scene = {
    scope,
    isLocal: source.isLocal === true,
    now,
    pods: pods.items,
    podsKnown: pods.known,
    nodes: nodes.items,
    nodesKnown: nodes.known,
    workloads,
    events: sceneEvents,
    workloadOf(pod) {
      const key = refKey(ownerOf.get(refKey(podRef(pod))) ?? podRef(pod));
      const workload = workloadAt.get(key);
      if (!workload) throw new Error(`Pod ${pod.metadata.name} is not of this scene`);
      return workload;
    },
    workload: (ref) => workloadAt.get(refKey(ref)),
    ownerOf: (ref) => ownerOf.get(refKey(ref)),
    eventsOf: (ref, since = 0) => (eventsAt.get(refKey(ref)) ?? []).filter(({ last }) => last >= since),
    list,
    async find(kind, namespace, name) {
      const all = await list(kind, namespace ?? scope.namespace);
      const found = all.items.find(({ metadata }) => metadata.name === name);
      return found ?? (all.known ? undefined : 'unknown');
    },
    logs,
    async failingLogs(pod, { name, state }) {
      // `kubectl logs` of a container that is not running shows its last run.
      const previous = state.running !== undefined;
      const first = await logs(pod, name, previous);
      return first && first.lines.length > 0 ? first : ((await logs(pod, name, !previous)) ?? first);
    },
    metrics: async (promql) =>
      seriesOf(
        await once<Exclude<MetricAnswer, { unknown: string }>>(`metrics_query ${promql}`, () => source.metrics(promql)),
      ),
    range: async (promql, minutes) =>
      seriesOf(
        await once<Exclude<MetricAnswer, { unknown: string }>>(`metrics_query_range ${promql} ${minutes}m`, () =>
          source.range(promql, minutes),
        ),
      ),
    note,
  };
  return {
    scene,
    unknown: () => [...unknown].map(([what, why]) => ({ what, why })),
    coverage: () => (asked.size === 0 ? 1 : answered / asked.size),
    calls: () => asked.size,
  };
}

/** Large lists are read piece by piece, so that a chat beside it goes on. */
async function readAll<K extends Kind>(
  source: EvidenceSource,
  kind: K,
  raw: readonly unknown[],
): Promise<Objects[K][]> {
  const items: Objects[K][] = [];
  for (let from = 0; from < raw.length; from += SLICE) {
    if (from > 0) await source.pause?.();
    for (const one of raw.slice(from, from + SLICE)) {
      const object = readObject(kind, one);
      if (object) items.push(object);
    }
  }
  return items;
}
