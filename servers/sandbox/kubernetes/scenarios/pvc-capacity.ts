import { claimAndUser, handMadeVolume } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A claim that is larger than the volume made for it. */
export const pvcCapacity: Scenario = {
  id: 'pvc-capacity',
  cause: 'PVCCapacityMismatch',
  title: { en: 'A claim that is larger than the volume made for it', zh: '申请的容量大于预置的存储卷' },
  break: ({ make }) => {
    const [claim, user] = claimAndUser('exports', {
      storageClassName: '',
      resources: { requests: { storage: '100Gi' } },
    });
    make('persistentvolumes', handMadeVolume('exports-disk', '40Gi'));
    make('persistentvolumeclaims', claim);
    make('deployments', user);
  },
};
