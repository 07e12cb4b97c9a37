import { MINUTE, type Signal } from '../signal.ts';

/** N2: nodes short of memory, disk or process ids, or without a network. */
export const nodePressure: Signal = {
  code: 'N2',
  category: 'nodes',
  kinds: ['Node'],
  graceMs: 10 * MINUTE,
  worst: 'high',
  clusterWide: true,
  diagnosable: true,
  look({ survey: { nodes } }) {
    const items = nodes.flatMap(({ name, pressures }) => {
      if (pressures.length === 0) return [];
      const times = pressures.flatMap(({ since }) => since ?? []);
      return {
        object: { kind: 'Node', name },
        weight: 1,
        severity: 'high' as const,
        prod: true,
        ...(times.length === pressures.length && { since: Math.min(...times) }),
        seen: pressures
          .map(({ type }) => type)
          .sort()
          .join(', '),
      };
    });
    return { items, relevant: nodes.length, bad: items.length, total: nodes.length };
  },
};
