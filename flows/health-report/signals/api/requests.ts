import { containersWhere, podSight } from '../pod-sight.ts';
import type { Signal } from '../signal.ts';

/** From this share on, what nodes promise says little. */
const MOST = 0.2;

/** W21: too many pods have containers without a CPU request, so that scheduling is a guess. */
export const requestsMissing: Signal = {
  code: 'W21',
  category: 'workloads',
  kinds: ['Pod'],
  graceMs: 0,
  worst: 'medium',
  look(view) {
    const sight = podSight(view, {
      flawOf(shape) {
        const names = containersWhere(shape, ({ requests }) => requests.cpu === undefined);
        return names ? { seen: `no CPU request: ${names}`, severity: 'medium' } : undefined;
      },
    });
    return sight.bad <= sight.total * MOST ? { ...sight, items: [] } : sight;
  },
};
