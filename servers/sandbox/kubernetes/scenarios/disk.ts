import type { Scenario } from './scenario.ts';

/** The disk of a node is full. */
export const disk: Scenario = {
  id: 'disk',
  cause: 'NodeDiskPressure',
  title: { en: 'The disk of a node is full', zh: '节点磁盘已满' },
  break: ({ context, nodeOf, world }) => world('nodes', nodeOf('app-xyz'), { diskUsed: 0.96, since: context.now() }),
};
