import type { CauseCase } from '../case.ts';
import { ago, container, containerStatus, deployment, node, object, pod, type Raw, waiting } from '../objects.ts';

const progressing = (status: string, reason: string): Raw => ({
  replicas: 2,
  updatedReplicas: 1,
  readyReplicas: 2,
  availableReplicas: 2,
  conditions: [
    { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', lastTransitionTime: ago(600) },
    {
      type: 'Progressing',
      status,
      reason,
      message: 'ReplicaSet "web-5d4f8c7b9d" has timed out progressing.',
      lastTransitionTime: ago(30),
    },
  ],
});
const configured = [container({ envFrom: [{ configMapRef: { name: 'web-config' } }] })];
const pods = [pod('prod/web-1'), pod('prod/web-2')];
const wrong = { kind: 'Deployment', namespace: 'prod', name: 'web' };
const revision = (name: string) => ({ 'controller-revision-hash': name, app: 'db', 'pod-template-hash': '' });
const database = (current: string, update: string): Raw =>
  object('apps/v1', 'StatefulSet', 'prod/db', {
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'db' } },
      updateStrategy: { type: 'RollingUpdate' },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [container()] } },
    },
    status: { replicas: 1, readyReplicas: 0, currentRevision: current, updateRevision: update },
  });

export const rolloutStuckCase: CauseCase = {
  cause: 'RolloutStuck',
  firing: {
    objects: [
      node('node-a'),
      deployment('prod/web', { replicas: 2, status: progressing('False', 'ProgressDeadlineExceeded') }),
      ...pods,
    ],
    expect: { object: wrong, confidence: 'symptom' },
  },
  healthy: { objects: [node('node-a'), deployment('prod/web', { replicas: 2 }), ...pods] },
  // The condition stays as it was until the next roll-out, while all are up.
  recovered: {
    objects: [
      node('node-a'),
      deployment('prod/web', {
        replicas: 2,
        status: { ...progressing('False', 'ProgressDeadlineExceeded'), updatedReplicas: 2 },
      }),
      ...pods,
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      deployment('prod/web', {
        replicas: 2,
        ready: 1,
        containers: configured,
        status: progressing('False', 'ProgressDeadlineExceeded'),
      }),
      pod('prod/web-1', { containers: configured }),
      pod('prod/web-2', {
        containers: configured,
        statuses: [
          containerStatus({ state: waiting('CreateContainerConfigError', 'configmap "web-config" not found') }),
        ],
      }),
    ],
    expect: { cause: 'ConfigMapMissing', object: wrong },
  },
  more: {
    'says nothing while it is under way': {
      objects: [
        node('node-a'),
        deployment('prod/web', { replicas: 2, status: progressing('True', 'ReplicaSetUpdated') }),
        ...pods,
      ],
      expect: undefined,
    },
    'is proven of a StatefulSet that waits for a broken pod of an earlier revision': {
      objects: [
        node('node-a'),
        database('db-1', 'db-2'),
        pod('prod/db-0', { owner: { kind: 'StatefulSet', name: 'db' }, labels: revision('db-1'), ready: false }),
      ],
      expect: {
        cause: 'RolloutStuck',
        object: { kind: 'StatefulSet', namespace: 'prod', name: 'db' },
        confidence: 'proven',
        also: ['ReadinessFailing'],
      },
    },
    'is found of a paused Deployment somebody asks about': {
      objects: [
        node('node-a'),
        deployment('prod/web', {
          replicas: 2,
          spec: { paused: true },
          status: progressing('Unknown', 'DeploymentPaused'),
        }),
        ...pods,
      ],
      focus: { name: 'web' },
      expect: { cause: 'RolloutStuck', object: wrong, confidence: 'proven' },
    },
  },
};
