import type { KubeObject } from '../objects.ts';
import {
  availableAt,
  type Context,
  isFinished,
  isReady,
  messageOf,
  ownedBy,
  ownedOf,
  ownKeys,
  soonest,
  splitKey,
} from './context.ts';
import type { Controller } from './engine.ts';
import { nameHash } from './hash.ts';
import type { Pod, StatefulSet } from './kinds.ts';
import { createPod, deletePod } from './pods.ts';

const COMPONENT = 'statefulset-controller';
const REVISION = 'controller-revision-hash';
const RETRY_MS = 20_000;

/** Keeps the numbered pods of StatefulSets, one after another, each with its claims. */
export function statefulSets(context: Context): Controller {
  return {
    name: 'statefulset',
    concerns: (change) => ownKeys(change, 'statefulsets', 'StatefulSet'),
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const set = context.read.get('statefulsets', namespace, name);
      if (!set || set.metadata.deletionTimestamp) return undefined;
      const revision = revisionFor(context, set);
      const failed = adjust(context, set, revision);
      context.store.updateStatus('statefulsets', namespace, name, statusOf(context, set, revision));
      return failed ? soonest(context.now(), [context.now() + RETRY_MS]) : undefined;
    },
  };
}

const ordinal = ({ metadata }: KubeObject): number => Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));

const podsOf = (context: Context, set: StatefulSet): Pod[] =>
  ownedOf(context.read.list('pods', set.metadata.namespace), set).sort((a, b) => ordinal(a) - ordinal(b));

/** The name of the present template's revision, kept as a ControllerRevision for roll-backs. */
function revisionFor(context: Context, set: StatefulSet): string {
  const { namespace, name } = set.metadata;
  const revision = `${name}-${nameHash(set.spec.template)}`;
  if (context.store.get('controllerrevisions', namespace, revision)) return revision;
  const known = ownedOf(context.store.list('controllerrevisions', namespace), set);
  const number = Math.max(0, ...known.map((each) => Number(each.revision))) + 1;
  context.store.create('controllerrevisions', {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revision,
      namespace: namespace ?? 'default',
      labels: { ...set.spec.selector.matchLabels },
      ownerReferences: [ownedBy(set)],
    },
    data: { spec: { template: { ...set.spec.template, $patch: 'replace' } } },
    revision: number,
  });
  return revision;
}

/** One step at a time, as the real controller goes: returns whether the API server refused a pod. */
function adjust(context: Context, set: StatefulSet, revision: string): boolean {
  const desired = set.spec.replicas ?? 1;
  const parallel = set.spec.podManagementPolicy === 'Parallel';
  const pods = podsOf(context, set);
  for (const pod of pods) {
    if (isFinished(pod) && !pod.metadata.deletionTimestamp) deletePod(context, set, pod, COMPONENT);
  }
  for (let n = 0; n < desired; n++) {
    const pod = pods.find((each) => ordinal(each) === n);
    if (!pod && !createNumbered(context, set, { n, revision })) return true;
    if (!parallel && (!pod || !isReady(pod))) return repairStuck(context, set, { pod, revision });
  }
  const surplus = pods.filter((pod) => ordinal(pod) >= desired && !pod.metadata.deletionTimestamp).reverse();
  for (const pod of parallel ? surplus : surplus.slice(0, 1)) deletePod(context, set, pod, COMPONENT);
  if (surplus.length === 0) updateOne(context, set, revision);
  return false;
}

/** A pod that never became ready under an old template is replaced once the template is another. */
function repairStuck(
  context: Context,
  set: StatefulSet,
  { pod, revision }: { pod: Pod | undefined; revision: string },
): false {
  if (pod && !pod.metadata.deletionTimestamp && pod.metadata.labels?.[REVISION] !== revision && !isReady(pod)) {
    deletePod(context, set, pod, COMPONENT);
  }
  return false;
}

function updateOne(context: Context, set: StatefulSet, revision: string): void {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const pods = podsOf(context, set);
  if (pods.some((pod) => pod.metadata.deletionTimestamp)) return;
  const old = pods.filter((pod) => ordinal(pod) >= partition && pod.metadata.labels?.[REVISION] !== revision).at(-1);
  if (old) deletePod(context, set, old, COMPONENT);
}

function createNumbered(context: Context, set: StatefulSet, { n, revision }: { n: number; revision: string }): boolean {
  const name = `${set.metadata.name}-${n}`;
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    template,
    name: `${template.metadata.name}-${name}`,
  }));
  try {
    for (const claim of claims) createClaim(context, set, claim);
    const volumes = claims.map(({ template, name: claimName }) => ({
      name: template.metadata.name ?? '',
      persistentVolumeClaim: { claimName },
    }));
    const own = (set.spec.template.spec.volumes ?? []).filter(
      (volume) => !volumes.some((each) => each.name === volume.name),
    );
    createPod(context, set, set.spec.template, {
      name,
      labels: {
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(n),
        [REVISION]: revision,
      },
      spec: { hostname: name, subdomain: set.spec.serviceName ?? '', volumes: [...own, ...volumes] },
    });
    const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
    context.record(set, { reason: 'SuccessfulCreate', message, component: COMPONENT });
    return true;
  } catch (error) {
    const message = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`;
    context.record(set, { type: 'Warning', reason: 'FailedCreate', message, component: COMPONENT });
    return false;
  }
}

interface NewClaim {
  template: NonNullable<StatefulSet['spec']['volumeClaimTemplates']>[number];
  name: string;
}

function createClaim(context: Context, set: StatefulSet, { template, name }: NewClaim): void {
  const { namespace = 'default' } = set.metadata;
  if (context.read.get('persistentvolumeclaims', namespace, name)) return;
  const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
  const draft = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace, labels },
    spec: { ...template.spec },
    status: { phase: 'Pending' },
  };
  context.create('persistentvolumeclaims', draft);
}

function statusOf(context: Context, set: StatefulSet, revision: string): Record<string, unknown> {
  const pods = podsOf(context, set);
  const now = context.now();
  const updated = pods.filter(({ metadata }) => metadata.labels?.[REVISION] === revision).length;
  const desired = set.spec.replicas ?? 1;
  const done = updated === desired && pods.length === desired && pods.every(isReady);
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((pod) => (availableAt(pod) ?? Number.POSITIVE_INFINITY) <= now).length,
    ...(done ? { currentReplicas: updated } : { currentReplicas: pods.length - updated }),
    updatedReplicas: updated,
    currentRevision: done ? revision : (set.status?.currentRevision ?? revision),
    updateRevision: revision,
    collisionCount: 0,
  };
}
