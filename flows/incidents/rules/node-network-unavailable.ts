import type { SceneEvent } from '../events.ts';
import { type ObjectRef, refKey, type Verdict } from '../finding.ts';
import type { Node } from '../kinds.ts';
import { eventLine, podRef, symptomOf } from '../lines.ts';
import { nodeTroubles, nodeVerdicts } from '../looks/node-health.ts';
import { conditionLine, conditionOf, keptOffBy, nodeRef, podsOn, sufferersOn } from '../looks/nodes.ts';
import { isStuckStarting } from '../looks/starting.ts';
import { isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const SANDBOX =
  /failed to (?:setup|set up) network for sandbox|cni failed to set up pod|network is not ready: container runtime network not ready|failed to set up sandbox container .{0,300}network for pod|failed to find plugin ".{1,80}" in path|subnet\.env: no such file|cni config uninitialized|no IP addresses available in range|failed to (?:allocate|assign) (?:for range|an IP)/i;
/** A network that only this pod asks for. */
const OWN_WISH = /network-attachment-definition/i;

/** A node has no pod network: a condition says so, the kubelet does, or no pod gets an address there. */
export const nodeNetworkUnavailable: Rule = {
  cause: 'NodeNetworkUnavailable',
  async examine(scene) {
    const said = await nodeVerdicts(scene, 'NodeNetworkUnavailable');
    const known = new Set((await nodeTroubles(scene)).map(({ node }) => node.metadata.name));
    const others = scene.nodes.filter(({ metadata }) => !known.has(metadata.name));
    const rest = others.flatMap((node) => fromCondition(scene, node) ?? fromPods(scene, node) ?? []);
    return [...said, ...rest].map((verdict) => withPlugin(scene, verdict));
  },
};

function fromCondition(scene: Scene, node: Node): Verdict | undefined {
  const condition = conditionOf(node, 'NetworkUnavailable');
  if (condition?.status !== 'True') return undefined;
  const { symptoms, explains } = sufferersOn(scene, node.metadata.name);
  return {
    cause: 'NodeNetworkUnavailable',
    confidence: 'proven',
    object: nodeRef(node),
    since: condition.lastTransitionTime,
    params: { message: condition.message ?? condition.reason ?? '' },
    evidence: [conditionLine(node, condition)],
    symptoms,
    explains: [...explains, ...keptOffBy(scene, node, 'node.kubernetes.io/network-unavailable')],
  };
}

function fromPods(scene: Scene, node: Node): Verdict | undefined {
  const stuck = podsOn(scene, node.metadata.name).flatMap((pod) => {
    const [event] = isStuckStarting(pod, scene.now) ? networkEvents(scene, podRef(pod)) : [];
    return event ? [{ pod, event }] : [];
  });
  const [first] = stuck;
  if (!first) return undefined;
  return {
    cause: 'NodeNetworkUnavailable',
    confidence: 'likely',
    object: nodeRef(node),
    since: Math.min(...stuck.map(({ event }) => event.first)),
    params: { message: first.event.message.slice(0, 300) },
    evidence: stuck.slice(0, 4).map(({ event }) => eventLine(event)),
    symptoms: stuck.slice(0, 30).map(({ pod }) => symptomOf(pod)),
  };
}

function networkEvents(scene: Scene, ref: ObjectRef): SceneEvent[] {
  return scene.eventsOf(ref).filter(({ message }) => SANDBOX.test(message.slice(0, 3000)) && !OWN_WISH.test(message));
}

const PLUGIN = /calico|cilium|flannel|kindnet|weave|terway|aws-node|antrea|ovn|kube-router|canal|azure-cni/i;

/** The network plugin that is to serve the node and is not ready there: its own fault, where it has one, is the reason, not a result. */
function withPlugin(scene: Scene, verdict: Verdict): Verdict {
  const pods = podsOn(scene, verdict.object.name).filter((pod) => {
    const { ref } = scene.workloadOf(pod);
    return ref.kind === 'DaemonSet' && PLUGIN.test(ref.name) && !isReady(pod);
  });
  const plugins = [...new Set(pods.map((pod) => scene.workloadOf(pod).ref))];
  const own = new Set([...pods.map(podRef), ...plugins].map(refKey));
  const isOther = (ref: ObjectRef) => !own.has(refKey(ref));
  const { symptoms = [], explains = [] } = verdict;
  return { ...verdict, symptoms: symptoms.filter(isOther), explains: explains.filter(isOther), dependsOn: plugins };
}
