import type { Context } from '../controllers/context.ts';
import type { Container, Kinds } from '../controllers/kinds.ts';
import type { PodSpec } from '../controllers/pod-kinds.ts';
import type { GroundState, Undo } from '../kubelet/documents.ts';
import type { KubeObject } from '../objects.ts';
import type { Draft } from '../store.ts';

const HOST = 'registry.cn-hangzhou.aliyuncs.com';
type Section = Extract<Undo, { section: string }>['section'];

/** What a careless hand or a failing world can do to the demo; each change is written down, so that it can be put back. */
export interface Bench {
  context: Context;
  /** Changes a stored object in place; in namespace `prod` unless the key names another. */
  edit<K extends keyof Kinds>(
    plural: K,
    key: string | [namespace: string | undefined, name: string],
    change: (object: Kinds[K]) => void,
  ): void;
  make(plural: string, draft: Draft): void;
  drop(plural: string, key: string | [namespace: string | undefined, name: string]): void;
  /** Changes the first container of a Deployment of `prod`. */
  container(deployment: string, change: (container: Container) => void): void;
  podSpec(deployment: string, change: (spec: PodSpec) => void): void;
  /** Rolls another image of the shop out. */
  image(deployment: string, image: string): void;
  /** As `kubectl rollout restart` does. */
  restart(deployment: string): void;
  scale(deployment: string, replicas: number): void;
  /** Changes the physical world; undefined is the healthy state. */
  world<S extends Section>(section: S, key: string, value: GroundState[S][keyof GroundState[S]] | undefined): void;
  /** The node of a demo workload's first pod. */
  nodeOf(app: string): string;
  undo(): Undo[];
}

const place = (key: string | [string | undefined, string]): [string | undefined, string] =>
  typeof key === 'string' ? ['prod', key] : key;

/** A bench over one cluster. */
export function createBench(context: Context): Bench {
  const done: Undo[] = [];
  const note = (plural: string, namespace: string | undefined, name: string, before: KubeObject | undefined): void => {
    const where = { plural, name, ...(namespace !== undefined && { namespace }) };
    done.push({ ...where, ...(before && { before: JSON.parse(JSON.stringify(before)) }) });
  };
  const bench: Bench = {
    context,
    edit: (plural, key, change) => {
      const [namespace, name] = place(key);
      const before = context.read.get(plural, namespace, name);
      if (!before) throw new Error(`The scenario needs ${plural} ${namespace ?? ''}/${name}, which is not there.`);
      note(plural, namespace, name, before);
      const next = structuredClone(before);
      change(next);
      context.store.update(plural, next);
    },
    make: (plural, draft) => {
      note(plural, draft.metadata.namespace, draft.metadata.name ?? '', undefined);
      context.create(plural, draft);
    },
    drop: (plural, key) => {
      const [namespace, name] = place(key);
      const before = context.store.get(plural, namespace, name);
      if (!before) throw new Error(`The scenario needs ${plural} ${namespace ?? ''}/${name}, which is not there.`);
      note(plural, namespace, name, before);
      context.store.remove(plural, namespace, name);
    },
    podSpec: (deployment, change) => bench.edit('deployments', deployment, ({ spec }) => change(spec.template.spec)),
    container: (deployment, change) =>
      bench.podSpec(deployment, ({ containers: [first] }) => {
        if (first) change(first);
      }),
    image: (deployment, image) =>
      bench.container(deployment, (container) => {
        container.image = `${HOST}/${image}`;
      }),
    restart: (deployment) =>
      bench.edit('deployments', deployment, ({ spec }) => {
        const annotations = {
          ...spec.template.metadata?.annotations,
          'kubectl.kubernetes.io/restartedAt': context.stamp(),
        };
        spec.template.metadata = { ...spec.template.metadata, annotations };
      }),
    scale: (deployment, replicas) =>
      bench.edit('deployments', deployment, ({ spec }) => {
        spec.replicas = replicas;
      }),
    world: (section, key, value) => {
      const before = (context.ground.state()[section] as Record<string, unknown>)[key];
      done.push({ section, key, ...(before !== undefined && { value: JSON.parse(JSON.stringify(before)) }) });
      context.ground.change((state) => setIn(state[section] as Record<string, unknown>, key, value));
    },
    nodeOf: (app) =>
      context.read.list('pods', 'prod').find(({ metadata }) => metadata.labels?.app === app)?.spec.nodeName ?? '',
    undo: () => done,
  };
  return bench;
}

function setIn(section: Record<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) delete section[key];
  else section[key] = value;
}

/** Puts everything back that was written down, the last first. */
export function putBack(context: Context, undo: readonly Undo[]): void {
  for (const step of [...undo].reverse()) {
    if ('section' in step) {
      context.ground.change((state) => setIn(state[step.section] as Record<string, unknown>, step.key, step.value));
    } else restoreObject(context, step);
  }
}

function restoreObject(context: Context, { plural, namespace, name, before }: Extract<Undo, { plural: string }>): void {
  const present = context.store.get(plural, namespace, name);
  if (before === undefined) {
    if (present) removeHard(context, plural, present);
    return;
  }
  const old = before as unknown as KubeObject;
  const { labels, annotations } = old.metadata;
  if (!present || present.metadata.deletionTimestamp) {
    if (present) removeHard(context, plural, present);
    const metadata = {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    };
    const { status: _, ...rest } = old;
    context.create(plural, { ...rest, metadata });
    return;
  }
  const { resourceVersion, uid, generation } = present.metadata;
  const metadata = { ...old.metadata, resourceVersion, uid, ...(generation !== undefined && { generation }) };
  context.store.update(plural, { ...old, metadata, ...(present.status !== undefined && { status: present.status }) });
}

/** Removes an object whatever holds it. */
function removeHard(context: Context, plural: string, object: KubeObject): void {
  const { namespace, name } = object.metadata;
  const { finalizers: _, ...metadata } = object.metadata;
  if (object.metadata.finalizers) context.store.update(plural, { ...object, metadata });
  if (context.store.get(plural, namespace, name)) context.store.remove(plural, namespace, name);
}
