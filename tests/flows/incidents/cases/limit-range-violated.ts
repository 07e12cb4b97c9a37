import type { CauseCase } from '../case.ts';
import { node, object } from '../objects.ts';
import { app, placed } from '../pending.ts';
import { failedCreate, forbidden, refusedDeployment, set, sized, theQuota } from '../refused.ts';

const range = object('v1', 'LimitRange', 'prod/limits', {
  spec: { limits: [{ type: 'Container', max: { memory: '1Gi' }, min: { memory: '64Mi' } }] },
});
const message = forbidden('maximum memory usage per Container is 1Gi, but limit is 4Gi');
const large = [sized({}, { memory: '4Gi' })];

export const limitRangeViolatedCase: CauseCase = {
  cause: 'LimitRangeViolated',
  firing: {
    objects: [node('node-a'), range, refusedDeployment({ containers: large, message }), failedCreate(set, message)],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), range, placed('prod/app')] },
  recovered: {
    objects: [node('node-a'), placed('prod/app', {}, large), failedCreate(set, message, { minutesAgo: 30 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      range,
      refusedDeployment({ containers: large }),
      failedCreate(
        set,
        forbidden('exceeded quota: compute, requested: memory=4Gi, used: memory=7Gi, limited: memory=8Gi'),
      ),
    ],
    expect: { cause: 'QuotaMemory', object: theQuota },
  },
  more: {
    'several bounds at once, in brackets': {
      objects: [
        node('node-a'),
        refusedDeployment({ containers: large }),
        failedCreate(
          set,
          forbidden(
            '[minimum cpu usage per Container is 100m, but request is 10m, maximum memory usage per Pod is 1Gi, but limit is 4294967296]',
          ),
        ),
      ],
      expect: { cause: 'LimitRangeViolated', object: app },
    },
    'a ratio of limit to request': {
      objects: [
        node('node-a'),
        refusedDeployment({}),
        failedCreate(
          set,
          forbidden('cpu max limit to request ratio per Container is 2, but provided ratio is 10.000000'),
        ),
      ],
      expect: { cause: 'LimitRangeViolated', object: app },
    },
    'a default limit below what the template requests': {
      objects: [
        node('node-a'),
        refusedDeployment({ containers: [sized({ cpu: '2' })] }),
        failedCreate(
          set,
          'Error creating: Pod "app-x" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 500m',
        ),
      ],
      expect: { cause: 'LimitRangeViolated', object: app },
    },
  },
};
