import type { Scenario } from './scenario.ts';

/** All nodes were tainted. */
export const taint: Scenario = {
  id: 'taint',
  cause: 'TaintNotTolerated',
  title: { en: 'All nodes were tainted', zh: '所有节点被打上污点' },
  break: ({ context, edit, restart }) => {
    for (const { metadata } of context.read.list('nodes')) {
      edit('nodes', [undefined, metadata.name], ({ spec }) => {
        spec.taints = [...(spec.taints ?? []), { key: 'dedicated', value: 'batch', effect: 'NoSchedule' }];
      });
    }
    restart('web');
  },
};
