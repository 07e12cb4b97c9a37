import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import type { Node } from '../kinds.ts';
import { eventLine, objectLine } from '../lines.ts';
import { alertedNode, alertLine, alertText } from '../looks/alert-targets.ts';
import { experiments } from '../looks/chaos.ts';
import { failuresOf, readFailingLog, readingLine } from '../looks/failures.ts';
import { conditionLine, conditionOf, isNodeReady, nodeRef } from '../looks/nodes.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const MINUTE = 60_000;
/** The kubelet reports every five minutes at least, so that clocks that agree are no further apart. */
const APART_MS = 15 * MINUTE;
const ALERT = /clock.?skew|ClockNotSynchroni|time.?drift|ntp.{0,20}(?:down|unsync|offset)|chrony/i;
const NTP_CONDITIONS = new Set(['NTPProblem', 'NTPIsDown', 'ClockSkew', 'ClockUnsynchronized']);

/** The clock of a node is off: an alert or a condition says so, its reports carry times that no other node's do, or a program there trips over it. */
export const clockSkew: Rule = {
  cause: 'ClockSkew',
  async examine(scene) {
    const own = [...fromAlerts(scene), ...fromConditions(scene), ...fromHeartbeats(scene), ...fromExperiments(scene)];
    return own.length > 0 ? own : fromLogs(scene);
  },
};

function fromAlerts(scene: Scene): Verdict[] {
  return scene.scope.alerts
    .filter((alert) => ALERT.test(alertText(alert)))
    .flatMap((alert) => {
      const node = alertedNode(scene, alert);
      return node ? verdictOf(nodeRef(node), 'proven', [alertLine(alert)]) : [];
    });
}

function fromConditions({ nodes }: Scene): Verdict[] {
  return nodes.flatMap((node) =>
    node.status.conditions
      .filter(({ type, status }) => status === 'True' && NTP_CONDITIONS.has(type))
      .map((condition) => verdictOf(nodeRef(node), 'likely', [conditionLine(node, condition)])),
  );
}

function fromExperiments(scene: Scene): Verdict[] {
  return experiments(scene, 'TimeChaos').flatMap(({ event, targets }) =>
    targets.map((object) => verdictOf(object, 'likely', [eventLine(event)])),
  );
}

/** Of three nodes and more that are ready, those whose reports are far from the middle. */
function fromHeartbeats({ nodes }: Scene): Verdict[] {
  const beats = nodes.filter(isNodeReady).flatMap((node) => {
    const time = conditionOf(node, 'Ready')?.lastHeartbeatTime;
    return time === undefined ? [] : [{ node, time }];
  });
  const middle = beats.map(({ time }) => time).sort((a, b) => a - b)[Math.floor(beats.length / 2)];
  const off = beats.filter(({ time }) => Math.abs(time - (middle ?? time)) > APART_MS);
  // Many that are off are no matter of single clocks.
  if (beats.length < 3 || middle === undefined || off.length * 3 > beats.length) return [];
  return off.map(({ node, time }) => verdictOf(nodeRef(node), 'likely', [beatLine(node, time - middle, time)]));
}

function beatLine(node: Node, offset: number, time: number): EvidenceLine {
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  return objectLine(
    nodeRef(node),
    `its last report is ${minutes} min ${offset > 0 ? 'ahead of' : 'behind'} those of the other nodes, and it is ready`,
    time,
  );
}

/** A failing program complains of the time. */
async function fromLogs(scene: Scene): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const workload of scene.workloads) {
    const [failure] = failuresOf(workload, scene.now).filter(({ end }) => end !== undefined && end.exitCode !== 0);
    const reading = failure && (await readFailingLog(scene, failure));
    if (!failure?.pod.spec.nodeName || !reading || reading.cause?.kind !== 'clock-skew') continue;
    const node = { kind: 'Node', name: failure.pod.spec.nodeName };
    verdicts.push({
      ...verdictOf(node, 'likely', [readingLine(reading, reading.cause.line)]),
      explains: [workload.ref],
    });
  }
  return verdicts;
}

function verdictOf(object: ObjectRef, confidence: Verdict['confidence'], evidence: EvidenceLine[]): Verdict {
  return {
    cause: 'ClockSkew',
    confidence,
    object,
    params: { message: (evidence[0]?.text ?? '').slice(0, 200) },
    evidence,
  };
}
