import type { CauseCase } from '../case.ts';
import { node, object } from '../objects.ts';
import { placed } from '../pending.ts';
import { failedCreate, forbidden, quota, refusedDeployment, set, sized, theQuota } from '../refused.ts';

const message = forbidden(
  'exceeded quota: compute, requested: limits.memory=2Gi, used: limits.memory=7Gi, limited: limits.memory=8Gi',
);
const full = quota('prod/compute', { 'limits.memory': '8Gi' }, { 'limits.memory': '7Gi' });
const two = [sized({}, { memory: '2Gi' })];

export const quotaMemoryCase: CauseCase = {
  cause: 'QuotaMemory',
  firing: {
    objects: [node('node-a'), full, refusedDeployment({ containers: two, message }), failedCreate(set, message)],
    expect: { object: theQuota, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), full, placed('prod/app', {}, two)] },
  recovered: {
    objects: [node('node-a'), full, placed('prod/app', {}, two), failedCreate(set, message, { minutesAgo: 20 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      refusedDeployment({}),
      failedCreate(
        set,
        forbidden(
          'exceeded quota: compute, requested: limits.cpu=8,limits.memory=1Gi, used: limits.cpu=4,limits.memory=7Gi, limited: limits.cpu=6,limits.memory=7Gi',
        ),
      ),
    ],
    expect: { cause: 'QuotaCPU', object: theQuota },
  },
  more: {
    'a Job that cannot make its pod': {
      objects: [
        node('node-a'),
        full,
        object('batch/v1', 'Job', 'prod/import', { spec: { template: { spec: { containers: two } } }, status: {} }),
        failedCreate(
          'Job prod/import',
          forbidden(
            'exceeded quota: compute, requested: limits.memory=2Gi, used: limits.memory=7Gi, limited: limits.memory=8Gi',
            'import-x',
          ),
        ),
      ],
      expect: { cause: 'QuotaMemory', object: theQuota },
    },
    'a Job that has completed since': {
      objects: [
        node('node-a'),
        full,
        object('batch/v1', 'Job', 'prod/import', {
          spec: { template: { spec: { containers: two } } },
          status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] },
        }),
        failedCreate('Job prod/import', message),
      ],
      expect: undefined,
    },
    'a DaemonSet that lacks pods, by the figures': {
      objects: [
        node('node-a'),
        full,
        object('apps/v1', 'DaemonSet', 'prod/agent', {
          spec: { template: { spec: { containers: two } } },
          status: { desiredNumberScheduled: 3, currentNumberScheduled: 1, numberReady: 1 },
        }),
      ],
      expect: { cause: 'QuotaMemory', object: theQuota, confidence: 'likely' },
    },
  },
};
