import type { CauseCase } from '../case.ts';
import { event, node } from '../objects.ts';
import { claim, data, mounted, storageClass, volume, waiting } from '../storage-objects.ts';

const failed = (text: string, minutesAgo = 1) =>
  event('PersistentVolumeClaim prod/data', 'ProvisioningFailed', text, { minutesAgo, count: 9 });

export const pvcAccessModeMismatchCase: CauseCase = {
  cause: 'PVCAccessModeMismatch',
  firing: {
    objects: [
      node('node-a'),
      claim('prod/data', { storageClassName: '', accessModes: ['ReadWriteMany'] }),
      volume('pv-1', { storageClassName: '' }),
      waiting(),
    ],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), storageClass('disk'), mounted({ accessModes: ['ReadWriteMany'] })] },
  recovered: {
    objects: [
      node('node-a'),
      storageClass('disk'),
      mounted(),
      failed('failed to provision volume with StorageClass "disk": Only support ReadWriteOnce access mode', 40),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      claim('prod/data', { storageClassName: '', storage: '50Gi' }),
      volume('pv-1', { storageClassName: '', accessModes: ['ReadWriteOnce', 'ReadWriteMany'] }),
      waiting(),
    ],
    expect: { cause: 'PVCCapacityMismatch', object: data },
  },
  more: {
    'a provisioner that makes volumes for one node only': {
      objects: [
        node('node-a'),
        storageClass('disk'),
        claim('prod/data', { accessModes: ['ReadWriteMany'] }),
        waiting(),
        failed(
          'failed to provision volume with StorageClass "disk": rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce] supported.',
        ),
      ],
      expect: { cause: 'PVCAccessModeMismatch', object: data, confidence: 'proven' },
    },
    'the words of the local path provisioner': {
      objects: [
        node('node-a'),
        storageClass('disk', { provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer' }),
        claim('prod/data', { accessModes: ['ReadWriteMany'] }),
        waiting('running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition'),
        failed(
          'failed to provision volume with StorageClass "local-path": NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes',
        ),
      ],
      expect: { cause: 'PVCAccessModeMismatch', object: data, confidence: 'proven' },
    },
    'a claim that names its volume': {
      objects: [
        node('node-a'),
        claim('prod/data', { accessModes: ['ReadWriteMany'], spec: { volumeName: 'pv-1' } }),
        volume('pv-1'),
        waiting(),
        event(
          'PersistentVolumeClaim prod/data',
          'VolumeMismatch',
          'Cannot bind to requested volume "pv-1": incompatible accessMode',
        ),
      ],
      expect: { cause: 'PVCAccessModeMismatch', object: data, confidence: 'proven' },
    },
  },
};
