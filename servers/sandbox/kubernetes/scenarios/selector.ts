import type { Scenario } from './scenario.ts';

/** No node has the label that is asked for. */
export const selector: Scenario = {
  id: 'selector',
  cause: 'NodeSelectorMismatch',
  title: { en: 'No node has the label that is asked for', zh: '没有节点带有要求的标签' },
  break: ({ podSpec }) =>
    podSpec('catalog', (spec) => {
      spec.nodeSelector = { disktype: 'nvme' };
    }),
};
