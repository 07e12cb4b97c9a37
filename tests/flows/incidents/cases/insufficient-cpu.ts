import type { CauseCase } from '../case.ts';
import { ago, container, deployment, event, node, pod } from '../objects.ts';
import { app, controlPlaneTaint, pending, placed, unplaced } from '../pending.ts';

const asks = (cpu: string, memory = '128Mi') => container({ resources: { requests: { cpu, memory } } });
const nodes = [node('control', { taints: [controlPlaneTaint] }), node('node-a'), node('node-b')];
const said =
  '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.';
const stuck = (message = said, cpu = '3') =>
  [
    deployment('prod/app', { ready: 0, containers: [asks(cpu)] }),
    pending('prod/app-1', message, { containers: [asks(cpu)] }),
  ].flat();
const busy = [
  pod('prod/other-1', { containers: [asks('2')], node: 'node-a' }),
  pod('prod/other-2', { containers: [asks('2')], node: 'node-b' }),
];

export const insufficientCpuCase: CauseCase = {
  cause: 'InsufficientCPU',
  firing: {
    objects: [nodes, deployment('prod/other', { replicas: 2 }), busy, stuck()],
    expect: { object: app, confidence: 'proven', remedies: ['scale-node-pool'] },
  },
  healthy: { objects: [nodes, placed('prod/app', {}, [asks('3')])] },
  // The event is there still, the pod has been placed since.
  recovered: {
    objects: [
      nodes,
      placed('prod/app', {}, [asks('3')]),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 50, component: 'default-scheduler' }),
      event('Pod prod/app-1', 'Scheduled', 'Successfully assigned prod/app-1 to node-a', {
        type: 'Normal',
        minutesAgo: 49,
      }),
    ],
  },
  nearest: {
    objects: [
      nodes,
      deployment('prod/app', { ready: 0, containers: [asks('1', '32Gi')] }),
      pending('prod/app-1', '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient memory.', {
        containers: [asks('1', '32Gi')],
      }),
    ],
    expect: { cause: 'InsufficientMemory', object: app },
  },
  more: {
    'pods that a kubelet sends back, one after the other': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, podSpec: { nodeName: 'node-a' } }),
        ...[1, 2, 3].map((minutes) =>
          pod(`prod/app-${minutes}`, {
            phase: 'Failed',
            statuses: [],
            metadata: { creationTimestamp: ago(minutes) },
            status: {
              reason: 'OutOfcpu',
              message:
                "Pod was rejected: Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
            },
          }),
        ),
      ],
      expect: { cause: 'InsufficientCPU', object: app, confidence: 'proven' },
    },
    'a pod that was once sent back, of an owner that has all it wants': {
      objects: [
        nodes,
        placed('prod/app'),
        pod('prod/app-9', { phase: 'Failed', statuses: [], status: { reason: 'OutOfcpu' } }),
      ],
      expect: undefined,
    },
    'pods that hold a place for others wait on purpose': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, containers: [asks('3')], podSpec: { priority: -10 } }),
        pending('prod/app-1', said, { containers: [asks('3')], spec: { priority: -10 } }),
      ],
      expect: undefined,
    },
    'a node that is down would not hold it either': {
      focus: { name: 'app' },
      objects: [
        node('node-a'),
        node('node-b', {
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'KubeletNotReady',
              message: 'cni plugin not initialized',
              lastTransitionTime: ago(60),
            },
          ],
          taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }],
        }),
        stuck('0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s).', '64'),
      ],
      expect: { cause: 'InsufficientCPU', object: app, confidence: 'proven' },
    },
    'a request that no empty node could hold offers no node more': {
      objects: [nodes, stuck(said, '64')],
      expect: { cause: 'InsufficientCPU', object: app, confidence: 'proven' },
    },
    'without the scheduler the sizes of the nodes tell': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, containers: [asks('64')] }),
        unplaced('prod/app-1', { containers: [asks('64')] }),
      ],
      expect: { cause: 'InsufficientCPU', object: app, confidence: 'proven' },
    },
    'without the scheduler and in one namespace only, other pods are not known and nothing is concluded': {
      namespace: 'prod',
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, containers: [asks('3')] }),
        unplaced('prod/app-1', { containers: [asks('3')] }),
      ],
      expect: undefined,
    },
    'without the scheduler the requests of all pods tell': {
      objects: [
        nodes,
        deployment('prod/other', { replicas: 2 }),
        busy,
        deployment('prod/app', { ready: 0, containers: [asks('3')] }),
        unplaced('prod/app-1', { containers: [asks('3')] }),
      ],
      expect: { cause: 'InsufficientCPU', object: app, confidence: 'likely' },
    },
    'the words of Kubernetes 1.20, from an event': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, containers: [asks('3')] }),
        unplaced('prod/app-1', { containers: [asks('3')] }),
        event(
          'Pod prod/app-1',
          'FailedScheduling',
          "0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 Insufficient cpu.",
          { minutesAgo: 40, component: 'default-scheduler' },
        ),
      ],
      expect: { cause: 'InsufficientCPU', object: app },
    },
    'nodes that cannot be seen leave the word of the scheduler': {
      unknown: ['Node'],
      objects: [stuck()],
      expect: { cause: 'InsufficientCPU', object: app, confidence: 'proven' },
    },
    'a node that the autoscaler is bringing is waited for': {
      objects: [
        nodes,
        stuck(),
        event('Pod prod/app-1', 'TriggeredScaleUp', 'pod triggered scale-up: [{asg-1 1->2 (max: 5)}]', {
          type: 'Normal',
          minutesAgo: 2,
          component: 'cluster-autoscaler',
        }),
      ],
      expect: undefined,
    },
    'a pod of some seconds is left time': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, containers: [asks('3')] }),
        pending('prod/app-1', said, { minutes: 0.5, containers: [asks('3')] }),
      ],
      expect: undefined,
    },
    'ten pods of one owner are one finding': {
      objects: [
        nodes,
        deployment('prod/app', { replicas: 10, ready: 0, containers: [asks('3')] }),
        ...Array.from({ length: 10 }, (_, at) => pending(`prod/app-${at}`, said, { containers: [asks('3')] })),
      ],
      expect: { cause: 'InsufficientCPU', object: app },
    },
    'the pod of a CronJob is the CronJob’s': {
      objects: [
        nodes,
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          metadata: { namespace: 'prod', name: 'report', creationTimestamp: '2026-11-20T12:00:00Z' },
          spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: { spec: { containers: [asks('8')] } } } } },
        },
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: {
            namespace: 'prod',
            name: 'report-29401',
            creationTimestamp: '2026-11-25T11:30:00Z',
            ownerReferences: [{ kind: 'CronJob', name: 'report', controller: true }],
          },
          spec: { template: { spec: { containers: [asks('8')] } } },
          status: { active: 1, startTime: '2026-11-25T11:30:00Z' },
        },
        pending('prod/report-29401-x', said, {
          containers: [asks('8')],
          owner: { kind: 'Job', name: 'report-29401' },
        }),
      ],
      expect: { cause: 'InsufficientCPU', object: { kind: 'CronJob', namespace: 'prod', name: 'report' } },
    },
  },
};
