import type { CauseCase } from '../case.ts';
import { event, node } from '../objects.ts';
import { claim, data, mounted, storageClass, volume, waiting } from '../storage-objects.ts';

const selector = (tier: string) => ({ selector: { matchLabels: { tier } } });
const labelled = { metadata: { labels: { tier: 'silver' } } };
const unsupported = 'failed to provision volume with StorageClass "disk": claim Selector is not supported';

export const pvcSelectorMismatchCase: CauseCase = {
  cause: 'PVCSelectorMismatch',
  firing: {
    objects: [
      node('node-a'),
      claim('prod/data', { storageClassName: '', spec: selector('gold') }),
      volume('pv-1', { storageClassName: '', ...labelled }),
      waiting(),
    ],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), mounted({ storageClassName: '', spec: selector('silver'), ...labelled })] },
  recovered: {
    objects: [
      node('node-a'),
      storageClass('disk'),
      mounted(),
      event('PersistentVolumeClaim prod/data', 'ProvisioningFailed', unsupported, { minutesAgo: 30 }),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      claim('prod/data', { storageClassName: '', spec: selector('silver') }),
      volume('pv-1', { storageClassName: '', ...labelled, claimRef: 'prod/other' }),
      waiting(),
    ],
    expect: { cause: 'PVAlreadyBound', object: data },
  },
  more: {
    'a provisioner that takes no selectors': {
      objects: [
        node('node-a'),
        storageClass('disk'),
        claim('prod/data', { spec: selector('gold') }),
        waiting(),
        event('PersistentVolumeClaim prod/data', 'ProvisioningFailed', unsupported, { count: 12 }),
      ],
      expect: { cause: 'PVCSelectorMismatch', object: data, confidence: 'proven' },
    },
  },
};
