import type { CauseCase } from '../case.ts';
import { node, object } from '../objects.ts';
import { app, placed } from '../pending.ts';
import { failedCreate, forbidden, quota, refusedDeployment, set, sized, theQuota } from '../refused.ts';

const roomy = quota(
  'prod/compute',
  { 'limits.cpu': '10', 'limits.memory': '20Gi' },
  { 'limits.cpu': '1', 'limits.memory': '1Gi' },
);
const message = forbidden('failed quota: compute: must specify limits.cpu for: app; limits.memory for: app');
const limited = [sized({}, { cpu: '1', memory: '1Gi' })];

export const quotaNeedsLimitsCase: CauseCase = {
  cause: 'QuotaNeedsLimits',
  firing: {
    objects: [node('node-a'), roomy, refusedDeployment({ message }), failedCreate(set, message)],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), roomy, placed('prod/app', {}, limited)] },
  recovered: {
    objects: [node('node-a'), roomy, placed('prod/app', {}, limited), failedCreate(set, message, { minutesAgo: 25 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      refusedDeployment({ containers: limited }),
      failedCreate(
        set,
        forbidden('exceeded quota: compute, requested: limits.cpu=1, used: limits.cpu=10, limited: limits.cpu=10'),
      ),
    ],
    expect: { cause: 'QuotaCPU', object: theQuota },
  },
  more: {
    'the words before Kubernetes 1.24': {
      objects: [
        node('node-a'),
        roomy,
        refusedDeployment({}),
        failedCreate(set, forbidden('failed quota: compute: must specify limits.cpu,limits.memory')),
      ],
      expect: { cause: 'QuotaNeedsLimits', object: app, confidence: 'proven' },
    },
    'the template tells where nobody says anything': {
      objects: [node('node-a'), roomy, refusedDeployment({})],
      expect: { cause: 'QuotaNeedsLimits', object: app, confidence: 'likely' },
    },
    'a LimitRange with defaults sets what the template leaves out': {
      objects: [
        node('node-a'),
        roomy,
        object('v1', 'LimitRange', 'prod/defaults', {
          spec: { limits: [{ type: 'Container', default: { cpu: '500m', memory: '512Mi' } }] },
        }),
        refusedDeployment({}),
      ],
      expect: undefined,
    },
  },
};
