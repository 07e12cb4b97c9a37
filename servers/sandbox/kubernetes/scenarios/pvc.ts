import { claimAndUser } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A claim of a storage class that does not exist. */
export const pvc: Scenario = {
  id: 'pvc',
  cause: 'PVCStorageClassMissing',
  title: { en: 'A claim of a storage class that does not exist', zh: '存储类不存在' },
  break: ({ make }) => {
    const [claim, user] = claimAndUser('exports', {
      storageClassName: 'fast-ssd',
      resources: { requests: { storage: '40Gi' } },
    });
    make('persistentvolumeclaims', claim);
    make('deployments', user);
  },
};
