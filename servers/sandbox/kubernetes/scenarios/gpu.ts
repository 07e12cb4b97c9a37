import type { Scenario } from './scenario.ts';

/** A GPU is asked for and no node has one. */
export const gpu: Scenario = {
  id: 'gpu',
  cause: 'InsufficientExtendedResource',
  title: { en: 'A GPU is asked for and no node has one', zh: '请求 GPU 但没有 GPU 节点' },
  break: ({ container }) =>
    container('catalog', (each) => {
      each.resources = {
        ...each.resources,
        limits: { ...each.resources?.limits, 'nvidia.com/gpu': '1' },
        requests: { ...each.resources?.requests, 'nvidia.com/gpu': '1' },
      };
    }),
};
