import type { Scenario } from './scenario.ts';

/** A node is short of process ids. */
export const pids: Scenario = {
  id: 'pids',
  cause: 'NodePIDPressure',
  title: { en: 'A node is short of process ids', zh: '节点进程号不足' },
  break: ({ context, nodeOf, world }) => world('nodes', nodeOf('web'), { pids: 'exhausted', since: context.now() }),
};
