import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { containersWhere, podSight } from '../pod-sight.ts';
import { type Signal, severityIn } from '../signal.ts';
import type { View } from '../view.ts';

/** API7: pods behind a Service that get requests before they can answer, for want of a readiness probe. */
export const readinessMissing: Signal = {
  code: 'API7',
  category: 'workloads',
  kinds: ['Pod', 'Service'],
  graceMs: 0,
  worst: 'medium',
  look(view) {
    const isServed = servedBy(view);
    return podSight(view, {
      among: ({ workload, shape }) => isServed(workload, shape),
      flawOf(shape, place) {
        const hasNone = shape.containers.every(({ probes }) => !probes.readiness);
        const names = containersWhere(shape, () => true);
        const severity = severityIn(place, 'medium', 'low');
        return hasNone && names ? { seen: `no readiness probe: ${names}`, severity } : undefined;
      },
    });
  },
};

/** By the labels of the pods themselves, so that nothing but pods and Services need be known. */
function servedBy({ survey }: View): (workload: number, shape: number) => boolean {
  const selecting = survey.services.filter(({ selector }) => Object.keys(selector ?? {}).length > 0);
  const byNamespace = Map.groupBy(selecting, ({ namespace }) => namespace);
  return (workload, shape) => {
    const services = byNamespace.get(survey.workloads[workload]?.namespace ?? '') ?? [];
    const labels = survey.shapes[shape]?.labels ?? {};
    return services.some((service) => isSelected(service, labels));
  };
}

const isSelected = ({ selector = {} }: Survey['services'][number], labels: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);
