import type { CauseCase } from '../case.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  event,
  HASH,
  object,
  pod,
  replicaSet,
  waiting,
} from '../objects.ts';

const podSpec = { serviceAccountName: 'runner' };
const REFUSED =
  'Error creating: pods "app-5d4f8c7b9d-" is forbidden: error looking up service account prod/runner: serviceaccount "runner" not found';
const set = `ReplicaSet prod/app-${HASH}`;
const account = object('v1', 'ServiceAccount', 'prod/runner');
const app = { kind: 'Deployment', namespace: 'prod', name: 'app' };

export const serviceAccountMissingCase: CauseCase = {
  cause: 'ServiceAccountMissing',
  firing: {
    objects: [
      deployment('prod/app', { replicas: 2, ready: 0, podSpec }),
      event(set, 'FailedCreate', REFUSED, { component: 'replicaset-controller', count: 14 }),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [deployment('prod/app', { podSpec }), pod('prod/app-1', { spec: podSpec }), account] },
  recovered: {
    objects: [
      deployment('prod/app', { podSpec }),
      pod('prod/app-1', { spec: podSpec, metadata: { creationTimestamp: ago(10) } }),
      event(set, 'FailedCreate', REFUSED, { component: 'replicaset-controller', minutesAgo: 12 }),
    ],
    unknown: ['ServiceAccount'],
  },
  // Pods are refused, by something else.
  nearest: {
    objects: [
      deployment('prod/app', { replicas: 1, ready: 0, podSpec }),
      account,
      event(set, 'FailedCreate', REFUSED, { component: 'replicaset-controller', minutesAgo: 40 }),
    ],
    expect: undefined,
  },
  more: {
    'is told by the condition of the ReplicaSet': {
      objects: [
        deployment('prod/app', {
          ready: 0,
          podSpec,
          status: {
            conditions: [
              {
                type: 'ReplicaFailure',
                status: 'True',
                reason: 'FailedCreate',
                message: REFUSED.slice(16),
                lastTransitionTime: ago(20),
              },
            ],
          },
        }),
      ],
      unknown: ['ServiceAccount', 'Event'],
      expect: { cause: 'ServiceAccountMissing', object: app, confidence: 'proven' },
    },
    'the revision before still serves': {
      objects: [
        deployment('prod/app', { replicas: 2, ready: 2, podSpec })[0] ?? {},
        replicaSet(`prod/app-${HASH}`, { deployment: 'app', revision: 2, replicas: 1, ready: 0 }),
        replicaSet('prod/app-7c9d6b5f88', { deployment: 'app', revision: 1, replicas: 2 }),
        ...['prod/app-1', 'prod/app-2'].map((path) =>
          pod(path, { owner: { kind: 'ReplicaSet', name: 'app-7c9d6b5f88' } }),
        ),
        event(set, 'FailedCreate', REFUSED, { component: 'replicaset-controller', count: 14 }),
      ],
      expect: { cause: 'ServiceAccountMissing', object: app, confidence: 'proven' },
    },
    'is told by the list where no pod exists': {
      objects: [deployment('prod/app', { ready: 0, podSpec })],
      expect: { cause: 'ServiceAccountMissing', object: app, confidence: 'proven' },
    },
    'is told by a token that is refused': {
      objects: [
        deployment('prod/app', { ready: 0, podSpec }),
        pod('prod/app-1', {
          spec: podSpec,
          phase: 'Pending',
          containers: [container()],
          statuses: [containerStatus({ state: waiting('ContainerCreating') })],
        }),
        event(
          'Pod prod/app-1',
          'FailedMount',
          'MountVolume.SetUp failed for volume "kube-api-access-x2x" : failed to fetch token: serviceaccounts "runner" not found',
        ),
      ],
      expect: { cause: 'ServiceAccountMissing', object: app, confidence: 'proven' },
    },
    'is found of a CronJob through its Job': {
      objects: [
        object('batch/v1', 'CronJob', 'prod/night', {
          spec: {
            schedule: '*/5 * * * *',
            jobTemplate: { spec: { template: { spec: { serviceAccountName: 'runner', containers: [container()] } } } },
          },
          status: { lastScheduleTime: ago(3) },
        }),
        event(
          'Job prod/night-29401920',
          'FailedCreate',
          'Error creating: pods "night-29401920-" is forbidden: error looking up service account prod/runner: serviceaccount "runner" not found',
          { component: 'job-controller' },
        ),
      ],
      expect: { cause: 'ServiceAccountMissing', object: { kind: 'CronJob', namespace: 'prod', name: 'night' } },
    },
  },
};
