import type { RunKeeper } from '../kubelet/runs.ts';
import { cpuAt, runAt } from '../kubelet/usage.ts';
import { type Context, isActive, isReady, keyOf, splitKey, withCondition } from './context.ts';
import type { Controller } from './engine.ts';
import type { Condition, HorizontalPodAutoscaler, LabelSelector, Pod } from './kinds.ts';
import { amount } from './quantities.ts';
import { matches } from './selectors.ts';

const COMPONENT = 'horizontal-pod-autoscaler';
/** The real one looks every 15 s; twice that is enough here. */
const EVERY_MS = 30_000;
/** `--horizontal-pod-autoscaler-downscale-stabilization` */
const STABLE_MS = 300_000;
const TOLERANCE = 0.1;
const PLURALS: Record<string, 'deployments' | 'statefulsets'> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
};

interface Target {
  plural: 'deployments' | 'statefulsets';
  replicas: number;
  selector: LabelSelector;
}

/** Scales workloads by the CPU of their pods. */
export function autoscalers(context: Context, runs: RunKeeper): Controller {
  const wishes = new Map<string, { at: number; replicas: number }[]>();
  return {
    name: 'hpa',
    concerns: ({ plural, object }) => (plural === 'horizontalpodautoscalers' ? [keyOf(object)] : []),
    reconcile: (key) => {
      const hpa = context.read.get('horizontalpodautoscalers', ...splitKey(key));
      if (!hpa) {
        wishes.delete(key);
        return undefined;
      }
      const recent = (wishes.get(key) ?? []).filter(({ at }) => at > context.now() - STABLE_MS);
      wishes.set(key, recent);
      sync(context, hpa, { runs, recent });
      return context.now() + EVERY_MS;
    },
  };
}

interface Memory {
  runs: RunKeeper;
  recent: { at: number; replicas: number }[];
}

function targetOf(context: Context, { spec, metadata }: HorizontalPodAutoscaler): Target | undefined {
  const plural = PLURALS[spec.scaleTargetRef.kind];
  const found = plural && context.read.get(plural, metadata.namespace, spec.scaleTargetRef.name);
  return found && plural ? { plural, replicas: found.spec.replicas ?? 1, selector: found.spec.selector } : undefined;
}

type Told = [type: string, status: Condition['status'], reason: string, message: string];

function sync(context: Context, hpa: HorizontalPodAutoscaler, memory: Memory): void {
  const target = targetOf(context, hpa);
  const { kind, name } = hpa.spec.scaleTargetRef;
  if (!target) {
    const message = `the HPA controller was unable to get the target's current scale: ${(PLURALS[kind] ?? kind).toLowerCase()}.apps "${name}" not found`;
    warn(
      context,
      hpa,
      'FailedGetScale',
      message.replace("the HPA controller was unable to get the target's current scale: ", ''),
    );
    write(context, hpa, { told: [['AbleToScale', 'False', 'FailedGetScale', message]] });
    return;
  }
  const able: Told = [
    'AbleToScale',
    'True',
    'SucceededGetScale',
    "the HPA controller was able to get the target's current scale",
  ];
  if (target.replicas === 0) {
    write(context, hpa, {
      told: [
        able,
        [
          'ScalingActive',
          'False',
          'ScalingDisabled',
          'scaling is disabled since the replica count of the target is zero',
        ],
      ],
      target,
    });
    return;
  }
  const used = utilization(context, hpa, { target, runs: memory.runs });
  if (typeof used === 'string') {
    warn(context, hpa, 'FailedGetResourceMetric', used);
    const message = `the HPA was unable to compute the replica count: ${used}`;
    write(context, hpa, { told: [able, ['ScalingActive', 'False', 'FailedGetResourceMetric', message]], target });
    return;
  }
  decide(context, hpa, { target, used, recent: memory.recent });
}

function warn(context: Context, hpa: HorizontalPodAutoscaler, reason: string, message: string): void {
  context.record(hpa, { type: 'Warning', reason, message, component: COMPONENT });
}

const goalOf = ({ spec }: HorizontalPodAutoscaler): number =>
  spec.metrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.target.averageUtilization ??
  spec.targetCPUUtilizationPercentage ??
  80;

/** Percent of the requests that the pods use; or why nobody knows. */
function utilization(
  context: Context,
  hpa: HorizontalPodAutoscaler,
  { target, runs }: { target: Target; runs: RunKeeper },
): number | string {
  if (!metricsServed(context)) {
    return 'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)';
  }
  const pods = context.read
    .list('pods', hpa.metadata.namespace)
    .filter((pod) => isActive(pod) && matches(target.selector, pod.metadata.labels));
  const bare = pods
    .flatMap((pod) => pod.spec.containers.map((container) => ({ pod, container })))
    .find(({ container }) => !container.resources?.requests?.cpu);
  if (bare)
    return `failed to get cpu utilization: missing request for cpu in container ${bare.container.name} of Pod ${bare.pod.metadata.name}`;
  const measured = pods.filter(isReady);
  if (measured.length === 0)
    return 'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)';
  const use = measured.reduce((sum, pod) => sum + cpuOf(runs, pod, context.now()), 0);
  const asked = measured.reduce(
    (sum, { spec }) => sum + spec.containers.reduce((all, { resources }) => all + amount(resources?.requests?.cpu), 0),
    0,
  );
  return Math.round((use / asked) * 100);
}

/** Whether metrics-server is there to ask. */
function metricsServed(context: Context): boolean {
  return context.read
    .list('pods', 'kube-system')
    .some((pod) => pod.metadata.labels?.['k8s-app'] === 'metrics-server' && isReady(pod));
}

function cpuOf(runs: RunKeeper, pod: Pod, at: number): number {
  const containers = runs.of(pod.metadata.uid)?.containers ?? [];
  return containers.reduce((sum, container) => {
    const run = runAt(container, at);
    return sum + (run ? cpuAt(run, at) : 0);
  }, 0);
}

interface Decision {
  target: Target;
  used: number;
  recent: { at: number; replicas: number }[];
}

/** https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details */
function decide(context: Context, hpa: HorizontalPodAutoscaler, { target, used, recent }: Decision): void {
  const { minReplicas = 1, maxReplicas } = hpa.spec;
  const ratio = used / goalOf(hpa);
  const raw = Math.abs(ratio - 1) <= TOLERANCE ? target.replicas : Math.ceil(target.replicas * ratio);
  recent.push({ at: context.now(), replicas: raw });
  const steady =
    raw < target.replicas ? Math.min(target.replicas, Math.max(...recent.map(({ replicas }) => replicas))) : raw;
  const desired = Math.max(minReplicas, Math.min(maxReplicas, steady));
  const limited: Told =
    steady > maxReplicas
      ? [
          'ScalingLimited',
          'True',
          'TooManyReplicas',
          'the desired replica count is more than the maximum replica count',
        ]
      : steady < minReplicas
        ? [
            'ScalingLimited',
            'True',
            'TooFewReplicas',
            'the desired replica count is less than the minimum replica count',
          ]
        : ['ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range'];
  const active: Told = [
    'ScalingActive',
    'True',
    'ValidMetricFound',
    'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
  ];
  const able: Told = ['AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'];
  if (desired !== target.replicas) rescale(context, hpa, { target, desired, above: raw > target.replicas });
  write(context, hpa, { told: [able, active, limited], target, desired, used });
}

function rescale(
  context: Context,
  hpa: HorizontalPodAutoscaler,
  { target, desired, above }: { target: Target; desired: number; above: boolean },
): void {
  const object = context.read.get(target.plural, hpa.metadata.namespace, hpa.spec.scaleTargetRef.name);
  if (!object) return;
  context.store.update(target.plural, { ...object, spec: { ...object.spec, replicas: desired } });
  const reason = above ? 'cpu resource utilization (percentage of request) above target' : 'All metrics below target';
  context.record(hpa, {
    reason: 'SuccessfulRescale',
    message: `New size: ${desired}; reason: ${reason}`,
    component: COMPONENT,
  });
}

interface Outcome {
  told: Told[];
  target?: Target;
  desired?: number;
  used?: number;
}

function write(context: Context, hpa: HorizontalPodAutoscaler, { told, target, desired, used }: Outcome): void {
  let conditions = hpa.status?.conditions ?? [];
  for (const [type, status, reason, message] of told)
    conditions = withCondition(conditions, { type, status, reason, message }, context.stamp());
  const rescaled = desired !== undefined && target !== undefined && desired !== target.replicas;
  const before = { ...hpa.status };
  context.store.updateStatus('horizontalpodautoscalers', hpa.metadata.namespace, hpa.metadata.name, {
    ...before,
    conditions,
    currentReplicas: target?.replicas ?? 0,
    desiredReplicas: desired ?? target?.replicas ?? 0,
    ...(rescaled && { lastScaleTime: context.stamp() }),
    ...(used !== undefined && {
      currentMetrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', current: { averageUtilization: used, averageValue: `${used}m` } },
        },
      ],
    }),
  });
}
