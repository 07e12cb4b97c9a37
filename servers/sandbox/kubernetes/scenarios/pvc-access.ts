import { claimAndUser, handMadeVolume } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A claim for many writers, and a volume for one. */
export const pvcAccess: Scenario = {
  id: 'pvc-access',
  cause: 'PVCAccessModeMismatch',
  title: { en: 'A claim for many writers, and a volume for one', zh: '申请多点读写而存储卷只支持单点' },
  break: ({ make }) => {
    const [claim, user] = claimAndUser('exports', {
      accessModes: ['ReadWriteMany'],
      storageClassName: '',
      resources: { requests: { storage: '20Gi' } },
    });
    make('persistentvolumes', handMadeVolume('exports-disk', '40Gi'));
    make('persistentvolumeclaims', claim);
    make('deployments', user);
  },
};
