import type { CauseCase } from '../case.ts';
import { node, object, pod } from '../objects.ts';
import { failedCreate, forbidden, quota, refusedDeployment, set, theQuota } from '../refused.ts';

const message =
  'create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: persistentvolumeclaims "data-db-0" is forbidden: exceeded quota: compute, requested: requests.storage=20Gi, used: requests.storage=90Gi, limited: requests.storage=100Gi';
const full = quota('prod/compute', { 'requests.storage': '100Gi' }, { 'requests.storage': '90Gi' });
const db = (there: number) =>
  object('apps/v1', 'StatefulSet', 'prod/db', {
    spec: { replicas: 1, template: {} },
    status: { replicas: there, readyReplicas: there },
  });
const running = pod('prod/db-0', { owner: { kind: 'StatefulSet', name: 'db' } });

export const quotaStorageCase: CauseCase = {
  cause: 'QuotaStorage',
  firing: {
    objects: [node('node-a'), full, db(0), failedCreate('StatefulSet prod/db', message)],
    expect: { object: theQuota, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), full, db(1), running] },
  recovered: {
    objects: [node('node-a'), full, db(1), running, failedCreate('StatefulSet prod/db', message, { minutesAgo: 40 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      refusedDeployment({}),
      failedCreate(
        set,
        forbidden(
          'exceeded quota: compute, requested: requests.memory=2Gi, used: requests.memory=7Gi, limited: requests.memory=8Gi',
        ),
      ),
    ],
    expect: { cause: 'QuotaMemory', object: theQuota },
  },
  more: {
    'a quota on the claims of one class': {
      objects: [
        node('node-a'),
        db(0),
        failedCreate(
          'StatefulSet prod/db',
          'create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: persistentvolumeclaims "data-db-0" is forbidden: exceeded quota: compute, requested: fast.storageclass.storage.k8s.io/persistentvolumeclaims=1, used: fast.storageclass.storage.k8s.io/persistentvolumeclaims=3, limited: fast.storageclass.storage.k8s.io/persistentvolumeclaims=3',
        ),
      ],
      expect: { cause: 'QuotaStorage', object: theQuota },
    },
  },
};
