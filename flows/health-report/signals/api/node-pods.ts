import { MINUTE, type Signal } from '../signal.ts';

const FULL = 0.95;

/** N5: nodes on which hardly another pod may run, however small. */
export const nodePods: Signal = {
  code: 'N5',
  category: 'nodes',
  kinds: ['Node', 'Pod'],
  graceMs: 15 * MINUTE,
  worst: 'medium',
  clusterWide: true,
  look({ survey: { nodes }, loads }) {
    const items = nodes.flatMap(({ name, allocatable }, index) => {
      const pods = loads[index]?.pods ?? 0;
      if (allocatable.pods === 0 || pods / allocatable.pods <= FULL) return [];
      return {
        object: { kind: 'Node', name },
        weight: 1,
        severity: 'medium' as const,
        prod: true,
        seen: `${pods} running pods of at most ${allocatable.pods}`,
      };
    });
    return { items, relevant: nodes.length, bad: items.length, total: nodes.length };
  },
};
