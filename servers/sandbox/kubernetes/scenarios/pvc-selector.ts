import { claimAndUser, handMadeVolume } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A claim selects volumes by a label that none has. */
export const pvcSelector: Scenario = {
  id: 'pvc-selector',
  cause: 'PVCSelectorMismatch',
  title: { en: 'A claim selects volumes by a label that none has', zh: '申请按标签选择存储卷但没有匹配' },
  break: ({ make }) => {
    const selector = { matchLabels: { tier: 'gold' } };
    const [claim, user] = claimAndUser('exports', {
      storageClassName: '',
      selector,
      resources: { requests: { storage: '20Gi' } },
    });
    make('persistentvolumes', handMadeVolume('exports-disk', '40Gi'));
    make('persistentvolumeclaims', claim);
    make('deployments', user);
  },
};
