import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import { eventLine } from '../lines.ts';
import { alertedWorkload, alertLine, alertText } from '../looks/alert-targets.ts';
import { experiments } from '../looks/chaos.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const DELAY = /network.{0,20}(?:delay|latency|jitter)|(?:delay|latency|jitter).{0,20}network|round.?trip|\brtt\b/i;

/** The network around one workload is slowed down: an experiment is applied to it, or an alert that measures the network says so. */
export const podNetworkDelay: Rule = {
  cause: 'PodNetworkDelay',
  async examine(scene) {
    return [...fromExperiments(scene), ...fromAlerts(scene)];
  },
};

function fromExperiments(scene: Scene): Verdict[] {
  return experiments(scene, 'NetworkChaos').flatMap(({ event, targets }) =>
    targets.map((object) => verdictOf(object, [eventLine(event)], event.first)),
  );
}

function fromAlerts(scene: Scene): Verdict[] {
  return scene.scope.alerts
    .filter((alert) => DELAY.test(alertText(alert)))
    .flatMap((alert) => {
      const object = alertedWorkload(scene, alert);
      return object ? verdictOf(object, [alertLine(alert)], alert.startsAt) : [];
    });
}

function verdictOf(object: ObjectRef, evidence: EvidenceLine[], since: number | undefined): Verdict {
  const [{ text } = { text: '' }] = evidence;
  return {
    cause: 'PodNetworkDelay',
    confidence: 'likely',
    object,
    since,
    params: { message: text.slice(0, 200) },
    evidence,
  };
}
