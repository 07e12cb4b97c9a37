import type { CauseCase } from '../case.ts';
import { container, deployment, event, node } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const gpu = container({ resources: { requests: { cpu: '1' }, limits: { 'nvidia.com/gpu': '1' } } });
const gpuNode = node('node-g', { allocatable: { 'nvidia.com/gpu': '1' } });
const said =
  '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: not eligible due to preemptionPolicy=Never.';

export const insufficientExtendedResourceCase: CauseCase = {
  cause: 'InsufficientExtendedResource',
  firing: {
    objects: [
      node('node-a'),
      deployment('prod/app', { ready: 0, containers: [gpu] }),
      pending('prod/app-1', said, { containers: [gpu] }),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [gpuNode, placed('prod/app', {}, [gpu])] },
  recovered: {
    objects: [
      gpuNode,
      placed('prod/app', {}, [gpu]),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 45, component: 'default-scheduler' }),
    ],
  },
  nearest: {
    objects: [
      gpuNode,
      deployment('prod/app', { ready: 0, podSpec: { nodeSelector: { gpu: 'a100' } }, containers: [gpu] }),
      pending('prod/app-1', "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", {
        containers: [gpu],
        spec: { nodeSelector: { gpu: 'a100' } },
      }),
    ],
    expect: { cause: 'NodeSelectorMismatch', object: app },
  },
  more: {
    'a resource that no node lists is short without the scheduler saying so': {
      objects: [
        node('node-a'),
        deployment('prod/app', { ready: 0, containers: [gpu] }),
        unplaced('prod/app-1', { containers: [gpu] }),
      ],
      expect: { cause: 'InsufficientExtendedResource', object: app, confidence: 'proven' },
    },
    'a GPU pod that only GPU nodes would take, beside nodes for others': {
      objects: [
        node('node-a'),
        node('node-g', {
          allocatable: { 'aliyun.com/gpu-mem': '8' },
          taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule' }],
        }),
        deployment('prod/app', { ready: 0 }),
        pending(
          'prod/app-1',
          '0/2 nodes are available: 1 Insufficient aliyun.com/gpu-mem, 1 node(s) had untolerated taint {gpu: true}.',
          { containers: [container({ resources: { limits: { 'aliyun.com/gpu-mem': '4' } } })] },
        ),
      ],
      expect: { cause: 'InsufficientExtendedResource', object: app },
    },
  },
};
