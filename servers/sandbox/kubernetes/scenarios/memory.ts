import type { Scenario } from './scenario.ts';

/** More memory is asked for than any node has. */
export const memory: Scenario = {
  id: 'memory',
  cause: 'InsufficientMemory',
  title: { en: 'More memory is asked for than any node has', zh: '请求的内存超过任何节点' },
  break: ({ container }) =>
    container('catalog', (each) => {
      each.resources = { requests: { cpu: '250m', memory: '24Gi' }, limits: { cpu: '1', memory: '24Gi' } };
    }),
};
