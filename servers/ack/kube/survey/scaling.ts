import { z } from 'zod';
import { rowsOf } from './collector.ts';
import type { Owner } from './owners.ts';
import type { Survey } from './survey.ts';
import { brief, type Condition, conditions, listOf, metadata, millis, number, selector, since } from './values.ts';

/** Disruption budgets and autoscalers. */

const share = z.union([z.number(), z.string()]).nullish();
const budgetSchema = z.object({
  metadata,
  spec: z.object({ selector, minAvailable: share, maxUnavailable: share }),
  status: z
    .object({ disruptionsAllowed: number, currentHealthy: number, desiredHealthy: number, expectedPods: number })
    .prefault({}),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/ */
export const createBudgets = () =>
  rowsOf('PodDisruptionBudget', { schema: budgetSchema }, ({ metadata: about, spec, status }) => ({
    namespace: about.namespace,
    name: about.name,
    ...(spec.selector && { selector: spec.selector }),
    ...(spec.minAvailable != null && { minAvailable: spec.minAvailable }),
    ...(spec.maxUnavailable != null && { maxUnavailable: spec.maxUnavailable }),
    allowed: status.disruptionsAllowed,
    healthy: status.currentHealthy,
    desiredHealthy: status.desiredHealthy,
    expected: status.expectedPods,
    createdAt: millis(about.creationTimestamp) ?? 0,
  }));

type Autoscaler = Omit<Survey['autoscalers'][number], 'workload'> & { target: Owner };

const target = z.object({ kind: z.string(), name: z.string() });
const resource = z
  .object({ name: z.string(), target: z.object({ averageUtilization: z.number().nullish() }).prefault({}) })
  .nullish();
const hpaSchema = z.object({
  metadata,
  spec: z.object({
    scaleTargetRef: target,
    minReplicas: z.number().nullish(),
    maxReplicas: number,
    metrics: listOf(z.object({ resource, containerResource: resource })),
  }),
  status: z.object({ currentReplicas: number, desiredReplicas: number, conditions }).prefault({}),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
export const createHpas = () =>
  rowsOf('HorizontalPodAutoscaler', { schema: hpaSchema }, ({ metadata: about, spec, status }): Autoscaler => {
    const goalOf = (name: string) =>
      spec.metrics.map((metric) => metric.resource ?? metric.containerResource).find((one) => one?.name === name)
        ?.target.averageUtilization ?? undefined;
    const [cpuTarget, memoryTarget] = [goalOf('cpu'), goalOf('memory')];
    const atMax = isAtMax(status, spec.maxReplicas);
    const failing = status.conditions.find(isFailing);
    return {
      kind: 'HorizontalPodAutoscaler',
      namespace: about.namespace,
      name: about.name,
      target: { kind: spec.scaleTargetRef.kind, name: spec.scaleTargetRef.name },
      min: spec.minReplicas ?? 1,
      max: spec.maxReplicas,
      current: status.currentReplicas,
      desired: status.desiredReplicas,
      ...(cpuTarget !== undefined && { cpuTarget }),
      ...(memoryTarget !== undefined && { memoryTarget }),
      ...(failing && { failing: told(failing) }),
      ...(atMax !== undefined && { atMaxSince: atMax }),
    };
  });

/** Turned off with its target at zero replicas, it does not fail. */
const isFailing = ({ type, status, reason }: Condition) =>
  (type === 'ScalingActive' || type === 'AbleToScale') && status === 'False' && reason !== 'ScalingDisabled';

const told = ({ type, reason, message, lastTransitionTime }: Condition) => ({
  reason: reason ?? type,
  message: brief(message),
  ...since(lastTransitionTime),
});

function isAtMax(status: z.output<typeof hpaSchema>['status'], max: number): number | undefined {
  const limited = status.conditions.find(
    ({ type, status: is, reason }) => type === 'ScalingLimited' && is === 'True' && reason === 'TooManyReplicas',
  );
  return limited && status.currentReplicas >= max ? millis(limited.lastTransitionTime) : undefined;
}

const vpaSchema = z.object({
  metadata,
  spec: z.object({
    targetRef: target.nullish(),
    updatePolicy: z.object({ updateMode: z.string().nullish() }).nullish(),
  }),
  status: z.object({ conditions }).nullish(),
});

/** https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md */
export const createVpas = () =>
  rowsOf(
    'VerticalPodAutoscaler',
    { apiVersion: 'autoscaling.k8s.io/v1', schema: vpaSchema },
    ({ metadata: about, spec, status }): Autoscaler | undefined => {
      if (!spec.targetRef) return undefined;
      const failing = status?.conditions.find(({ type, status: is }) => type === 'ConfigUnsupported' && is === 'True');
      return {
        kind: 'VerticalPodAutoscaler',
        namespace: about.namespace,
        name: about.name,
        target: { kind: spec.targetRef.kind, name: spec.targetRef.name },
        ...{ min: 0, max: 0, current: 0, desired: 0 },
        mode: spec.updatePolicy?.updateMode || 'Auto',
        ...(failing && { failing: told(failing) }),
      };
    },
  );
