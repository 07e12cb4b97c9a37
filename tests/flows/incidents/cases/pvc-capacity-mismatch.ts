import type { CauseCase } from '../case.ts';
import { event, node } from '../objects.ts';
import { byHand, claim, data, mounted, storageClass, volume, waiting } from '../storage-objects.ts';

export const pvcCapacityMismatchCase: CauseCase = {
  cause: 'PVCCapacityMismatch',
  firing: {
    objects: [
      node('node-a'),
      storageClass('nas', byHand),
      claim('prod/data', { storageClassName: 'nas', storage: '200Gi' }),
      volume('pv-1', { storageClassName: 'nas', storage: '100Gi' }),
      volume('pv-2', { storageClassName: 'nas', storage: '500Gi', claimRef: 'prod/other' }),
      waiting(),
    ],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: {
    objects: [node('node-a'), storageClass('nas', byHand), mounted({ storageClassName: 'nas', storage: '200Gi' })],
  },
  recovered: {
    objects: [
      node('node-a'),
      mounted({ storageClassName: 'nas' }),
      event(
        'PersistentVolumeClaim prod/data',
        'VolumeMismatch',
        'Cannot bind to requested volume "pv-1": requested PV is too small',
        {
          minutesAgo: 30,
        },
      ),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      storageClass('nas', byHand),
      claim('prod/data', { storageClassName: 'nas', spec: { selector: { matchLabels: { tier: 'gold' } } } }),
      volume('pv-1', { storageClassName: 'nas', metadata: { labels: { tier: 'silver' } } }),
      waiting(),
    ],
    expect: { cause: 'PVCSelectorMismatch', object: data },
  },
  more: {
    'a claim that names its volume': {
      objects: [
        node('node-a'),
        claim('prod/data', { storage: '50Gi', spec: { volumeName: 'pv-1' } }),
        volume('pv-1'),
        waiting(),
      ],
      expect: { cause: 'PVCCapacityMismatch', object: data, confidence: 'proven' },
    },
    'local volumes, which the scheduler binds': {
      objects: [
        node('node-a'),
        storageClass('local', { ...byHand, volumeBindingMode: 'WaitForFirstConsumer' }),
        claim('prod/data', { storageClassName: 'local', storage: '50Gi' }),
        volume('pv-1', { storageClassName: 'local' }),
        waiting("0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind."),
      ],
      expect: { cause: 'PVCCapacityMismatch', object: data, confidence: 'proven' },
    },
  },
};
