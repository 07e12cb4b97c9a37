import type { CauseCase } from '../case.ts';
import { event, node, object, pod, service } from '../objects.ts';
import { placed } from '../pending.ts';
import { failedCreate, forbidden, quota, refusedDeployment, set, theQuota } from '../refused.ts';

const full = quota('prod/compute', { services: '1' }, { services: '1' });
const said = (minutesAgo = 2) =>
  event(
    'Deployment prod/app',
    'ServiceFailed',
    'services "app-web" is forbidden: exceeded quota: compute, requested: services=1, used: services=1, limited: services=1',
    { minutesAgo, component: 'app-operator' },
  );
const db = object('apps/v1', 'StatefulSet', 'prod/db', {
  spec: { replicas: 1, serviceName: 'db', template: {} },
  status: { replicas: 1, readyReplicas: 1 },
});

export const quotaServicesCase: CauseCase = {
  cause: 'QuotaServices',
  firing: {
    objects: [node('node-a'), full, placed('prod/app'), said()],
    expect: { object: theQuota, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), full, placed('prod/app')] },
  // A Service was deleted since, and there is room for the one that was refused.
  recovered: {
    objects: [
      node('node-a'),
      quota('prod/compute', { services: '1' }, { services: '0' }),
      placed('prod/app'),
      said(15),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      quota('prod/compute', { services: '1', pods: '1' }, { services: '1', pods: '1' }),
      refusedDeployment({}),
      failedCreate(set, forbidden('exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1')),
    ],
    expect: { cause: 'QuotaPods', object: theQuota },
  },
  more: {
    'a StatefulSet whose Service is missing, where the quota has no room for it': {
      objects: [node('node-a'), full, db, pod('prod/db-0', { owner: { kind: 'StatefulSet', name: 'db' } })],
      expect: { cause: 'QuotaServices', object: theQuota, confidence: 'likely' },
    },
    'the Service is there': {
      objects: [
        node('node-a'),
        full,
        db,
        pod('prod/db-0', { owner: { kind: 'StatefulSet', name: 'db' } }),
        service('prod/db', { selector: { app: 'db' } }),
      ],
      expect: undefined,
    },
    'an alert on a quota that is exceeded': {
      objects: [node('node-a'), full, placed('prod/app')],
      alerts: [
        {
          labels: { alertname: 'KubeQuotaExceeded', namespace: 'prod', resourcequota: 'compute', resource: 'services' },
          annotations: {},
        },
      ],
      expect: { cause: 'QuotaServices', object: theQuota, confidence: 'likely' },
    },
  },
};
