import type { CauseCase } from '../case.ts';
import { container, deployment, event, node } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const asks = (memory: string, cpu = '100m') => container({ resources: { requests: { cpu, memory } } });
const nodes = [node('node-a'), node('node-b')];
const said =
  '0/2 nodes are available: 2 Insufficient memory. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.';

export const insufficientMemoryCase: CauseCase = {
  cause: 'InsufficientMemory',
  firing: {
    objects: [
      nodes,
      deployment('prod/app', { ready: 0, containers: [asks('64Gi')] }),
      pending('prod/app-1', said, { containers: [asks('64Gi')] }),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [nodes, placed('prod/app', {}, [asks('8Gi')])] },
  recovered: {
    objects: [
      nodes,
      placed('prod/app', {}, [asks('8Gi')]),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 30, component: 'default-scheduler' }),
    ],
  },
  nearest: {
    objects: [
      nodes,
      deployment('prod/app', { ready: 0, containers: [asks('1Gi', '32')] }),
      pending('prod/app-1', '0/2 nodes are available: 2 Insufficient cpu.', { containers: [asks('1Gi', '32')] }),
    ],
    expect: { cause: 'InsufficientCPU', object: app },
  },
  more: {
    'of two that are short, the one that no node could ever hold counts': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, containers: [asks('640Gi', '1')] }),
        pending('prod/app-1', '0/2 nodes are available: 2 Insufficient cpu, 2 Insufficient memory.', {
          containers: [asks('640Gi', '1')],
        }),
      ],
      expect: { cause: 'InsufficientMemory', object: app },
    },
    'an init container that asks for more counts': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, podSpec: { initContainers: [asks('64Gi')] } }),
        unplaced('prod/app-1', {
          initContainers: [container({ name: 'init', resources: { requests: { memory: '64Gi' } } })],
        }),
      ],
      expect: { cause: 'InsufficientMemory', object: app, confidence: 'proven' },
    },
    'a node that is down explains the lack of room on the others': {
      objects: [
        node('node-a'),
        node('node-b', {
          taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }],
          conditions: [
            {
              type: 'Ready',
              status: 'Unknown',
              reason: 'NodeStatusUnknown',
              lastTransitionTime: '2026-11-25T11:00:00Z',
            },
          ],
        }),
        deployment('prod/app', { ready: 0, containers: [asks('12Gi')] }),
        pending(
          'prod/app-1',
          '0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.',
          { containers: [asks('12Gi')] },
        ),
      ],
      expect: { cause: 'KubeletDown', object: { kind: 'Node', name: 'node-b' } },
    },
  },
};
