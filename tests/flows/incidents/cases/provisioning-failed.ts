import type { CauseCase } from '../case.ts';
import { deployment, event, node, object } from '../objects.ts';
import { byHand, claim, data, mounted, storageClass, waiting } from '../storage-objects.ts';

const message =
  'failed to provision volume with StorageClass "disk": rpc error: code = Internal desc = SDK.ServerError ErrorCode: InvalidDataDiskCategory.NotSupported Recommend: Message: The specified disk category is not supported.';
const said = (minutesAgo = 1, text = message) =>
  event('PersistentVolumeClaim prod/data', 'ProvisioningFailed', text, {
    minutesAgo,
    count: 14,
    component: 'diskplugin.csi.alibabacloud.com_csi-provisioner-0',
  });

export const provisioningFailedCase: CauseCase = {
  cause: 'ProvisioningFailed',
  firing: {
    objects: [node('node-a'), storageClass('disk'), claim('prod/data'), waiting(), said()],
    expect: { object: data, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), storageClass('disk'), mounted()] },
  recovered: { objects: [node('node-a'), storageClass('disk'), mounted(), said(20)] },
  nearest: {
    objects: [
      node('node-a'),
      storageClass('disk'),
      claim('prod/data', { accessModes: ['ReadWriteMany'] }),
      waiting(),
      said(
        1,
        'failed to provision volume with StorageClass "disk": rpc error: code = InvalidArgument desc = Volume capabilities not supported',
      ),
    ],
    expect: { cause: 'PVCAccessModeMismatch', object: data },
  },
  more: {
    'a provisioner that says nothing at all': {
      objects: [
        node('node-a'),
        storageClass('disk'),
        claim('prod/data'),
        waiting(),
        event(
          'PersistentVolumeClaim prod/data',
          'ExternalProvisioning',
          "Waiting for a volume to be created either by the external provisioner 'diskplugin.csi.alibabacloud.com' or manually by the system administrator.",
          { type: 'Normal', count: 80, component: 'persistentvolume-controller' },
        ),
      ],
      expect: { cause: 'ProvisioningFailed', object: data, confidence: 'likely' },
    },
    'a class that makes no volumes, and nobody made one': {
      objects: [node('node-a'), storageClass('disk', byHand), claim('prod/data'), waiting()],
      expect: { cause: 'ProvisioningFailed', object: data, confidence: 'likely' },
    },
    'a claim that cannot be seen, and of which nothing is said': {
      unknown: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass'],
      objects: [node('node-a'), waiting()],
      expect: { cause: 'ProvisioningFailed', object: data, confidence: 'symptom' },
    },
    'a claim of a StatefulSet': {
      objects: [
        node('node-a'),
        storageClass('disk'),
        claim('prod/data-db-0'),
        object('apps/v1', 'StatefulSet', 'prod/db', {
          spec: { replicas: 1, template: {} },
          status: { replicas: 1, readyReplicas: 0 },
        }),
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            namespace: 'prod',
            name: 'db-0',
            creationTimestamp: '2026-11-25T11:30:00Z',
            ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }],
          },
          spec: {
            containers: [{ name: 'db', image: 'mysql:8.4' }],
            volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }],
          },
          status: {
            phase: 'Pending',
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message: '0/1 nodes are available: 1 pod has unbound immediate PersistentVolumeClaims.',
              },
            ],
          },
        },
        event('PersistentVolumeClaim prod/data-db-0', 'ProvisioningFailed', message, { count: 3 }),
        deployment('prod/other', { replicas: 0 }),
      ],
      expect: {
        cause: 'ProvisioningFailed',
        object: { kind: 'PersistentVolumeClaim', namespace: 'prod', name: 'data-db-0' },
      },
    },
  },
};
