import { container, deployment, event, HASH, object, type Raw } from './objects.ts';

/** A Deployment of one whose ReplicaSet could make no pod. */
export function refusedDeployment(specs: { podSpec?: Raw; containers?: Raw[]; message?: string } = {}): Raw[] {
  const { message, ...template } = specs;
  const [owner = {}, set = {}] = deployment('prod/app', {
    ...template,
    ready: 0,
    status: { replicas: 0, updatedReplicas: 0, unavailableReplicas: 1 },
  });
  const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
  const status = { replicas: 0, ...(message !== undefined && { conditions: [condition] }) };
  return [owner, { ...set, status }];
}

export const set = `ReplicaSet prod/app-${HASH}`;

export function failedCreate(about: string, message: string, more: Raw & { minutesAgo?: number } = {}): Raw {
  return event(about, 'FailedCreate', message, { count: 12, component: 'controller-manager', ...more });
}

/** The usual words before the reason. */
export const forbidden = (reason: string, name = `app-${HASH}-x2x4z`): string =>
  `Error creating: pods "${name}" is forbidden: ${reason}`;

export function quota(path: string, hard: Record<string, string>, used: Record<string, string>): Raw {
  return object('v1', 'ResourceQuota', path, { spec: { hard }, status: { hard, used } });
}

export const sized = (requests: Raw, limits: Raw = {}): Raw => container({ resources: { requests, limits } });

export const theQuota = { kind: 'ResourceQuota', namespace: 'prod', name: 'compute' };
