import { MINUTE, type Signal } from '../signal.ts';

/** N1: nodes that are not Ready, but for cordoned ones. With none Ready at all, nothing runs. */
export const nodeNotReady: Signal = {
  code: 'N1',
  category: 'nodes',
  kinds: ['Node'],
  graceMs: 15 * MINUTE,
  worst: 'critical',
  canBeOutage: true,
  clusterWide: true,
  diagnosable: true,
  look({ survey: { nodes } }) {
    const isDown = nodes.length > 0 && nodes.every(({ ready }) => !ready);
    const items = nodes
      .filter(({ ready, cordoned }) => !ready && (isDown || !cordoned))
      .map(({ name, readySince }) => ({
        object: { kind: 'Node', name },
        weight: 1,
        severity: isDown ? ('critical' as const) : ('high' as const),
        prod: true,
        ...(isDown && { outage: true }),
        ...(readySince !== undefined && { since: readySince }),
        seen: 'its condition Ready is not True',
      }));
    return { items, relevant: nodes.length, bad: items.length, total: nodes.length };
  },
};
