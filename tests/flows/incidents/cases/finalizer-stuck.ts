import type { CauseCase } from '../case.ts';
import { ago, deployment, node, object, pod, type Raw, service } from '../objects.ts';

const web = [node('node-a'), deployment('prod/web'), pod('prod/web-1')];
const claim = (metadata: Raw): Raw =>
  object('v1', 'PersistentVolumeClaim', 'prod/data', {
    metadata,
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', volumeName: 'pv-1' },
    status: { phase: 'Bound' },
  });
const deleted = { deletionTimestamp: ago(45), finalizers: ['example.com/cleanup'] };
const namespace = (metadata: Raw, conditions: Raw[] = []): Raw => ({
  ...object('v1', 'Namespace', 'old', { metadata }),
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'deletionTimestamp' in metadata ? 'Terminating' : 'Active', conditions },
});
const wrong = { kind: 'Service', namespace: 'prod', name: 'web' };

export const finalizerStuckCase: CauseCase = {
  cause: 'FinalizerStuck',
  firing: {
    objects: [...web, { ...service('prod/web'), metadata: { namespace: 'prod', name: 'web', ...deleted } }],
    expect: { object: wrong, confidence: 'proven', remedies: ['remove-finalizer'] },
  },
  healthy: {
    objects: [
      ...web,
      { ...service('prod/web'), metadata: { namespace: 'prod', name: 'web', finalizers: ['example.com/cleanup'] } },
    ],
  },
  // Deleted a moment ago: its controller is at it.
  recovered: {
    objects: [
      ...web,
      { ...service('prod/web'), metadata: { namespace: 'prod', name: 'web', ...deleted, deletionTimestamp: ago(1) } },
    ],
  },
  // A claim that a pod still uses waits for it, as it should.
  nearest: {
    objects: [
      node('node-a'),
      deployment('prod/web'),
      pod('prod/web-1', { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } }),
      claim({ deletionTimestamp: ago(45), finalizers: ['kubernetes.io/pvc-protection'] }),
    ],
    expect: undefined,
  },
  more: {
    'is found of a namespace, with what remains in it': {
      objects: [
        ...web,
        namespace({ deletionTimestamp: ago(60) }, [
          {
            type: 'NamespaceFinalizersRemaining',
            status: 'True',
            reason: 'SomeFinalizersRemain',
            message:
              'Some content in the namespace has finalizers remaining: example.com/cleanup in 1 resource instances',
            lastTransitionTime: ago(59),
          },
        ]),
      ],
      expect: { cause: 'FinalizerStuck', object: { kind: 'Namespace', name: 'old' } },
    },
    'says nothing of a namespace that is just being deleted': {
      objects: [...web, namespace({ deletionTimestamp: ago(2) })],
      expect: undefined,
    },
    'is found of a pod': {
      objects: [
        node('node-a'),
        deployment('prod/web'),
        pod('prod/web-1'),
        pod('prod/web-2', { metadata: { ...deleted, deletionTimestamp: ago(45) } }),
      ],
      expect: { cause: 'FinalizerStuck', object: { kind: 'Pod', namespace: 'prod', name: 'web-2' } },
    },
  },
};
