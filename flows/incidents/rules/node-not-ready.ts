import type { Verdict } from '../finding.ts';
import { alertLine, alertText } from '../looks/alert-targets.ts';
import { nodeVerdicts } from '../looks/node-health.ts';
import { sufferersOn } from '../looks/nodes.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const ALERT = /Node\w{0,10}(?:NotReady|Unreachable|Down)/i;

/** A node is not ready, for its machine or for what its kubelet complains of, or goes so again and again; where nodes cannot be looked at, an alert says so. */
export const nodeNotReady: Rule = {
  cause: 'NodeNotReady',
  async examine(scene) {
    return scene.nodesKnown ? nodeVerdicts(scene, 'NodeNotReady') : fromAlerts(scene);
  },
};

function fromAlerts(scene: Scene): Verdict[] {
  return scene.scope.alerts.flatMap((alert) => {
    const name = alert.labels.node;
    if (!name || !ALERT.test(alertText(alert))) return [];
    const line = alertLine(alert);
    return {
      cause: 'NodeNotReady',
      confidence: 'likely',
      object: { kind: 'Node', name },
      since: alert.startsAt,
      params: { message: line.text.slice(0, 200) },
      evidence: [line],
      ...sufferersOn(scene, name),
    } satisfies Verdict;
  });
}
