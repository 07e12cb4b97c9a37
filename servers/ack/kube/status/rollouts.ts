import { z } from 'zod';
import { listSome } from '../client.ts';
import type { KubeObject } from '../objects.ts';
import { controllerOf, isReady, type PodView, podSchema } from '../pods.ts';
import type { KubeWire } from '../wire.ts';
import { brokenPod, type Judgement, latest } from './report.ts';

/** Deployments, StatefulSets and DaemonSets: which pods are of the present revision, and whether they are all there. */

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  lastUpdateTime: z.string().nullish(),
  lastTransitionTime: z.string().nullish(),
});
const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const workload = z.object({
  metadata: z.object({ uid: z.string(), generation: z.number().optional(), creationTimestamp: z.string().nullish() }),
  spec: z.object({
    replicas: z.number().nullish(),
    paused: z.boolean().nullish(),
    updateStrategy: z.object({ type: z.string().nullish() }).nullish(),
    selector: z.object({
      matchLabels: z.record(z.string(), z.string()).nullish(),
      matchExpressions: z
        .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
        .nullish(),
    }),
  }),
  status: z
    .object({
      observedGeneration: z.number().nullish(),
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      updateRevision: z.string().nullish(),
      desiredNumberScheduled: count,
      updatedNumberScheduled: count,
      numberReady: count,
      numberAvailable: count,
      conditions: z.array(condition).nullish(),
    })
    .prefault({}),
});
type Workload = z.output<typeof workload>;

interface Found {
  judgement: Judgement;
  /** Of the present revision. */
  pods: PodView[];
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'controller-revision-hash';

/** How far a workload is on the way to what its spec asks for. */
export async function rolloutStatus(
  wire: KubeWire,
  object: KubeObject,
  kind: string,
  signal: AbortSignal,
): Promise<Found> {
  const view = workload.parse(object);
  const { namespace } = object.metadata;
  const { items } = await listSome(
    wire,
    { kind: 'Pod', namespace, labelSelector: selectorText(view) },
    { most: 5_000, signal },
  );
  const all = items.map((item) => podSchema.parse(item)).filter(({ metadata }) => !metadata.deletionTimestamp);
  const revision = { wire, view, namespace, signal };
  const { pods, old } =
    kind === 'Deployment' ? await splitByReplicaSet(revision, all) : await splitByHash(revision, all, kind);
  return { judgement: judge(view, pods, { kind, oldPods: old.length }), pods };
}

function judge(view: Workload, pods: PodView[], { kind, oldPods }: { kind: string; oldPods: number }): Judgement {
  const { status, spec, metadata } = view;
  const daemon = kind === 'DaemonSet';
  const counts = daemon
    ? {
        desired: status.desiredNumberScheduled,
        updated: status.updatedNumberScheduled,
        ready: status.numberReady,
        available: status.numberAvailable,
      }
    : {
        desired: spec.replicas ?? 1,
        // A StatefulSet that is not rolling says nothing of updated replicas on some versions: its pods do.
        updated: status.updatedReplicas || pods.length,
        ready: status.readyReplicas,
        available: status.availableReplicas || (kind === 'StatefulSet' ? status.readyReplicas : 0),
      };
  const observed = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  // What it says of a change that it has not seen yet is about the state before.
  const reason = observed ? (failureOf(view) ?? brokenPod(pods)) : undefined;
  const { desired, updated, ready, available } = counts;
  const settled =
    observed &&
    oldPods === 0 &&
    [updated, ready, available].every((number) => number === desired) &&
    (daemon || status.replicas === desired) &&
    pods.filter(isReady).length >= desired;
  const state = reason ? 'failing' : settled ? 'healthy' : 'progressing';
  return {
    state,
    ...counts,
    oldPods,
    ...(spec.paused === true && { paused: true }),
    ...(metadata.generation !== undefined && { generation: metadata.generation }),
    ...(status.observedGeneration != null && { observedGeneration: status.observedGeneration }),
    ...(reason !== undefined && { reason }),
    ...(desired === 0 && settled && latest(metadata.creationTimestamp, ...(status.conditions ?? []).map(changedAt))),
  };
}

const changedAt = ({ lastUpdateTime, lastTransitionTime }: z.output<typeof condition>) =>
  lastUpdateTime ?? lastTransitionTime;

/** What the controller itself says has failed. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status */
function failureOf({ status, spec }: Workload): string | undefined {
  // A refusal outlives its reason by a moment: once all pods are there it is over.
  const isShort = Math.min(status.replicas, status.updatedReplicas) < (spec.replicas ?? 1);
  const failed = status.conditions?.find(
    ({ type, status: is }) =>
      (type === 'Progressing' && is === 'False') || (type === 'ReplicaFailure' && is === 'True' && isShort),
  );
  return failed && `${failed.reason ?? failed.type}: ${failed.message ?? ''}`.slice(0, 500);
}

interface Revision {
  wire: KubeWire;
  view: Workload;
  namespace: string | undefined;
  signal: AbortSignal;
}

const owned = z.object({
  metadata: z.object({
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.object({ uid: z.string() })).nullish(),
  }),
  revision: z.number().nullish(),
});

async function ownedBy({ wire, view, namespace, signal }: Revision, kind: string) {
  const labelSelector = selectorText(view);
  const { items } = await listSome(wire, { kind, namespace, labelSelector }, { most: 1_000, signal });
  return items
    .map((item) => owned.parse(item))
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === view.metadata.uid));
}

async function splitByReplicaSet(revision: Revision, all: PodView[]) {
  const sets = await ownedBy(revision, 'ReplicaSet');
  const number = (set: (typeof sets)[number]) => Number(set.metadata.annotations?.[revisionAnnotation] ?? 0);
  const newest = sets.sort((one, other) => number(other) - number(one))[0]?.metadata.uid;
  const ours = new Set(sets.map(({ metadata }) => metadata.uid));
  const mine = all.filter((pod) => ours.has(controllerOf(pod)?.uid ?? ''));
  return split(mine, (pod) => controllerOf(pod)?.uid === newest);
}

async function splitByHash(revision: Revision, all: PodView[], kind: string) {
  const { view } = revision;
  const mine = all.filter((pod) => controllerOf(pod)?.uid === view.metadata.uid);
  // Pods of OnDelete keep their revision until a person deletes them: none is old before that.
  if (view.spec.updateStrategy?.type === 'OnDelete') return { pods: mine, old: [] };
  const hash = kind === 'StatefulSet' ? view.status.updateRevision : await newestHash(revision);
  if (!hash) return { pods: mine, old: [] };
  return split(mine, ({ metadata }) => metadata.labels?.[hashLabel] === hash);
}

async function newestHash(revision: Revision): Promise<string | undefined> {
  const revisions = await ownedBy(revision, 'ControllerRevision');
  const newest = revisions.sort((one, other) => (other.revision ?? 0) - (one.revision ?? 0))[0];
  return newest?.metadata.labels?.[hashLabel];
}

function split(pods: PodView[], isNew: (pod: PodView) => boolean) {
  return { pods: pods.filter(isNew), old: pods.filter((pod) => !isNew(pod)) };
}

/** A selector of the spec as the query parameter. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api */
function selectorText({ spec: { selector } }: Workload): string {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => {
    switch (operator) {
      case 'Exists':
        return key;
      case 'DoesNotExist':
        return `!${key}`;
      default:
        return `${key} ${operator.toLowerCase()} (${(values ?? []).join(',')})`;
    }
  });
  return [...labels, ...expressions].join(',');
}
