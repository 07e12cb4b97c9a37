import type { CauseCase } from '../case.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  node,
  pod,
  type Raw,
  replicaSet,
  running,
  terminated,
  waiting,
} from '../objects.ts';

const OLD = 'web-7c9d6b5f88';
const before = [container({ image: 'registry.example.com/shop/web:1.4.2' })];
const after = [container({ image: 'registry.example.com/shop/web:1.5.0' })];
const crashing = containerStatus({
  state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=web-9_prod'),
  lastState: terminated(1),
  restartCount: 6,
});
const rollout = (reason: string, ready: number): Raw => ({
  readyReplicas: ready,
  conditions: [{ type: 'Progressing', status: 'True', reason, lastTransitionTime: ago(12) }],
});
const web = (ready: number, old: { replicas: number; ready: number }, reason = 'ReplicaSetUpdated') => [
  node('node-a'),
  deployment('prod/web', {
    containers: after,
    ready,
    status: rollout(reason, ready),
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
  })[0] as Raw,
  replicaSet('prod/web-5d4f8c7b9d', {
    deployment: 'web',
    revision: 2,
    ready,
    template: { spec: { containers: after } },
  }),
  replicaSet(`prod/${OLD}`, { deployment: 'web', revision: 1, ...old, template: { spec: { containers: before } } }),
];
const oldPod = pod('prod/web-1', {
  owner: { kind: 'ReplicaSet', name: OLD },
  labels: { 'pod-template-hash': '7c9d6b5f88' },
  containers: before,
});
const newPod = pod('prod/web-9', { containers: after, statuses: [crashing], metadata: { creationTimestamp: ago(12) } });
const says = (line: string) => ({ 'prod/web-9/app': `${line}\n` });
const wrong = { kind: 'Deployment', namespace: 'prod', name: 'web' };

export const badRolloutCase: CauseCase = {
  cause: 'BadRollout',
  firing: {
    objects: [...web(0, { replicas: 1, ready: 1 }), oldPod, newPod],
    logs: says('panic: runtime error: index out of range [3] with length 3'),
    expect: { object: wrong, confidence: 'likely', remedies: ['roll-back'] },
  },
  healthy: {
    objects: [...web(1, { replicas: 0, ready: 0 }, 'NewReplicaSetAvailable'), pod('prod/web-9', { containers: after })],
  },
  // It came up at last.
  recovered: {
    objects: [
      ...web(1, { replicas: 0, ready: 0 }, 'NewReplicaSetAvailable'),
      pod('prod/web-9', {
        containers: after,
        statuses: [
          containerStatus({ state: running(60), lastState: terminated(1, { endedAgo: 61 }), restartCount: 3 }),
        ],
      }),
    ],
  },
  // It had come up, and has begun to end since: that is not the roll-out's doing.
  nearest: {
    objects: [...web(0, { replicas: 0, ready: 0 }, 'NewReplicaSetAvailable'), newPod],
    logs: says('panic: runtime error: index out of range [3] with length 3'),
    expect: { cause: 'AppCrash', object: wrong },
  },
  more: {
    'is found without pods of the earlier revision where the present one never came up': {
      objects: [...web(0, { replicas: 0, ready: 0 }), newPod],
      logs: says('panic: runtime error: index out of range [3] with length 3'),
      expect: { cause: 'BadRollout', object: wrong, confidence: 'likely', remedies: ['roll-back'] },
    },
    'leaves an init container that hangs to its own rule': {
      objects: [
        ...web(0, { replicas: 0, ready: 0 }),
        pod('prod/web-9', {
          containers: after,
          initContainers: [container({ name: 'wait' })],
          initStatuses: [containerStatus({ name: 'wait', state: running(45), ready: false })],
          statuses: [containerStatus({ state: waiting('PodInitializing') })],
          metadata: { creationTimestamp: ago(46) },
        }),
      ],
      expect: { cause: 'InitContainerFailed', object: wrong },
    },
    'leaves a reason that can be named to its own rule': {
      objects: [
        ...web(0, { replicas: 1, ready: 1 }),
        oldPod,
        pod('prod/web-9', {
          containers: after,
          statuses: [
            containerStatus({
              state: waiting(
                'ImagePullBackOff',
                'Back-off pulling image "registry.example.com/shop/web:1.5.0": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/shop/web:1.5.0": registry.example.com/shop/web:1.5.0: not found',
              ),
            }),
          ],
        }),
      ],
      expect: { cause: 'ImageNotFound', object: wrong },
    },
    'says nothing while the first new pod is starting': {
      objects: [
        ...web(0, { replicas: 1, ready: 1 }),
        oldPod,
        pod('prod/web-9', {
          containers: after,
          statuses: [containerStatus({ state: running(1), ready: false })],
          metadata: { creationTimestamp: ago(1) },
          status: { startTime: ago(1) },
        }),
      ],
      expect: undefined,
    },
    'is found of a StatefulSet by the revisions of its pods': {
      objects: [
        node('node-a'),
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { namespace: 'prod', name: 'db', creationTimestamp: ago(9000) },
          spec: {
            replicas: 2,
            selector: { matchLabels: { app: 'db' } },
            template: { metadata: { labels: { app: 'db' } }, spec: { containers: after } },
          },
          status: { replicas: 2, readyReplicas: 1, currentRevision: 'db-1', updateRevision: 'db-2' },
        },
        pod('prod/db-0', {
          owner: { kind: 'StatefulSet', name: 'db' },
          labels: { 'controller-revision-hash': 'db-1' },
          containers: before,
        }),
        pod('prod/db-1', {
          owner: { kind: 'StatefulSet', name: 'db' },
          labels: { 'controller-revision-hash': 'db-2' },
          containers: after,
          statuses: [crashing],
        }),
      ],
      logs: { 'prod/db-1/app': 'panic: assertion failed\n' },
      expect: {
        cause: 'BadRollout',
        object: { kind: 'StatefulSet', namespace: 'prod', name: 'db' },
        remedies: ['roll-back'],
      },
    },
  },
};
