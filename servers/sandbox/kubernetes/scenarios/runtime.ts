import type { Scenario } from './scenario.ts';

/** The container runtime of a node has stopped. */
export const runtime: Scenario = {
  id: 'runtime',
  cause: 'ContainerRuntimeDown',
  title: { en: 'The container runtime of a node has stopped', zh: '节点的容器运行时停止' },
  break: ({ context, nodeOf, world }) => world('nodes', nodeOf('catalog'), { runtime: 'down', since: context.now() }),
};
