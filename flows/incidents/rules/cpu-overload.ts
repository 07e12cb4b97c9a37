import { cpuText, parseQuantity } from '../../../src/flow/quantity.ts';
import { type ObjectRef, refKey, type Verdict } from '../finding.ts';
import { eventLine, metricLine, objectLine, symptomOf } from '../lines.ts';
import { alertedNode, alertedWorkload, alertLine } from '../looks/alert-targets.ts';
import { experiments } from '../looks/chaos.ts';
import { coresUsed, isOverloadAlert, type Reading, throttledShares, worstByWorkload } from '../looks/cpu.ts';
import { isNodeReady, nodeRef } from '../looks/nodes.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** Of its limit, or of the whole node. */
const FULL = 0.9;

/** A workload computes at its limit or fills its node, or a node is full: measured, said by an alert, or made by an experiment. */
export const cpuOverload: Rule = {
  cause: 'CPUOverload',
  async examine(scene) {
    const readings = await coresUsed(scene);
    const held = new Set(
      (await throttledShares(scene)).filter(({ value }) => value >= 0.25).map(({ workload }) => refKey(workload)),
    );
    const measured = worstByWorkload(readings).flatMap((same) => fromReadings(scene, same) ?? []);
    const known = new Set(readings.map(({ workload }) => refKey(workload)));
    const told = fromAlerts(scene).filter(({ object }) => !known.has(refKey(object)));
    return [...measured, ...told, ...fromExperiments(scene)].filter(({ object }) => !held.has(refKey(object)));
  },
};

function fromReadings(scene: Scene, same: readonly Reading[]): Verdict | undefined {
  const full = same.flatMap((reading) => {
    const { of, cores } = roomOf(scene, reading);
    return cores && reading.value / cores >= FULL ? [{ ...reading, of }] : [];
  });
  const [worst] = full;
  if (!worst) return undefined;
  const { workload, container, value, promql } = worst;
  const usage = `${cpuText(value)} of ${worst.of}`;
  return {
    cause: 'CPUOverload',
    confidence: 'proven',
    object: workload,
    params: { usage },
    evidence: [
      metricLine(promql, `container ${container.name} of ${worst.pod.metadata.name}: ${usage}`),
      objectLine(
        workload,
        `container ${container.name}: resources.limits.cpu=${container.resources.limits.cpu ?? 'none'}`,
      ),
    ],
    symptoms: full.slice(0, 10).map(({ pod }) => symptomOf(pod)),
    remedies: moreCpu(workload, container),
  };
}

/** At its own limit: twice of it. A node that is full has nothing more to give. */
function moreCpu(target: ObjectRef, { name, resources }: Reading['container']): Remedy[] {
  const from = resources.limits.cpu;
  const cores = parseQuantity(from);
  if (from === undefined || cores === undefined) return [];
  return [{ id: 'raise-cpu-limit', target, container: name, from, to: cpuText(cores * 2) }];
}

function roomOf({ nodes }: Scene, { container, pod }: Reading): { of: string; cores: number | undefined } {
  const limit = container.resources.limits.cpu;
  if (limit !== undefined) return { of: `its limit ${limit}`, cores: parseQuantity(limit) };
  const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  const cores = node?.status.allocatable.cpu;
  return { of: `its node's ${cores}`, cores: parseQuantity(cores) };
}

function fromAlerts(scene: Scene): Verdict[] {
  return scene.scope.alerts.filter(isOverloadAlert).flatMap((alert) => {
    const node = alertedNode(scene, alert);
    const object = alertedWorkload(scene, alert) ?? (node && isNodeReady(node) ? nodeRef(node) : undefined);
    const line = alertLine(alert);
    return object ? verdictOf(object, line.text, [line]) : [];
  });
}

function fromExperiments(scene: Scene): Verdict[] {
  return experiments(scene, 'StressChaos').flatMap(({ event, targets }) => {
    const line = eventLine(event);
    return targets.map((object) => verdictOf(object, line.text, [line]));
  });
}

function verdictOf(object: ObjectRef, usage: string, evidence: Verdict['evidence']): Verdict {
  return { cause: 'CPUOverload', confidence: 'likely', object, params: { usage: usage.slice(0, 200) }, evidence };
}
