import type { CauseCase } from '../case.ts';
import { event, node, pod } from '../objects.ts';
import { byHand, claim, data, mounted, storageClass, volume, waiting } from '../storage-objects.ts';

const notFound = 'storageclass.storage.k8s.io "fast" not found';
const said = (minutesAgo = 1) =>
  event('PersistentVolumeClaim prod/data', 'ProvisioningFailed', notFound, {
    minutesAgo,
    count: 60,
    component: 'persistentvolume-controller',
  });

export const pvcStorageClassMissingCase: CauseCase = {
  cause: 'PVCStorageClassMissing',
  firing: {
    objects: [
      node('node-a'),
      storageClass('disk'),
      claim('prod/data', { storageClassName: 'fast' }),
      waiting(),
      said(),
    ],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), storageClass('disk'), mounted()] },
  recovered: {
    objects: [
      node('node-a'),
      storageClass('disk'),
      storageClass('fast'),
      mounted({ storageClassName: 'fast' }),
      said(30),
    ],
  },
  // Volumes made by hand need no StorageClass object: the class that is missing is not what is wrong.
  nearest: {
    objects: [
      node('node-a'),
      claim('prod/data', { storageClassName: 'manual', storage: '100Gi' }),
      volume('pv-1', { storageClassName: 'manual' }),
      waiting(),
      event('PersistentVolumeClaim prod/data', 'ProvisioningFailed', 'storageclass.storage.k8s.io "manual" not found'),
    ],
    expect: { cause: 'PVCCapacityMismatch', object: data },
  },
  more: {
    'is no more than likely where neither volumes nor the claim can be seen': {
      objects: [
        pod('prod/app-1', {
          phase: 'Pending',
          statuses: [],
          spec: { nodeName: undefined, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
        }),
        event(
          'PersistentVolumeClaim prod/data',
          'FailedBinding',
          'no persistent volumes available for this claim and no storage class is set',
          { type: 'Normal', component: 'persistentvolume-controller' },
        ),
      ],
      unknown: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
      expect: {
        cause: 'PVCStorageClassMissing',
        object: { kind: 'PersistentVolumeClaim', namespace: 'prod', name: 'data' },
        confidence: 'likely',
      },
    },
    'the lists alone prove it': {
      objects: [node('node-a'), storageClass('disk'), claim('prod/data', { storageClassName: 'fast' }), waiting()],
      expect: { cause: 'PVCStorageClassMissing', object: data, confidence: 'proven' },
    },
    'no class is named, and there is no default': {
      objects: [
        node('node-a'),
        claim('prod/data', { spec: { storageClassName: undefined } }),
        waiting(),
        event(
          'PersistentVolumeClaim prod/data',
          'FailedBinding',
          'no persistent volumes available for this claim and no storage class is set',
          { type: 'Normal', count: 40, component: 'persistentvolume-controller' },
        ),
      ],
      expect: { cause: 'PVCStorageClassMissing', object: data, confidence: 'proven' },
    },
    'neither claims nor classes can be seen: the event tells': {
      unknown: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
      objects: [node('node-a'), waiting(), said(50)],
      expect: { cause: 'PVCStorageClassMissing', object: data, confidence: 'proven' },
    },
    'a claim of some seconds is left time': {
      objects: [node('node-a'), claim('prod/data', { storageClassName: 'fast', minutes: 0.3 })],
      expect: undefined,
    },
    'a claim that waits for its first pod is no fault': {
      objects: [
        node('node-a'),
        storageClass('disk', { volumeBindingMode: 'WaitForFirstConsumer' }),
        storageClass('local', { ...byHand, volumeBindingMode: 'WaitForFirstConsumer' }),
        claim('prod/data', { minutes: 5000 }),
        claim('prod/local', { storageClassName: 'local', minutes: 5000 }),
        volume('pv-l', { storageClassName: 'local' }),
        event(
          'PersistentVolumeClaim prod/data',
          'WaitForFirstConsumer',
          'waiting for first consumer to be created before binding',
          { type: 'Normal' },
        ),
      ],
      expect: undefined,
    },
    'a claim whose pod has no room is not what is wrong': {
      objects: [
        node('node-a'),
        storageClass('disk', { volumeBindingMode: 'WaitForFirstConsumer' }),
        claim('prod/data'),
        waiting('0/1 nodes are available: 1 Insufficient cpu.'),
      ],
      expect: { cause: 'InsufficientCPU', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
    },
  },
};
