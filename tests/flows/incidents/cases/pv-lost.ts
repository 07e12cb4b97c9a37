import type { CauseCase } from '../case.ts';
import { event, node } from '../objects.ts';
import { claim, data, mounted, storageClass, volume, waiting } from '../storage-objects.ts';

export const pvLostCase: CauseCase = {
  cause: 'PVLost',
  firing: {
    objects: [
      node('node-a'),
      storageClass('disk'),
      claim('prod/data', { phase: 'Lost', spec: { volumeName: 'pv-1' } }),
      waiting(),
      event(
        'PersistentVolumeClaim prod/data',
        'ClaimLost',
        'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
        { minutesAgo: 45, component: 'persistentvolume-controller' },
      ),
    ],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), storageClass('disk'), mounted()] },
  recovered: {
    objects: [
      node('node-a'),
      storageClass('disk'),
      mounted(),
      event(
        'PersistentVolumeClaim prod/data',
        'ClaimLost',
        'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
        {
          minutesAgo: 50,
        },
      ),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      claim('prod/data', { spec: { volumeName: 'pv-1' } }),
      volume('pv-1', { claimRef: 'prod/other' }),
      waiting(),
    ],
    expect: { cause: 'PVAlreadyBound', object: data },
  },
  more: {
    'claims cannot be seen: the scheduler tells': {
      unknown: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
      objects: [
        node('node-a'),
        waiting('0/1 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1".'),
      ],
      expect: { cause: 'PVLost', object: data, confidence: 'proven' },
    },
    'still called bound, to a volume that is not there': {
      objects: [
        node('node-a'),
        storageClass('disk'),
        claim('prod/data', { phase: 'Bound', spec: { volumeName: 'pv-1' } }),
        waiting('0/1 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1".'),
      ],
      expect: { cause: 'PVLost', object: data, confidence: 'proven' },
    },
    'volumes that cannot be listed are not lost': {
      unknown: ['PersistentVolume'],
      objects: [
        node('node-a'),
        storageClass('disk'),
        claim('prod/data', { phase: 'Bound', spec: { volumeName: 'pv-1' } }),
        waiting('0/1 nodes are available: 1 Insufficient cpu.'),
      ],
      expect: { cause: 'InsufficientCPU', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
    },
  },
};
