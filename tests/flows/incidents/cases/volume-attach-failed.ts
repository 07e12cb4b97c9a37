import type { CauseCase } from '../case.ts';
import { ago, containerStatus, deployment, event, node, object, pod, type Raw } from '../objects.ts';
import { claim, data, mounted, storageClass, volume, withData } from '../storage-objects.ts';

const creating = (minutes = 15) =>
  pod('prod/app-1', {
    spec: withData,
    phase: 'Pending',
    statuses: [containerStatus({ state: { waiting: { reason: 'ContainerCreating' } } })],
    metadata: { creationTimestamp: ago(minutes) },
    status: { startTime: ago(minutes) },
  });
const bound = [
  storageClass('disk'),
  claim('prod/data', { phase: 'Bound', spec: { volumeName: 'pv-1' } }),
  volume('pv-1', { claimRef: 'prod/data' }),
];
const attach = (message: string, minutesAgo = 1) =>
  event('Pod prod/app-1', 'FailedAttachVolume', message, {
    minutesAgo,
    count: 7,
    component: 'attachdetach-controller',
  });
const refused =
  'AttachVolume.Attach failed for volume "pv-1" : rpc error: code = Internal desc = AttachDisk: disk d-1 is in another zone';
const starting: Raw[] = deployment('prod/app', { ready: 0, podSpec: withData });

export const volumeAttachFailedCase: CauseCase = {
  cause: 'VolumeAttachFailed',
  firing: {
    objects: [node('node-a'), bound, starting, creating(), attach(refused)],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), storageClass('disk'), mounted()] },
  recovered: { objects: [node('node-a'), storageClass('disk'), mounted(), attach(refused, 30)] },
  // The volume is moving from the node before; that takes a while.
  nearest: {
    objects: [
      node('node-a'),
      node('node-b'),
      bound,
      starting,
      creating(1),
      attach(
        'Multi-Attach error for volume "pv-1" Volume is already exclusively attached to one node and can\'t be attached to another',
        0.5,
      ),
    ],
    expect: undefined,
  },
  more: {
    'a volume for one node that a second copy wants on another': {
      objects: [
        node('node-a'),
        node('node-b'),
        bound,
        deployment('prod/app', { replicas: 2, ready: 1, podSpec: withData }),
        creating(),
        pod('prod/app-2', { spec: withData, node: 'node-b' }),
        attach('Multi-Attach error for volume "pv-1" Volume is already used by pod(s) app-2'),
      ],
      expect: { cause: 'VolumeAttachFailed', object: data },
    },
    'the attachment tells where events are gone': {
      objects: [
        node('node-a'),
        bound,
        starting,
        creating(90),
        object('storage.k8s.io/v1', 'VolumeAttachment', 'csi-1', {
          spec: { attacher: 'disk', nodeName: 'node-a', source: { persistentVolumeName: 'pv-1' } },
          status: { attached: false, attachError: { message: 'rpc error: disk not found', time: ago(2) } },
        }),
      ],
      expect: { cause: 'VolumeAttachFailed', object: data },
    },
    'only the event is there': {
      unknown: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'VolumeAttachment'],
      objects: [node('node-a'), starting, creating(), attach(refused)],
      expect: { cause: 'VolumeAttachFailed', object: data },
    },
  },
};
