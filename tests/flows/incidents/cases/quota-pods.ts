import type { CauseCase } from '../case.ts';
import { deployment, HASH, node, object, pod, replicaSet } from '../objects.ts';
import { placed } from '../pending.ts';
import { failedCreate, forbidden, quota, refusedDeployment, set, theQuota } from '../refused.ts';

const message = forbidden('exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10');
const full = quota('prod/compute', { pods: '10' }, { pods: '10' });

export const quotaPodsCase: CauseCase = {
  cause: 'QuotaPods',
  firing: {
    objects: [node('node-a'), full, refusedDeployment({ message }), failedCreate(set, message)],
    expect: { object: theQuota, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), full, placed('prod/app')] },
  recovered: { objects: [node('node-a'), full, placed('prod/app'), failedCreate(set, message, { minutesAgo: 45 })] },
  nearest: {
    objects: [
      node('node-a'),
      quota('prod/compute', { pods: '10', 'requests.cpu': '4' }, { pods: '9', 'requests.cpu': '4' }),
      refusedDeployment({}),
      failedCreate(
        set,
        forbidden('exceeded quota: compute, requested: requests.cpu=1, used: requests.cpu=4, limited: requests.cpu=4'),
      ),
    ],
    expect: { cause: 'QuotaCPU', object: theQuota },
  },
  more: {
    'a roll-out that cannot make its first new pod, while the old ones serve': {
      objects: [
        node('node-a'),
        full,
        deployment('prod/app', { status: { replicas: 1, updatedReplicas: 0 } }),
        replicaSet('prod/app-6f6f6f6f6f', { deployment: 'app', revision: 2, replicas: 1, ready: 0, metadata: {} }),
        pod('prod/app-1'),
        failedCreate('ReplicaSet prod/app-6f6f6f6f6f', message),
      ].map((one) =>
        !Array.isArray(one) && (one.metadata as { name: string }).name === 'app-6f6f6f6f6f'
          ? { ...one, status: { replicas: 0 } }
          : one,
      ),
      expect: { cause: 'QuotaPods', object: theQuota },
    },
    'a CronJob that may not make its Job': {
      objects: [
        node('node-a'),
        quota('prod/compute', { 'count/jobs.batch': '5' }, { 'count/jobs.batch': '5' }),
        object('batch/v1', 'CronJob', 'prod/report', {
          spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: {} } } },
          status: { lastScheduleTime: '2026-11-25T11:55:00Z', lastSuccessfulTime: '2026-11-25T09:00:00Z' },
        }),
        failedCreate(
          'CronJob prod/report',
          'Error creating job: jobs.batch "report-29401" is forbidden: exceeded quota: compute, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5',
        ),
      ],
      expect: { cause: 'QuotaPods', object: theQuota },
    },
    'an old word about a ReplicaSet that is scaled down': {
      objects: [
        node('node-a'),
        full,
        placed('prod/app'),
        replicaSet('prod/app-old', { deployment: 'app', revision: 0, replicas: 0 }),
        failedCreate('ReplicaSet prod/app-old', message),
      ],
      expect: undefined,
    },
    'only events are there': {
      unknown: ['ResourceQuota', 'ReplicaSet', 'Deployment', 'StatefulSet'],
      objects: [node('node-a'), failedCreate(`ReplicaSet prod/app-${HASH}`, message)],
      expect: { cause: 'QuotaPods', object: theQuota },
    },
  },
};
