import type { DisruptionBudget, HorizontalPodAutoscaler, ResourceQuota } from '../../kubernetes/controllers/kinds.ts';
import { amount } from '../../kubernetes/controllers/quantities.ts';
import { conditions, count, known, type StateSample, sample, seconds } from './sample.ts';

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/horizontalpodautoscaler-metrics.md */
export function describeAutoscaler({ metadata, spec, status }: HorizontalPodAutoscaler): StateSample[] {
  const labels = { namespace: metadata.namespace, horizontalpodautoscaler: metadata.name };
  const name = (suffix: string) => `kube_horizontalpodautoscaler_${suffix}`;
  const { kind, name: target } = spec.scaleTargetRef;
  return [
    sample(name('info'), { ...labels, scaletargetref_kind: kind, scaletargetref_name: target }, 1),
    sample(name('spec_min_replicas'), labels, spec.minReplicas ?? 1),
    sample(name('spec_max_replicas'), labels, spec.maxReplicas),
    sample(name('status_current_replicas'), labels, status?.currentReplicas ?? 0),
    sample(name('status_desired_replicas'), labels, status?.desiredReplicas ?? 0),
    ...conditions(name('status_condition'), labels, status?.conditions),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/policy/poddisruptionbudget-metrics.md */
export function describeBudget({ metadata, status = {} }: DisruptionBudget): StateSample[] {
  const labels = { namespace: metadata.namespace, poddisruptionbudget: metadata.name };
  const name = (suffix: string) => `kube_poddisruptionbudget_${suffix}`;
  return [
    ...known(name('created'), labels, seconds(metadata.creationTimestamp)),
    sample(name('status_current_healthy'), labels, count(status.currentHealthy)),
    sample(name('status_desired_healthy'), labels, count(status.desiredHealthy)),
    sample(name('status_pod_disruptions_allowed'), labels, count(status.disruptionsAllowed)),
    sample(name('status_expected_pods'), labels, count(status.expectedPods)),
    sample(name('status_observed_generation'), labels, count(status.observedGeneration)),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/policy/resourcequota-metrics.md */
export function describeQuota({ metadata, status }: ResourceQuota): StateSample[] {
  const labels = { namespace: metadata.namespace, resourcequota: metadata.name };
  return (['hard', 'used'] as const).flatMap((type) =>
    Object.entries(status?.[type] ?? {}).map(([resource, value]) =>
      sample('kube_resourcequota', { ...labels, resource, type }, amount(value)),
    ),
  );
}
