import { type Context, withCondition } from './context.ts';
import type { Condition, Deployment, ReplicaSet } from './kinds.ts';
import { share } from './quantities.ts';

interface Seen {
  sets: ReplicaSet[];
  current: ReplicaSet | undefined;
}

/** The status of a Deployment, and the moment at which its progress will be too slow. */
export function deploymentStatus(
  context: Context,
  deployment: Deployment,
  { sets, current }: Seen,
): { status: Record<string, unknown>; deadline?: number } {
  const desired = deployment.spec.replicas ?? 1;
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
    sets.reduce((all, set) => all + (set.status?.[field] ?? 0), 0);
  const counts = {
    replicas: sum('replicas'),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: sum('availableReplicas'),
  };
  const unavailable = Math.max(0, Math.max(desired, counts.replicas) - counts.availableReplicas);
  const done =
    counts.updatedReplicas === desired && counts.replicas === desired && counts.availableReplicas === desired;
  const available = availableCondition(context, deployment, counts.availableReplicas);
  const { condition, deadline } = progress(context, deployment, { done, counts, current });
  const failing = sets.flatMap((set) => set.status?.conditions ?? []).find(({ type }) => type === 'ReplicaFailure');
  let conditions = withCondition(deployment.status?.conditions, available, context.stamp());
  conditions = withCondition(conditions, condition, context.stamp());
  conditions = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (failing) conditions = [...conditions, failing];
  const present = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  return {
    status: {
      observedGeneration: deployment.metadata.generation ?? 1,
      ...present,
      ...(unavailable > 0 && { unavailableReplicas: unavailable }),
      conditions,
    },
    ...(deadline !== undefined && { deadline }),
  };
}

function availableCondition(context: Context, deployment: Deployment, available: number): Condition {
  const desired = deployment.spec.replicas ?? 1;
  const rolling = deployment.spec.strategy?.rollingUpdate;
  const slack =
    deployment.spec.strategy?.type === 'Recreate' ? 0 : share(rolling?.maxUnavailable ?? '25%', desired, 'down');
  const enough = available >= desired - slack;
  const before = deployment.status?.conditions?.find(({ type }) => type === 'Available');
  const status = enough ? 'True' : 'False';
  return {
    type: 'Available',
    status,
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    lastUpdateTime: before?.status === status ? (before.lastUpdateTime ?? context.stamp()) : context.stamp(),
  };
}

interface Progress {
  done: boolean;
  counts: Record<string, number>;
  current: ReplicaSet | undefined;
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progressing-deployment */
function progress(
  context: Context,
  deployment: Deployment,
  { done, counts, current }: Progress,
): { condition: Condition; deadline?: number } {
  const before = deployment.status?.conditions?.find(({ type }) => type === 'Progressing');
  const name = current?.metadata.name ?? deployment.metadata.name;
  const words = (status: Condition['status'], reason: string, message: string, at: string) => ({
    condition: { type: 'Progressing', status, reason, message, lastUpdateTime: at },
  });
  if (done) {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    const settled = before?.reason === 'NewReplicaSetAvailable' && before.message === message;
    return words('True', 'NewReplicaSetAvailable', message, settled ? (before.lastUpdateTime ?? '') : context.stamp());
  }
  // Losing pods after a finished roll-out is no roll-out.
  const rolling = deployment.metadata.generation !== deployment.status?.observedGeneration || !before;
  if (before?.reason === 'NewReplicaSetAvailable' && !rolling && before.message?.includes(`"${name}"`)) {
    return { condition: before };
  }
  const moved =
    rolling ||
    before?.reason === 'NewReplicaSetAvailable' ||
    Number(counts.updatedReplicas) > Number(deployment.status?.updatedReplicas ?? 0) ||
    Number(counts.availableReplicas) > Number(deployment.status?.availableReplicas ?? 0) ||
    Number(counts.replicas) < Number(deployment.status?.replicas ?? 0);
  const allowed = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
  const since = moved ? context.now() : Date.parse(before?.lastUpdateTime ?? context.stamp());
  if (!moved && context.now() >= since + allowed) {
    const message = `ReplicaSet "${name}" has timed out progressing.`;
    return words('False', 'ProgressDeadlineExceeded', message, before?.lastUpdateTime ?? context.stamp());
  }
  const at = moved ? context.stamp() : (before?.lastUpdateTime ?? context.stamp());
  const next = words('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`, at);
  return { ...next, deadline: since + allowed };
}
