import type { Cause } from '../causes.ts';
import type { Confidence, EvidenceLine, Verdict } from '../finding.ts';
import type { Condition, Node } from '../kinds.ts';
import { eventLine, metricLine, objectLine } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import { isActive } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { isNamed } from './alert-targets.ts';
import { conditionLine, conditionOf, keptOffBy, nodeRef, sufferersOn } from './nodes.ts';

/** One look at the nodes that are not ready: whether kubelet, its runtime, its network or the machine is why. */

interface NodeTrouble {
  node: Node;
  cause: Extract<Cause, 'NodeNotReady' | 'KubeletDown' | 'ContainerRuntimeDown' | 'NodeNetworkUnavailable'>;
  confidence: Confidence;
  since: number | undefined;
  message: string;
  evidence: EvidenceLine[];
}

type Sign = Pick<NodeTrouble, 'cause' | 'confidence'> & { evidence: EvidenceLine[] };

const MINUTE = 60_000;
/** A node that has only just joined is not ready for a while. */
const JOINING_MS = 3 * MINUTE;

export const nodeTroubles = oncePerScene(async (scene: Scene): Promise<NodeTrouble[]> => {
  const found = await Promise.all(scene.nodes.map((node) => troubleOf(scene, node)));
  return found.flatMap((one) => one ?? []);
});

/** Those of one cause, as verdicts with what they explain. */
export async function nodeVerdicts(scene: Scene, cause: NodeTrouble['cause']): Promise<Verdict[]> {
  const troubles = (await nodeTroubles(scene)).filter((one) => one.cause === cause);
  return troubles.map(({ node, confidence, since, message, evidence }) => {
    const { symptoms, explains } = sufferersOn(scene, node.metadata.name);
    const keptOff = ['not-ready', 'unreachable'].flatMap((taint) =>
      keptOffBy(scene, node, `node.kubernetes.io/${taint}`),
    );
    return {
      cause,
      confidence,
      object: nodeRef(node),
      since,
      params: { message: message.slice(0, 300) },
      evidence: evidence.slice(0, 6),
      symptoms,
      explains: [...explains, ...keptOff],
    };
  });
}

async function troubleOf(scene: Scene, node: Node): Promise<NodeTrouble | undefined> {
  const ready = conditionOf(node, 'Ready');
  const { creationTimestamp = 0, deletionTimestamp } = node.metadata;
  if (deletionTimestamp !== undefined || scene.now - creationTimestamp < JOINING_MS) return undefined;
  if (!ready || ready.status === 'True') return ready && troubleOfReady(scene, node);
  const sign = ready.status === 'Unknown' ? await silent(scene, node, ready) : complaining(ready);
  return {
    ...sign,
    node,
    since: ready.lastTransitionTime,
    message: ready.message ?? '',
    evidence: [conditionLine(node, ready), ...sign.evidence, ...nodeEvents(scene, node, ready)],
  };
}

function nodeEvents(scene: Scene, node: Node, { lastTransitionTime = 0 }: Condition): EvidenceLine[] {
  const about = scene.eventsOf(nodeRef(node), lastTransitionTime - 5 * MINUTE);
  return about
    .filter(({ type, reason }) => type === 'Warning' || reason === 'NodeNotReady')
    .slice(0, 2)
    .map(eventLine);
}

const RUNTIME_DOWN =
  /container runtime is down|failed to (?:check|get) (?:the )?container runtime|(?:containerd|crio|docker|dockershim|cri-dockerd)\.sock|Cannot connect to the Docker daemon|runtime service .{0,80}(?:unavailable|failed)/i;
const RUNTIME_SLOW = /PLEG is not healthy|container runtime status check/i;
const NETWORK = /NetworkPluginNotReady|NetworkReady=false|network plugin|cni (?:plugin|config)/i;

/** The kubelet itself says what is missing. */
function complaining({ message = '' }: Condition): Sign {
  if (RUNTIME_DOWN.test(message)) return { cause: 'ContainerRuntimeDown', confidence: 'proven', evidence: [] };
  if (NETWORK.test(message)) return { cause: 'NodeNetworkUnavailable', confidence: 'proven', evidence: [] };
  if (RUNTIME_SLOW.test(message)) return { cause: 'ContainerRuntimeDown', confidence: 'likely', evidence: [] };
  return { cause: 'NodeNotReady', confidence: 'proven', evidence: [] };
}

const OFF_TAINT = /^node\.cloudprovider\.kubernetes\.io\/shutdown$|^node\.kubernetes\.io\/out-of-service$/;
const OFF_EVENT =
  /^(?:NodeShutdown|Shutdown|DeletingNode|InstanceTerminat\w{0,10}|SpotInterruption|PreemptScheduled|NodeRebooted|InstanceExpired\w{0,20})$/i;

/** Nothing is heard of the kubelet: it alone is down, or the machine or its network is. */
async function silent(scene: Scene, node: Node, ready: Condition): Promise<Sign> {
  const machine = machineSigns(scene, node, ready);
  if (machine.length > 0) return { cause: 'NodeNotReady', confidence: 'proven', evidence: machine };
  const alive =
    (await livesOn(scene, node, ready)) ?? (await neighboursWord(scene, node)) ?? (await exporterWord(scene, node));
  return alive ?? { cause: 'KubeletDown', confidence: 'likely', evidence: [] };
}

function machineSigns(scene: Scene, node: Node, { lastTransitionTime = 0 }: Condition): EvidenceLine[] {
  const taints = node.spec.taints.filter(({ key }) => OFF_TAINT.test(key));
  const events = scene
    .eventsOf(nodeRef(node), lastTransitionTime - 10 * MINUTE)
    .filter(({ reason }) => OFF_EVENT.test(reason));
  return [...taints.map(({ key }) => objectLine(nodeRef(node), `taint ${key}`)), ...events.map(eventLine)];
}

const isControlPlane = ({ metadata: { labels } }: Node): boolean =>
  'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels;

/** What runs on the node without the kubelet's help still does: the API server, or the holder of a control plane's lease. */
async function livesOn(scene: Scene, node: Node, { lastTransitionTime = 0 }: Condition): Promise<Sign | undefined> {
  if (!isControlPlane(node)) return undefined;
  const { name } = node.metadata;
  const sign = (text: string): Sign => ({
    cause: 'KubeletDown',
    confidence: 'proven',
    evidence: [objectLine(nodeRef(node), text)],
  });
  if (scene.nodes.filter(isControlPlane).length === 1)
    return sign('it is the only node of the control plane, and the API server on it answers');
  const { items } = await scene.list('Lease', 'kube-system');
  const held = items.find(
    ({ spec }) => spec.holderIdentity?.startsWith(`${name}_`) && (spec.renewTime ?? 0) > lastTransitionTime + MINUTE,
  );
  return held && sign(`lease kube-system/${held.metadata.name} is still renewed from this node`);
}

/** metrics-server asks each kubelet all the time: "refused" is of a machine that is up, silence of one that is not. */
async function neighboursWord(scene: Scene, node: Node): Promise<Sign | undefined> {
  const asker = scene.pods.find(
    (pod) =>
      isActive(pod) &&
      pod.spec.nodeName !== node.metadata.name &&
      (pod.metadata.labels['k8s-app'] === 'metrics-server' || pod.metadata.name.startsWith('metrics-server-')),
  );
  const [container] = asker?.spec.containers ?? [];
  const log = asker && container && (await scene.logs(asker, container.name));
  const addresses = [node.metadata.name, ...node.status.addresses.map(({ address }) => address)];
  const line = log?.lines.findLast((one) =>
    addresses.some((address) => one.slice(0, 1000).includes(`${address}:10250`)),
  );
  if (!log || !line) return undefined;
  const evidence = [{ source: log.source, text: line.slice(0, 400) }];
  if (/connection refused/i.test(line)) return { cause: 'KubeletDown', confidence: 'proven', evidence };
  return /no route to host|i\/o timeout|deadline exceeded/i.test(line)
    ? { cause: 'NodeNotReady', confidence: 'likely', evidence }
    : undefined;
}

const EXPORTER_UP = 'up{job=~".*node-exporter.*"}';

async function exporterWord(scene: Scene, node: Node): Promise<Sign | undefined> {
  const series = await scene.metrics(EXPORTER_UP);
  const own = series?.find(({ metric }) => isNamed(node, metric.node ?? '') || isNamed(node, metric.instance ?? ''));
  const value = own?.points.at(-1)?.[1];
  if (value === undefined) return undefined;
  const evidence = [
    metricLine(
      EXPORTER_UP,
      `${node.metadata.name}: ${value} (the node exporter ${value === 1 ? 'answers' : 'does not answer'})`,
    ),
  ];
  return value === 1
    ? { cause: 'KubeletDown', confidence: 'proven', evidence }
    : { cause: 'NodeNotReady', confidence: 'likely', evidence };
}

/** Conditions of node-problem-detector and its kin. */
const RUNTIME_CONDITIONS = new Set([
  'ContainerRuntimeUnhealthy',
  'ContainerRuntimeProblem',
  'RuntimeOffline',
  'DockerOffline',
  'FrequentContainerdRestart',
  'FrequentDockerRestart',
]);
const KUBELET_CONDITIONS = new Set(['KubeletUnhealthy', 'KubeletProblem', 'FrequentKubeletRestart']);
const LATELY_MS = 10 * MINUTE;

/** A node that still counts as ready, of which something else says that it is not well. */
function troubleOfReady(scene: Scene, node: Node): NodeTrouble | undefined {
  const bad = node.status.conditions.find(
    ({ type, status }) => status === 'True' && (RUNTIME_CONDITIONS.has(type) || KUBELET_CONDITIONS.has(type)),
  );
  if (bad) {
    const cause = RUNTIME_CONDITIONS.has(bad.type) ? 'ContainerRuntimeDown' : 'KubeletDown';
    return {
      node,
      cause,
      confidence: 'likely',
      since: bad.lastTransitionTime,
      message: bad.message ?? bad.type,
      evidence: [conditionLine(node, bad)],
    };
  }
  return flapping(scene, node);
}

/** Lost and found again and again within the hour. */
function flapping(scene: Scene, node: Node): NodeTrouble | undefined {
  const losses = scene.eventsOf(nodeRef(node), scene.now - LATELY_MS).filter(({ reason }) => reason === 'NodeNotReady');
  const [last] = losses;
  if (!last || losses.reduce((sum, { count }) => sum + count, 0) < 3) return undefined;
  const since = Math.min(...losses.map(({ first }) => first));
  const often = `it goes not ready again and again (${losses.reduce((sum, { count }) => sum + count, 0)} times)`;
  return {
    node,
    cause: 'NodeNotReady',
    confidence: 'likely',
    since,
    message: often,
    evidence: losses.slice(0, 3).map(eventLine),
  };
}
