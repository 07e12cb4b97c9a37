import { MINUTE, type Signal } from '../signal.ts';

const LEAST = 2;

/** DNS3: fewer than two replicas of CoreDNS. Where it does not run in the cluster, that is the cloud's to look after. */
export const coreDnsReplicas: Signal = {
  code: 'DNS3',
  category: 'control-plane',
  kinds: ['Deployment'],
  graceMs: 5 * MINUTE,
  worst: 'critical',
  canBeOutage: true,
  clusterWide: true,
  diagnosable: true,
  look({ survey }) {
    const isCoreDns = ({ kind, namespace, name }: (typeof survey.workloads)[number]) =>
      kind === 'Deployment' && namespace === 'kube-system' && name === 'coredns';
    const found = survey.workloads.find(isCoreDns);
    if (!found) return 'none';
    const { kind, namespace, name, available, desired, shortSince } = found;
    if (available >= LEAST) return 'good';
    const item = {
      object: { kind, namespace, name },
      weight: 1,
      severity: available === 0 ? ('critical' as const) : ('high' as const),
      prod: true,
      ...(available === 0 && { outage: true }),
      ...(available < desired && shortSince !== undefined && { since: shortSince }),
      seen: `${available} of ${desired} replicas available`,
    };
    return { items: [item], relevant: 1, bad: available, total: desired };
  },
};
