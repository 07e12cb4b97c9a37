import type { Scenario } from './scenario.ts';

/** The kubelet of a node has stopped. */
export const node: Scenario = {
  id: 'node',
  cause: 'KubeletDown',
  title: { en: 'The kubelet of a node has stopped', zh: '节点的 kubelet 停止' },
  break: ({ context, nodeOf, world }) => world('nodes', nodeOf('catalog'), { kubelet: 'down', since: context.now() }),
};
