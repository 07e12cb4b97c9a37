import type { Scenario } from './scenario.ts';

/** A node is short of memory. */
export const nodeMemory: Scenario = {
  id: 'node-memory',
  cause: 'NodeMemoryPressure',
  title: { en: 'A node is short of memory', zh: '节点内存不足' },
  break: ({ context, nodeOf, world }) => world('nodes', nodeOf('app-xyz'), { memoryUsed: 0.985, since: context.now() }),
};
