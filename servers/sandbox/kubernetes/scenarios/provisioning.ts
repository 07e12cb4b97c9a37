import { claimAndUser } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** The cloud refuses a new disk. */
export const provisioning: Scenario = {
  id: 'provisioning',
  cause: 'ProvisioningFailed',
  title: { en: 'The cloud refuses a new disk', zh: '云盘创建失败' },
  break: ({ make, world }) => {
    world('components', 'provisioner', 'down');
    const [claim, user] = claimAndUser('exports', {
      storageClassName: 'alicloud-disk-essd',
      resources: { requests: { storage: '40Gi' } },
    });
    make('persistentvolumeclaims', claim);
    make('deployments', user);
  },
};
