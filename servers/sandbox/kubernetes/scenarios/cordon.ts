import type { Scenario } from './scenario.ts';

/** All nodes are cordoned. */
export const cordon: Scenario = {
  id: 'cordon',
  cause: 'NodesCordoned',
  title: { en: 'All nodes are cordoned', zh: '所有节点被停止调度' },
  break: ({ context, edit, scale }) => {
    for (const { metadata } of context.read.list('nodes')) {
      edit('nodes', [undefined, metadata.name], ({ spec }) => {
        spec.unschedulable = true;
      });
    }
    scale('web', 4);
  },
};
