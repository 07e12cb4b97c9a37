import type { CauseCase } from '../case.ts';
import { ago, containerStatus, deployment, event, node, pod, terminated, waiting } from '../objects.ts';

const pressed = (since = 20) =>
  node('node-a', {
    taints: [{ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }],
    conditions: [
      {
        type: 'MemoryPressure',
        status: 'True',
        reason: 'KubeletHasInsufficientMemory',
        message: 'kubelet has insufficient memory available',
        lastTransitionTime: ago(since),
      },
    ],
  });
const evicted = pod('prod/app-1', {
  phase: 'Failed',
  ready: false,
  statuses: [],
  status: {
    reason: 'Evicted',
    message:
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi. Container app was using 2Gi, request is 0, has larger consumption of memory.',
    conditions: [
      { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', lastTransitionTime: ago(5) },
    ],
  },
});
const waitingPod = pod('prod/app-2', {
  node: null,
  status: {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message:
          '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
      },
    ],
  },
});
const expect = { object: { kind: 'Node', name: 'node-a' } };

export const nodeMemoryPressureCase: CauseCase = {
  cause: 'NodeMemoryPressure',
  firing: {
    objects: [
      pressed(),
      deployment('prod/app', { ready: 0 }),
      evicted,
      waitingPod,
      event('Node node-a', 'EvictionThresholdMet', 'Attempting to reclaim memory', { count: 12 }),
    ],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), deployment('prod/app'), pod('prod/app-1')] },
  recovered: {
    objects: [
      node('node-a'),
      deployment('prod/app'),
      pod('prod/app-2'),
      event('Node node-a', 'EvictionThresholdMet', 'Attempting to reclaim memory', { minutesAgo: 40 }),
      event('Node node-a', 'SystemOOM', 'System OOM encountered, victim process: java, pid: 4711', { minutesAgo: 40 }),
    ],
  },
  // The container hit its own limit; the node has room.
  nearest: {
    objects: [
      node('node-a'),
      deployment('prod/app', { ready: 0 }),
      pod('prod/app-1', {
        statuses: [
          containerStatus({
            state: waiting('CrashLoopBackOff'),
            lastState: terminated(137, { reason: 'OOMKilled' }),
            restartCount: 5,
          }),
        ],
      }),
    ],
    expect: { cause: 'OOMKilled', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'a scheduler that no longer names the taints is understood': {
      objects: [
        pressed(),
        deployment('prod/app', { ready: 0 }),
        {
          ...waitingPod,
          status: {
            phase: 'Pending',
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message: '0/1 nodes are available: 1 node(s) had untolerated taint(s).',
              },
            ],
          },
        },
      ],
      expect: { cause: 'NodeMemoryPressure', ...expect, confidence: 'proven' },
    },
    'the kernel kills processes of the whole node again and again': {
      objects: [
        node('node-a'),
        deployment('prod/app'),
        pod('prod/app-1'),
        event('Node node-a', 'SystemOOM', 'System OOM encountered, victim process: java, pid: 4711', { count: 4 }),
      ],
      expect: { cause: 'NodeMemoryPressure', ...expect, confidence: 'likely' },
    },
  },
};
