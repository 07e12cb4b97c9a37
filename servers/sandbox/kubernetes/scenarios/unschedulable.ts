import type { Scenario } from './scenario.ts';

/** More CPU is asked for than any node has. */
export const unschedulable: Scenario = {
  id: 'unschedulable',
  cause: 'InsufficientCPU',
  title: { en: 'More CPU is asked for than any node has', zh: '请求的 CPU 超过任何节点' },
  break: ({ container }) =>
    container('checkout', (each) => {
      each.resources = { requests: { cpu: '6', memory: '192Mi' }, limits: { cpu: '6', memory: '384Mi' } };
    }),
};
