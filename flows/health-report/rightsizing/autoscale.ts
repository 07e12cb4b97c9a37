import type { Shape, Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { applied, type ContainerChange, sumOf } from './change.ts';

/** A HorizontalPodAutoscaler that goes by CPU, before and after. Percent of the request. */
export interface TargetChange {
  name: string;
  from: number;
  to: number;
}

/** Above this the pods have no room left before the autoscaler acts. */
const MOST_PERCENT = 90;

type Scaler = Survey['autoscalers'][number];

/** Its horizontal autoscalers, of a workload by its index. */
export function horizontalOf(survey: Survey, index: number): Scaler[] {
  return survey.autoscalers.filter(({ kind, workload }) => kind === 'HorizontalPodAutoscaler' && workload === index);
}

/**
 * Keeps request times target the same, so that it scales at the same load of a pod: a target is a percentage of the request,
 * and a request that shrinks alone makes more pods, which makes it shrink again. Where the target would become too high the
 * new requests are raised. Undefined where there is nothing that could be kept.
 */
export function keepProduct(
  scaler: Pick<Scaler, 'name' | 'cpuTarget'>,
  containers: Shape['containers'],
  changes: readonly ContainerChange[],
): { changes: ContainerChange[]; target: TargetChange } | undefined {
  const { name, cpuTarget: from } = scaler;
  const before = sumOf(containers, 'requests', 'cpu');
  if (from === undefined || before === 0) return undefined;
  const load = before * from;
  const wanted = sumOf(applied(containers, changes), 'requests', 'cpu');
  const least = load / Math.max(MOST_PERCENT, from);
  const factor = Math.max(1, least / wanted);
  const raised = changes.map((change) =>
    change.cpu ? { ...change, cpu: { ...change.cpu, to: Math.ceil(change.cpu.to * factor) } } : change,
  );
  const after = sumOf(applied(containers, raised), 'requests', 'cpu');
  return { changes: raised, target: { name, from, to: Math.max(1, Math.round(load / after)) } };
}
