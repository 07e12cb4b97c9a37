import type { KubeObject } from '../objects.ts';
import type { Change } from '../store.ts';
import {
  availableAt,
  type Context,
  controllerOf,
  isActive,
  ownedBy,
  ownedOf,
  ownKeys,
  soonest,
  splitKey,
} from './context.ts';
import { deploymentStatus } from './deployment-status.ts';
import type { Controller } from './engine.ts';
import { canonical, nameHash } from './hash.ts';
import type { Deployment, PodTemplate, ReplicaSet } from './kinds.ts';
import { share } from './quantities.ts';

const COMPONENT = 'deployment-controller';
const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';

/** Rolls Deployments: a ReplicaSet for each template, scaled up and down within surge and unavailability. */
export function deployments(context: Context): Controller {
  const { read } = context;
  return {
    name: 'deployment',
    concerns: (change) =>
      change.plural === 'pods' ? ownersOfGone(context, change) : ownKeys(change, 'deployments', 'Deployment'),
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const deployment = read.get('deployments', namespace, name);
      if (!deployment || deployment.metadata.deletionTimestamp) return undefined;
      if (!deployment.spec.paused) roll(context, deployment);
      const sets = setsOf(context, deployment);
      const { status, deadline } = deploymentStatus(context, deployment, {
        sets,
        current: sets.find((set) => sameTemplate(set, deployment)),
      });
      context.store.updateStatus('deployments', namespace, name, status);
      return soonest(context.now(), [deadline]);
    },
  };
}

/** The Deployment whose old pod has gone: one that recreates waits for that. */
function ownersOfGone({ read }: Context, { type, object }: Change): string[] {
  const owner = type === 'DELETED' ? controllerOf(object) : undefined;
  const set = owner?.kind === 'ReplicaSet' && read.get('replicasets', object.metadata.namespace, owner.name);
  const above = set && controllerOf(set);
  return above ? [`${object.metadata.namespace}/${above.name}`] : [];
}

const setsOf = (context: Context, deployment: Deployment): ReplicaSet[] =>
  ownedOf(context.read.list('replicasets', deployment.metadata.namespace), deployment);

/** A template without the label that the controller adds. */
function bare(template: PodTemplate): string {
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return canonical({ ...template, metadata: { ...template.metadata, labels, creationTimestamp: undefined } });
}

const sameTemplate = (set: ReplicaSet, deployment: Deployment): boolean =>
  bare(set.spec.template) === bare(deployment.spec.template);

const revisionOf = (object: KubeObject): number => Number(object.metadata.annotations?.[REVISION] ?? 0);

function roll(context: Context, deployment: Deployment): void {
  const all = setsOf(context, deployment);
  const current = currentSet(context, deployment, all);
  const old = setsOf(context, deployment).filter(({ metadata }) => metadata.uid !== current.metadata.uid);
  if (deployment.spec.strategy?.type === 'Recreate') recreate(context, deployment, { current, old });
  else rollingUpdate(context, deployment, { current, old });
  forgetOld(context, deployment, old);
}

/** The ReplicaSet of the present template: the one of an earlier revision when the template is that one's again. */
function currentSet(context: Context, deployment: Deployment, all: ReplicaSet[]): ReplicaSet {
  const latest = Math.max(0, ...all.map(revisionOf));
  const same = all.find((set) => sameTemplate(set, deployment));
  if (!same) return newSet(context, deployment, latest + 1);
  const revision = revisionOf(same) === latest ? latest : latest + 1;
  annotateDeployment(context, deployment, revision);
  if (revision === revisionOf(same)) return same;
  const annotations = { ...same.metadata.annotations, [REVISION]: String(revision) };
  return context.store.update('replicasets', { ...same, metadata: { ...same.metadata, annotations } }) as ReplicaSet;
}

function annotateDeployment(context: Context, deployment: Deployment, revision: number): void {
  const { namespace, name } = deployment.metadata;
  const fresh = context.read.get('deployments', namespace, name);
  if (!fresh || revisionOf(fresh) === revision) return;
  const annotations = { ...fresh.metadata.annotations, [REVISION]: String(revision) };
  context.store.update('deployments', { ...fresh, metadata: { ...fresh.metadata, annotations } });
}

function newSet(context: Context, deployment: Deployment, revision: number): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = nameHash(bare(template));
  const labels = { ...template.metadata?.labels, [HASH]: hash };
  const annotations = {
    ...withoutOwn(deployment.metadata.annotations),
    [REVISION]: String(revision),
    'deployment.kubernetes.io/desired-replicas': String(deployment.spec.replicas ?? 1),
  };
  annotateDeployment(context, deployment, revision);
  return context.store.create('replicasets', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace ?? 'default',
      labels,
      annotations,
      ownerReferences: [ownedBy(deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }) as ReplicaSet;
}

function withoutOwn(annotations: Record<string, string> = {}): Record<string, string> {
  const own = ['kubectl.kubernetes.io/last-applied-configuration', REVISION];
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !own.includes(key)));
}

interface Sets {
  current: ReplicaSet;
  old: ReplicaSet[];
}

const wanted = (set: ReplicaSet): number => set.spec.replicas ?? 0;
const total = (sets: ReplicaSet[]): number => sets.reduce((sum, set) => sum + wanted(set), 0);

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment */
function rollingUpdate(context: Context, deployment: Deployment, { current, old }: Sets): void {
  const desired = deployment.spec.replicas ?? 1;
  const rolling = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = share(rolling.maxSurge ?? '25%', desired, 'up');
  const down = share(rolling.maxUnavailable ?? '25%', desired, 'down');
  const maxUnavailable = surge === 0 && down === 0 ? 1 : Math.min(down, desired);
  const room = desired + surge - total(old) - wanted(current);
  if (wanted(current) > desired) {
    scale(context, deployment, current, desired);
  } else if (room > 0 && wanted(current) < desired) {
    scale(context, deployment, current, Math.min(desired, wanted(current) + room));
  }
  const fresh = context.read.get('replicasets', current.metadata.namespace, current.metadata.name) ?? current;
  shrinkOld(context, deployment, { fresh, old, keep: desired - maxUnavailable });
}

function shrinkOld(
  context: Context,
  deployment: Deployment,
  { fresh, old, keep }: { fresh: ReplicaSet; old: ReplicaSet[]; keep: number },
): void {
  const now = context.now();
  const available = (set: ReplicaSet): number =>
    ownedOf(context.read.list('pods', set.metadata.namespace), set)
      .filter(isActive)
      .filter((pod) => (availableAt(pod, set.spec.minReadySeconds) ?? Number.POSITIVE_INFINITY) <= now).length;
  const newUnavailable = wanted(fresh) - available(fresh);
  let spare = total(old) + wanted(fresh) - keep - newUnavailable;
  // Broken pods of old revisions go first: they serve nobody.
  for (const set of old) {
    const broken = Math.min(wanted(set) - available(set), spare);
    if (broken <= 0) continue;
    scale(context, deployment, set, wanted(set) - broken);
    spare -= broken;
  }
  let canGo = [fresh, ...old].reduce((sum, set) => sum + available(set), 0) - keep;
  for (const set of old) {
    const now = context.read.get('replicasets', set.metadata.namespace, set.metadata.name) ?? set;
    const going = Math.min(wanted(now), canGo);
    if (going <= 0) continue;
    scale(context, deployment, now, wanted(now) - going);
    canGo -= going;
  }
}

function recreate(context: Context, deployment: Deployment, { current, old }: Sets): void {
  for (const set of old) scale(context, deployment, set, 0);
  const pods = context.read.list('pods', deployment.metadata.namespace);
  if (old.some((set) => ownedOf(pods, set).length > 0)) return;
  scale(context, deployment, current, deployment.spec.replicas ?? 1);
}

function scale(context: Context, deployment: Deployment, set: ReplicaSet, replicas: number): void {
  const before = wanted(set);
  if (before === replicas) return;
  context.store.update('replicasets', { ...set, spec: { ...set.spec, replicas } });
  context.record(deployment, {
    reason: 'ScalingReplicaSet',
    message: `Scaled ${replicas > before ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${replicas}`,
    component: COMPONENT,
  });
}

function forgetOld(context: Context, deployment: Deployment, old: ReplicaSet[]): void {
  const empty = old
    .filter((set) => wanted(set) === 0 && (set.status?.replicas ?? 0) === 0)
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  for (const set of empty.slice(deployment.spec.revisionHistoryLimit ?? 10)) {
    context.store.remove('replicasets', set.metadata.namespace, set.metadata.name);
  }
}
