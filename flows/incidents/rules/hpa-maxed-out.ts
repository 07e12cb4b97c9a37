import type { Verdict } from '../finding.ts';
import { objectLine } from '../lines.ts';
import { alertLine, alertsAbout } from '../looks/asked.ts';
import { conditionOf, conditionText, loadOf, type Scaler, scalersOf } from '../looks/autoscalers.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** Within this much of its target an autoscaler leaves things as they are: the controller's tolerance. */
const TOLERANCE = 1.1;

/** An autoscaler is at its most copies, and their use says that more are needed. */
export const hpaMaxedOut: Rule = {
  cause: 'HPAMaxedOut',
  async examine(scene) {
    return (await scalersOf(scene)).flatMap((scaler) => verdictFor(scene, scaler));
  },
};

function verdictFor(scene: Scene, scaler: Scaler): Verdict[] {
  const { hpa, ref, target, workload } = scaler;
  const { maxReplicas } = hpa.spec;
  const { currentReplicas = workload?.replicas ?? 0 } = hpa.status;
  if (maxReplicas === undefined || currentReplicas < maxReplicas) return [];
  const load = loadOf(scaler);
  const limited = conditionOf(scaler, 'ScalingLimited');
  const isLimited = limited?.status === 'True' && limited.reason === 'TooManyReplicas';
  const alerts = alertsAbout(scene, ref);
  const isOver = load === undefined ? isLimited || alerts.length > 0 : load > TOLERANCE;
  if (!isOver || conditionOf(scaler, 'ScalingActive')?.status === 'False') return [];
  const percent = load === undefined ? '–' : `${Math.round(load * 100)}`;
  return [
    {
      cause: 'HPAMaxedOut',
      confidence: isLimited && load !== undefined ? 'proven' : 'likely',
      object: ref,
      since: limited?.lastTransitionTime,
      params: { max: maxReplicas, target: `${target.kind} ${target.name}`, load: percent },
      evidence: [
        objectLine(
          ref,
          `${currentReplicas} of at most ${maxReplicas} replicas, ${hpa.status.desiredReplicas ?? '–'} wanted`,
        ),
        ...(load === undefined ? [] : [objectLine(ref, `use is at ${percent} % of its target`)]),
        ...(isLimited ? [objectLine(ref, conditionText(limited), limited.lastTransitionTime)] : []),
        ...alerts.slice(0, 1).map(alertLine),
      ],
      explains: [target],
    },
  ];
}
