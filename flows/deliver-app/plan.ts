import type { Translate } from '../../src/chat/messages.ts';
import type { Language, LocalText } from '../../src/chat/types.ts';
import type { PlanDraft } from '../../src/flow/kit.ts';
import { type Rehearsal, stepOf, undoOf } from '../../src/flow/rehearsal.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { asObject, type Manifest, objectText, ROLLING } from './objects.ts';

/** A release as a plan: the objects in an order that works, the roll-out watched, the checks, and the way back. */

export type Words = Record<Language, Translate>;
export type Text = (key: string, params?: Record<string, string | number>) => LocalText;
type Watch = NonNullable<PlanDraft['steps'][number]['until']>;
type Check = PlanDraft['verify'][number];

export interface Place {
  clusterId: string;
  cluster: string;
  environment: 'prod' | 'staging' | 'dev';
}

/** One object of the release, as the server rehearsed it. */
export interface Rehearsed {
  object: Manifest & JsonObject;
  seen: Rehearsal;
}

export interface Delivery {
  place: Place;
  namespace: string;
  name: string;
  /** Only those that change something. */
  changes: readonly Rehearsed[];
  title: LocalText;
  why: LocalText;
  /** What is asked for over HTTP once people are let in; the Ingress's own path where it is absent. */
  httpPath?: string | undefined;
  /** Blocks nothing, but somebody should think twice. */
  warnings: number;
  words: Words;
}

const ORDER = [
  'Namespace',
  'ServiceAccount',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'NetworkPolicy',
  'Ingress',
];
const ROLLOUT_MINUTES = 10;
const STABLE_SECONDS = 30;

export const textIn =
  (words: Words): Text =>
  (key, params = {}) => ({ en: words.en(key, params), zh: words.zh(key, params) });

/** What others need comes first; what lets people in comes last, when the program is up. */
export const inOrder = <Of extends { kind: string }>(objects: readonly Of[]): Of[] =>
  objects
    .map((object, at) => ({ object, at, rank: ORDER.indexOf(object.kind) }))
    .sort((one, other) => one.rank - other.rank || one.at - other.at)
    .map(({ object }) => object);

export function releasePlan(delivery: Delivery): PlanDraft {
  const { place, namespace, name, changes, title, why, words } = delivery;
  const text = textIn(words);
  const steps = changes.map((change, at) => {
    const object = objectText(change.object);
    const key = change.seen.created ? 'deliver.plan.make' : 'deliver.plan.change';
    return watchedStep(
      stepOf(change.seen, { id: stepId(change.object, at), title: text(key, { object }) }),
      change,
      place,
    );
  });
  return {
    action: 'app.deploy',
    title,
    why,
    cluster: place.cluster,
    environment: place.environment,
    target: { ...mainOf(changes, name), namespace, percent: 0 },
    steps,
    verify: changes.flatMap((change) => checksOf(change, delivery, text)),
    undo: changes
      .flatMap(({ seen, object }, at) =>
        undoOf(
          seen,
          stepId(object, at),
          text(seen.created ? 'deliver.plan.remove' : 'deliver.plan.put-back', { object: objectText(object) }),
        ),
      )
      .reverse(),
    undoMode: 'automatic',
    risk: riskOf(delivery),
    blastRadius: { objects: changes.length, text: text('deliver.plan.blast', { count: changes.length, namespace }) },
  };
}

/** Ids of steps hold no dots: results are referred to by dotted paths. */
const stepId = ({ kind, metadata: { name } }: Manifest, at: number): string =>
  `${at + 1}-${kind}-${name}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');

function mainOf(changes: readonly Rehearsed[], name: string) {
  const main = changes.find(({ object }) => ROLLING.includes(object.kind) || object.kind === 'CronJob') ?? changes[0];
  return { kind: main?.object.kind ?? 'Deployment', name: main?.object.metadata.name ?? name };
}

function riskOf({ changes, warnings, place }: Delivery): 'low' | 'medium' | 'high' {
  const isUpdate = changes.some(({ seen, object }) => !seen.created && ROLLING.includes(object.kind));
  if (place.environment === 'prod') return isUpdate || warnings > 0 ? 'medium' : 'low';
  return warnings > 2 ? 'medium' : 'low';
}

/** The step of a workload is over when it has rolled out: what lets people in comes after. */
function watchedStep(step: PlanDraft['steps'][number], { object, seen }: Rehearsed, place: Place) {
  if (!ROLLING.includes(object.kind) && object.kind !== 'Job') return step;
  const { namespace, name } = object.metadata;
  return {
    ...step,
    until: rolloutWatch(place.clusterId, { kind: object.kind, namespace: namespace ?? '', name }),
    expectMinutes: seen.created ? 2 : 3,
  };
}

export interface Ref {
  kind: string;
  namespace: string;
  name: string;
}

/** Until all pods are of the new kind and ready; over at once where one says that it will not come up. */
export function rolloutWatch(clusterId: string, { kind, namespace, name }: Ref): Watch {
  return {
    tool: 'k8s_workload_status',
    args: { clusterId, kind, namespace, name },
    done: [{ path: 'state', in: ['healthy'] }],
    failed: [
      { path: 'state', in: ['failing'] },
      { path: 'oomKilledSince', atLeast: 1 },
    ],
    everySeconds: 5,
    timeoutMinutes: ROLLOUT_MINUTES,
    stage: 'reason',
    percent: 'percent',
    error: 'reason',
  };
}

/** Ready for half a minute, and nothing restarted. */
export function steadyCheck(clusterId: string, { kind, namespace, name }: Ref, text: Text, id = 'steady'): Check {
  const object = `${kind} ${namespace}/${name}`;
  return {
    ...rolloutWatch(clusterId, { kind, namespace, name }),
    id,
    title: text('deliver.plan.steady', { object, seconds: STABLE_SECONDS }),
    done: [
      { path: 'state', in: ['healthy'] },
      { path: 'stableSeconds', atLeast: STABLE_SECONDS },
    ],
    failed: [
      { path: 'state', in: ['failing'] },
      { path: 'restartsSince', atLeast: 1 },
      { path: 'oomKilledSince', atLeast: 1 },
    ],
  };
}

function checksOf({ object, seen }: Rehearsed, { place: { clusterId }, httpPath }: Delivery, text: Text): Check[] {
  const { kind, metadata } = object;
  const ref = { kind, namespace: metadata.namespace ?? '', name: metadata.name };
  const suffix = `${kind}-${metadata.name}`.toLowerCase();
  // Without new pods, what they did long ago tells nothing of this release.
  if (ROLLING.includes(kind) && hasNewPods(seen)) return [steadyCheck(clusterId, ref, text, `steady-${suffix}`)];
  if (kind === 'Service' && hasSelector(object)) return [endpoints(clusterId, ref, text, `endpoints-${suffix}`)];
  if (kind === 'Ingress') return [httpCheck(object, { clusterId, httpPath, id: `http-${suffix}` }, text)];
  return [];
}

function hasNewPods({ created, before, after }: Rehearsal): boolean {
  const template = (object: JsonObject | null) => JSON.stringify(asObject(asObject(object).spec).template ?? null);
  return created || template(before) !== template(after);
}

const hasSelector = ({ spec }: JsonObject) => Object.keys(asObject(asObject(spec).selector)).length > 0;

/** https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
function endpoints(clusterId: string, { kind, namespace, name }: Ref, text: Text, id: string): Check {
  return {
    id,
    title: text('deliver.plan.endpoints', { name }),
    tool: 'k8s_workload_status',
    args: { clusterId, kind, namespace, name },
    done: [
      { path: 'state', in: ['healthy'] },
      { path: 'ready', atLeast: 1 },
    ],
    everySeconds: 5,
    timeoutMinutes: 3,
    stage: 'reason',
    error: 'reason',
  };
}

/** Asked the way people come. Where nobody can ask from here, that is no failure of the release. */
function httpCheck(
  { metadata, spec }: Manifest & JsonObject,
  { clusterId, httpPath, id }: { clusterId: string; httpPath: string | undefined; id: string },
  text: Text,
): Check {
  const { rules } = asObject(spec);
  const [first] = Array.isArray(rules) ? rules.map(asObject) : [];
  const paths = asObject(first?.http).paths;
  const [door] = Array.isArray(paths) ? paths.map(asObject) : [];
  const own = typeof door?.path === 'string' && door.path.startsWith('/') ? door.path : '/';
  const path = httpPath ?? own;
  return {
    id,
    title: text('deliver.plan.http', { host: String(first?.host ?? metadata.name), path }),
    tool: 'http_check',
    args: { clusterId, namespace: metadata.namespace ?? '', ingress: metadata.name, path },
    done: [{ path: 'verdict', in: ['ok', 'unknown'] }],
    everySeconds: 5,
    timeoutMinutes: 3,
    stage: 'reason',
    error: 'reason',
  };
}
