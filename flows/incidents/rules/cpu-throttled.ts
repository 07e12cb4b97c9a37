import { cpuText, parseQuantity } from '../../../src/flow/quantity.ts';
import { refKey, type Verdict } from '../finding.ts';
import { metricLine, objectLine, symptomOf } from '../lines.ts';
import { alertedWorkload, alertLine } from '../looks/alert-targets.ts';
import { isThrottlingAlert, type Reading, throttledShares, worstByWorkload } from '../looks/cpu.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** As kubernetes-mixin's CPUThrottlingHigh. */
const TOO_MUCH = 0.25;

/** A container is held back by its CPU limit in more than a quarter of the time: measured, or said by an alert and not contradicted. */
export const cpuThrottled: Rule = {
  cause: 'CPUThrottled',
  async examine(scene) {
    const readings = (await throttledShares(scene)).filter(
      ({ container }) => container.resources.limits.cpu !== undefined,
    );
    const measured = worstByWorkload(readings).flatMap((same) => fromReadings(same) ?? []);
    const known = new Set(readings.map(({ workload }) => refKey(workload)));
    return [...measured, ...fromAlerts(scene).filter(({ object }) => !known.has(refKey(object)))];
  },
};

function fromReadings(same: readonly Reading[]): Verdict | undefined {
  const held = same.filter(({ value }) => value >= TOO_MUCH);
  const [worst] = held;
  if (!worst) return undefined;
  const { container, workload, value, promql } = worst;
  const limit = container.resources.limits.cpu ?? '–';
  const share = `${Math.round(value * 100)}%`;
  return {
    cause: 'CPUThrottled',
    confidence: 'proven',
    object: workload,
    params: { container: container.name, limit, share },
    evidence: [
      metricLine(
        promql,
        `container ${container.name} of ${worst.pod.metadata.name}: held back in ${share} of its periods`,
      ),
      objectLine(workload, `container ${container.name}: resources.limits.cpu=${limit}`),
    ],
    symptoms: held.slice(0, 10).map(({ pod }) => symptomOf(pod)),
    remedies: raised(workload, container.name, limit),
  };
}

function raised(target: Verdict['object'], container: string, from: string): Remedy[] {
  const cores = parseQuantity(from);
  return cores === undefined ? [] : [{ id: 'raise-cpu-limit', target, container, from, to: cpuText(cores * 2) }];
}

function fromAlerts(scene: Scene): Verdict[] {
  return scene.scope.alerts.filter(isThrottlingAlert).flatMap((alert) => {
    const object = alertedWorkload(scene, alert);
    const containers = object && scene.workload(object)?.template.containers;
    const limited = containers?.filter(({ resources }) => resources.limits.cpu !== undefined) ?? [];
    const container = limited.find(({ name }) => name === alert.labels.container) ?? limited[0];
    if (!object || !container) return [];
    const limit = container.resources.limits.cpu ?? '–';
    return {
      cause: 'CPUThrottled',
      confidence: 'likely',
      object,
      since: alert.startsAt,
      params: { container: container.name, limit, share: '> 25%' },
      evidence: [alertLine(alert), objectLine(object, `container ${container.name}: resources.limits.cpu=${limit}`)],
      remedies: raised(object, container.name, limit),
    } satisfies Verdict;
  });
}
