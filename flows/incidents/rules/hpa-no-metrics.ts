import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import { eventLine, objectLine } from '../lines.ts';
import { conditionOf, conditionText, type Scaler, scalersOf } from '../looks/autoscalers.ts';
import { isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const PATIENCE_MS = 3 * 60_000;
const FRESH_MS = 20 * 60_000;
const REASON =
  /^(?:FailedGet\w*Metric|FailedComputeMetricsReplicas|FailedUpdateStatus|InvalidMetricSourceType|InvalidSelector|SelectorRequired|AmbiguousSelector)$/;

/** An autoscaler cannot get the metric that it scales by. */
export const hpaNoMetrics: Rule = {
  cause: 'HPANoMetrics',
  async examine(scene) {
    return (await scalersOf(scene)).flatMap((scaler) => verdictFor(scene, scaler));
  },
};

function verdictFor(scene: Scene, scaler: Scaler): Verdict[] {
  const { ref, target, workload } = scaler;
  const active = conditionOf(scaler, 'ScalingActive');
  const said = active ? fromCondition(scene, scaler) : fromEvent(scene, ref);
  if (!said) return [];
  const pods = workload?.pods ?? [];
  // Without a pod that is ready there is nothing to measure.
  if (workload && pods.length > 0 && !pods.some(isReady)) return [];
  const { text, line, since } = said;
  const request = /missing request for (\w+)/.exec(text)?.[1];
  return [
    {
      cause: 'HPANoMetrics',
      confidence: 'proven',
      object: ref,
      since,
      params: { detail: text.slice(0, 200), target: `${target.kind} ${target.name}` },
      evidence: [line, ...(request ? requestLines(workload, request, target) : [])],
      dependsOn: /resource metrics API|metrics\.k8s\.io/.test(text)
        ? [{ kind: 'Deployment', namespace: 'kube-system', name: 'metrics-server' }]
        : [],
    },
  ];
}

interface Said {
  text: string;
  line: EvidenceLine;
  since: number | undefined;
}

function fromCondition(scene: Scene, scaler: Scaler): Said | undefined {
  const active = conditionOf(scaler, 'ScalingActive');
  if (active?.status !== 'False' || !REASON.test(active.reason ?? '')) return undefined;
  const { lastTransitionTime: since = scaler.hpa.metadata.creationTimestamp } = active;
  if (since !== undefined && scene.now - since < PATIENCE_MS) return undefined;
  const text = conditionText(active);
  return { text: active.message ?? text, line: objectLine(scaler.ref, text, since), since };
}

function fromEvent(scene: Scene, ref: ObjectRef): Said | undefined {
  const [event] = scene
    .eventsOf(ref, scene.now - FRESH_MS)
    .filter(({ reason, count, first, last }) => REASON.test(reason) && (count > 2 || last - first > PATIENCE_MS));
  return event && { text: event.message, line: eventLine(event), since: event.first };
}

function requestLines(workload: Scaler['workload'], resource: string, target: ObjectRef): EvidenceLine[] {
  const without =
    workload?.template.containers.filter(({ resources }) => resources.requests[resource] === undefined) ?? [];
  return without
    .slice(0, 3)
    .map(({ name }) => objectLine(target, `container ${name} has no resources.requests.${resource}`));
}
