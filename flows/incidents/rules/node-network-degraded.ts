import type { Alert } from '../evidence.ts';
import { refKey, type Verdict } from '../finding.ts';
import type { Node } from '../kinds.ts';
import { metricLine } from '../lines.ts';
import { alertedNode, alertLine, alertText, isNamed } from '../looks/alert-targets.ts';
import { isNodeReady, nodeRef } from '../looks/nodes.ts';
import { presentMatches, type Reading, readings } from '../looks/readings.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const BAD_NETWORK =
  /packet.{0,10}(?:loss|drop)|NodeNetwork\w{0,30}(?:Err|Drop|Flap|Loss|Latency|Degrad)|network.{0,20}(?:errors?|loss|drops?|degrad|latency|flap)|retransmi/i;
const ERRORS =
  'sum by (instance) (rate(node_network_receive_errs_total[5m]) + rate(node_network_transmit_errs_total[5m])) / sum by (instance) (rate(node_network_receive_packets_total[5m]) + rate(node_network_transmit_packets_total[5m]))';
/** As kubernetes-mixin's NodeNetworkReceiveErrs. */
const TOO_MANY = 0.01;
const SLOW = new Set(['timeout', 'connection-reset', 'unreachable']);

/** One node loses or delays packets: an alert names it, its interfaces count errors, or the programs on it alone wait in vain. */
export const nodeNetworkDegraded: Rule = {
  cause: 'NodeNetworkDegraded',
  async examine(scene) {
    const alerts = scene.scope.alerts.filter((alert) => BAD_NETWORK.test(alertText(alert)));
    const told = await Promise.all(alerts.map((alert) => fromAlert(scene, alert)));
    return [...told.flatMap((one) => one ?? []), ...(await fromLogs(scene))];
  },
};

async function fromAlert(scene: Scene, alert: Alert): Promise<Verdict | undefined> {
  const node = alertedNode(scene, alert);
  if (!node || !isNodeReady(node)) return undefined;
  const series = await scene.metrics(ERRORS);
  const share = series?.find(({ metric }) => isNamed(node, metric.instance ?? ''))?.points.at(-1)?.[1];
  const isCounted = share !== undefined && share >= TOO_MANY;
  const line = alertLine(alert);
  const counted = metricLine(
    ERRORS,
    `${node.metadata.name}: ${((share ?? 0) * 100).toFixed(1)} % of packets are errors`,
  );
  return verdictOf(node, isCounted ? 'proven' : 'likely', {
    text: line.text,
    evidence: [line, ...(isCounted ? [counted] : [])],
    since: alert.startsAt,
  });
}

const ENOUGH = 3;

/** Three workloads wait in vain on one node, while those that were read on others do not. */
async function fromLogs(scene: Scene): Promise<Verdict[]> {
  if (scene.nodes.length < 2) return [];
  const read = (await readings(scene)).filter(({ log, pod }) => log && pod.spec.nodeName);
  const waiting = read.flatMap((reading) => {
    const match = presentMatches(scene, reading).find(({ kind }) => SLOW.has(kind));
    return match ? [{ reading, match }] : [];
  });
  const [first] = waiting;
  const name = first?.reading.pod.spec.nodeName;
  const node = scene.nodes.find(({ metadata }) => metadata.name === name);
  const isOne = waiting.every(({ reading }) => reading.pod.spec.nodeName === name);
  const hosts = new Set(waiting.map(({ match }) => match.host));
  const calm = read.filter(({ pod }) => pod.spec.nodeName !== name);
  // One address that all of them wait for is a fault of that address.
  if (!node || !isNodeReady(node) || !isOne || hosts.size < 2) return [];
  if (workloadsOf(waiting.map(({ reading }) => reading)) < ENOUGH || workloadsOf(calm) < 2) return [];
  const evidence = waiting
    .slice(0, 4)
    .map(({ reading, match }) => ({ source: reading.log?.source ?? '', text: match.line.slice(0, 400) }));
  const text = `${waiting.length} programs on it wait in vain, others do not`;
  const explains = waiting.map(({ reading }) => reading.workload.ref);
  // Three places at once that only this node cannot reach are no fault of the places.
  const confidence = hosts.size >= ENOUGH ? 'proven' : 'likely';
  return [{ ...verdictOf(node, confidence, { text, evidence, since: undefined }), severity: 'critical', explains }];
}

const workloadsOf = (all: readonly Reading[]): number => new Set(all.map(({ workload }) => refKey(workload.ref))).size;

function verdictOf(
  node: Node,
  confidence: Verdict['confidence'],
  { text, evidence, since }: Pick<Verdict, 'evidence' | 'since'> & { text: string },
): Verdict {
  return {
    cause: 'NodeNetworkDegraded',
    confidence,
    object: nodeRef(node),
    since,
    params: { message: text.slice(0, 200) },
    evidence,
  };
}
