import type { SurveyWorkload } from '../../../../servers/ack/kube/survey/survey.ts';
import { MINUTE, type Signal, severityIn, sum } from '../signal.ts';

interface Kind {
  code: string;
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  there(workload: SurveyWorkload): number;
  /** Whether having none at all is critical in prod. */
  allIsCritical: boolean;
}

/** Workloads that have fewer pods than they want, but for a roll-out that is under way. */
function replicasMissing({ code, kind, there, allIsCritical }: Kind): Signal {
  return {
    code,
    category: 'workloads',
    kinds: [kind],
    also: ['Pod'],
    graceMs: 15 * MINUTE,
    worst: allIsCritical ? 'critical' : 'high',
    diagnosable: true,
    look(view) {
      const ofKind = view.survey.workloads.flatMap((workload, index) =>
        workload.kind === kind ? { ...workload, since: view.shortSince(index) } : [],
      );
      const short = ofKind.filter((workload) => there(workload) < workload.desired && !isUnderWay(workload));
      const items = short.map((workload) => {
        const { namespace, name, desired, since } = workload;
        const place = view.places.of(namespace);
        const none = allIsCritical && there(workload) === 0;
        return {
          object: { kind, namespace, name },
          weight: (desired - there(workload)) * place.weight,
          severity: none ? severityIn(place, 'critical', 'high') : severityIn(place, 'high', 'medium'),
          prod: place.prod,
          ...(since !== undefined && { since }),
          seen: `${there(workload)} of ${desired} pods`,
        };
      });
      const relevant = sum(ofKind.map(({ namespace, desired }) => desired * view.places.of(namespace).weight));
      return { items, relevant, bad: items.length, total: ofKind.length };
    },
  };
}

/** A roll-out explains it, unless that is stuck, or the workload says since when it is short: then the grace time is its excuse. */
const isUnderWay = ({ rolling, failures, shortSince }: SurveyWorkload) =>
  rolling && shortSince === undefined && failures.every(({ type }) => type !== 'Progressing');

/** W7. */
export const deploymentShort = replicasMissing({
  code: 'W7',
  kind: 'Deployment',
  there: ({ available }) => available,
  allIsCritical: true,
});
/** W9. */
export const statefulSetShort = replicasMissing({
  code: 'W9',
  kind: 'StatefulSet',
  there: ({ ready }) => ready,
  allIsCritical: true,
});
/** W10. */
export const daemonSetShort = replicasMissing({
  code: 'W10',
  kind: 'DaemonSet',
  there: ({ available }) => available,
  allIsCritical: false,
});
