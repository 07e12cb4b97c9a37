import type { CauseCase } from '../case.ts';
import { ago, container, node, object, type Raw } from '../objects.ts';

const template = { spec: { containers: [container()], restartPolicy: 'Never' } };
const job = (status: Raw, metadata: Raw = {}): Raw =>
  object('batch/v1', 'Job', 'prod/export', {
    metadata: { creationTimestamp: ago(90), ...metadata },
    spec: { activeDeadlineSeconds: 600, backoffLimit: 6, template },
    status,
  });
const failed = (reason: string): Raw => ({
  failed: 1,
  startTime: ago(90),
  conditions: [
    {
      type: 'Failed',
      status: 'True',
      reason,
      message: 'Job was active longer than specified deadline',
      lastTransitionTime: ago(80),
    },
  ],
});
const done: Raw = { succeeded: 1, conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: ago(30) }] };
const owner = { ownerReferences: [{ kind: 'CronJob', name: 'nightly', controller: true }] };
const wrong = { kind: 'Job', namespace: 'prod', name: 'export' };

export const jobDeadlineCase: CauseCase = {
  cause: 'JobDeadline',
  firing: {
    objects: [node('node-a'), job(failed('DeadlineExceeded'))],
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), job({ active: 1, startTime: ago(3) })] },
  recovered: {
    objects: [
      node('node-a'),
      job(failed('DeadlineExceeded'), owner),
      object('batch/v1', 'Job', 'prod/nightly-28391281', {
        metadata: { creationTimestamp: ago(40), ...owner },
        spec: { template },
        status: done,
      }),
    ],
  },
  nearest: {
    objects: [node('node-a'), job(failed('BackoffLimitExceeded'))],
    expect: { cause: 'JobBackoffLimit', object: wrong },
  },
  more: {
    'says nothing of a Job that was suspended in time': {
      objects: [node('node-a'), job({ conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended' }] })],
      expect: undefined,
    },
  },
};
