import { isElastic } from '../elastic.ts';
import type { Signal } from '../signal.ts';

const HALF = 0.5;

/** CST4: nodes of which less than half of the CPU is asked for; candidates for removal. */
export const nodesIdle: Signal = {
  code: 'CST4',
  category: 'cost',
  kinds: ['Node', 'Pod'],
  graceMs: 0,
  worst: 'info',
  clusterWide: true,
  look({ survey: { nodes }, loads }) {
    const own = nodes.flatMap((node, index) => (isElastic(node) ? [] : { ...node, cpu: loads[index]?.cpu ?? 0 }));
    const items = own
      .filter(({ ready, cordoned, cpu, allocatable }) => ready && !cordoned && cpu < allocatable.cpu * HALF)
      .map(({ name, cpu, allocatable }) => ({
        object: { kind: 'Node', name },
        weight: 1,
        severity: 'info' as const,
        prod: true,
        seen: `${Math.round((cpu / allocatable.cpu) * 100)} % of its CPU is asked for`,
      }));
    return { items, relevant: own.length, bad: items.length, total: own.length };
  },
};
