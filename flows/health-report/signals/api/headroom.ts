import type { SurveyNode } from '../../../../servers/ack/kube/survey/survey.ts';
import { isElastic } from '../elastic.ts';
import type { Signal } from '../signal.ts';

interface Kind {
  code: string;
  resource: 'cpu' | 'memory';
  text(amount: number): string;
}

/** Whether all that pods ask for still fits when the largest node is lost. */
function headroom({ code, resource, text }: Kind): Signal {
  return {
    code,
    category: 'capacity',
    kinds: ['Node', 'Pod'],
    graceMs: 0,
    worst: 'high',
    clusterWide: true,
    look({ survey: { nodes }, asked, facts }) {
      // A virtual node takes what the others cannot.
      if (nodes.length === 0 || nodes.some(isElastic)) return 'none';
      const usable = nodes.filter(({ ready, cordoned }) => ready && !cordoned).map(amountOf(resource));
      const left = usable.reduce((a, b) => a + b, 0) - usable.reduce((a, b) => Math.max(a, b), 0);
      if (asked[resource] <= left) return 'good';
      const item = {
        object: { kind: 'Cluster', name: facts.cluster.name },
        weight: 1,
        severity: facts.cluster.environment === 'prod' ? ('high' as const) : ('medium' as const),
        prod: true,
        seen: `${text(asked[resource])} asked for, ${text(left)} left on ${Math.max(0, usable.length - 1)} nodes`,
      };
      const params = { asked: text(asked[resource]), left: text(left) };
      return { items: [item], relevant: 1, bad: 1, total: 1, params };
    },
  };
}

const amountOf =
  (resource: 'cpu' | 'memory') =>
  ({ allocatable }: SurveyNode) =>
    allocatable[resource];
const oneDecimal = (value: number) => Math.round(value * 10) / 10;

/** CAP1. */
export const cpuHeadroom = headroom({
  code: 'CAP1',
  resource: 'cpu',
  text: (millicores) => `${oneDecimal(millicores / 1000)} CPU`,
});
/** CAP2. */
export const memoryHeadroom = headroom({
  code: 'CAP2',
  resource: 'memory',
  text: (bytes) => `${oneDecimal(bytes / 2 ** 30)} GiB`,
});
