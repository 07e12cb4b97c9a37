import type { CauseCase } from '../case.ts';
import { event, node } from '../objects.ts';
import { claim, data, mounted, volume, waiting } from '../storage-objects.ts';

const toOne = (phase: string, claimRef: string) => [
  claim('prod/data', { spec: { volumeName: 'pv-1' } }),
  volume('pv-1', { claimRef, phase }),
];
const said = 'volume "pv-1" already bound to a different claim.';

export const pvAlreadyBoundCase: CauseCase = {
  cause: 'PVAlreadyBound',
  firing: {
    objects: [
      node('node-a'),
      toOne('Bound', 'prod/other'),
      claim('prod/other', { phase: 'Bound', spec: { volumeName: 'pv-1' } }),
      waiting(),
      event('PersistentVolumeClaim prod/data', 'FailedBinding', said, { count: 30 }),
    ],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), mounted()] },
  recovered: {
    objects: [
      node('node-a'),
      mounted(),
      event('PersistentVolumeClaim prod/data', 'FailedBinding', said, { minutesAgo: 25 }),
    ],
  },
  nearest: {
    objects: [node('node-a'), claim('prod/data', { spec: { volumeName: 'pv-1' } }), waiting()],
    expect: { cause: 'PVLost', object: data },
  },
  more: {
    'left over from a claim of the same name that was deleted': {
      objects: [
        node('node-a'),
        claim('prod/data', { storageClassName: '', metadata: { uid: 'uid-new' } }),
        volume('pv-1', { storageClassName: '', claimRef: 'prod/data', phase: 'Released' }),
        waiting(),
      ],
      expect: { cause: 'PVAlreadyBound', object: data, confidence: 'proven' },
    },
    'all volumes of the class are given out': {
      objects: [
        node('node-a'),
        claim('prod/data', { storageClassName: 'manual' }),
        volume('pv-1', { storageClassName: 'manual', claimRef: 'prod/a' }),
        volume('pv-2', { storageClassName: 'manual', claimRef: 'prod/b' }),
        waiting(),
      ],
      expect: { cause: 'PVAlreadyBound', object: data, confidence: 'likely' },
    },
  },
};
