import type { CauseCase } from '../case.ts';
import { node, object } from '../objects.ts';
import { placed } from '../pending.ts';
import { failedCreate, forbidden, quota, refusedDeployment, set, sized, theQuota } from '../refused.ts';

const message = forbidden(
  'exceeded quota: compute, requested: requests.cpu=2, used: requests.cpu=3, limited: requests.cpu=4',
);
const full = quota('prod/compute', { 'requests.cpu': '4' }, { 'requests.cpu': '3' });
const two = [sized({ cpu: '2' })];

export const quotaCpuCase: CauseCase = {
  cause: 'QuotaCPU',
  firing: {
    objects: [node('node-a'), full, refusedDeployment({ containers: two, message }), failedCreate(set, message)],
    expect: { object: theQuota, confidence: 'proven' },
  },
  // A quota that is used up hurts nobody who has all they want.
  healthy: {
    objects: [
      node('node-a'),
      quota('prod/compute', { 'requests.cpu': '2' }, { 'requests.cpu': '2' }),
      placed('prod/app', {}, two),
    ],
  },
  recovered: {
    objects: [
      node('node-a'),
      quota('prod/compute', { 'requests.cpu': '8' }, { 'requests.cpu': '5' }),
      placed('prod/app', {}, two),
      failedCreate(set, message, { minutesAgo: 30 }),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      full,
      refusedDeployment({}),
      failedCreate(set, forbidden('failed quota: compute: must specify requests.cpu for: app')),
    ],
    expect: { cause: 'QuotaNeedsLimits', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'the condition tells where events are gone': {
      objects: [node('node-a'), full, refusedDeployment({ containers: two, message })],
      expect: { cause: 'QuotaCPU', object: theQuota, confidence: 'proven' },
    },
    'the figures tell where nobody says anything': {
      objects: [node('node-a'), full, refusedDeployment({ containers: two })],
      expect: { cause: 'QuotaCPU', object: theQuota, confidence: 'likely' },
    },
    'a quota that was raised since lets the next try through': {
      objects: [
        node('node-a'),
        quota('prod/compute', { 'requests.cpu': '8' }, { 'requests.cpu': '3' }),
        refusedDeployment({ containers: two }),
        failedCreate(set, message),
      ],
      expect: undefined,
    },
    'quotas that cannot be seen leave the message': {
      unknown: ['ResourceQuota', 'ReplicaSet'],
      objects: [node('node-a'), refusedDeployment({ containers: two, message }), failedCreate(set, message)],
      expect: { cause: 'QuotaCPU', object: theQuota, confidence: 'proven' },
    },
    'two owners that the same quota refuses are one finding': {
      objects: [
        node('node-a'),
        full,
        refusedDeployment({ containers: two, message }),
        failedCreate(set, message),
        object('apps/v1', 'StatefulSet', 'prod/db', {
          spec: { replicas: 2, template: {} },
          status: { replicas: 0 },
        }),
        failedCreate(
          'StatefulSet prod/db',
          'create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: exceeded quota: compute, requested: requests.cpu=2, used: requests.cpu=3, limited: requests.cpu=4',
        ),
      ],
      expect: { cause: 'QuotaCPU', object: theQuota },
    },
  },
};
