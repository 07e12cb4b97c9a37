import type { SceneEvent } from '../events.ts';
import type { Verdict } from '../finding.ts';
import type { Node } from '../kinds.ts';
import { eventLine } from '../lines.ts';
import { nodeTroubles, nodeVerdicts } from '../looks/node-health.ts';
import { isNodeReady, nodeRef, sufferersOn } from '../looks/nodes.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const FRESH_MS = 5 * 60_000;
const NO_ANSWER =
  /(?:containerd|crio|docker|cri-dockerd)\.sock.{0,80}(?:connection refused|no such file)|Cannot connect to the Docker daemon/i;

/** The kubelet of a node gets no answer from its container runtime. */
export const containerRuntimeDown: Rule = {
  cause: 'ContainerRuntimeDown',
  async examine(scene) {
    const known = new Set((await nodeTroubles(scene)).map(({ node }) => node.metadata.name));
    const said = scene.events.filter(({ last, message }) => last >= scene.now - FRESH_MS && isOfRuntime(message));
    const byNode = Map.groupBy(said, (event) => nodeOf(scene, event));
    const early = scene.nodes.filter((node) => isNodeReady(node) && !known.has(node.metadata.name));
    const told = early.flatMap((node) => fromEvents(scene, node, byNode.get(node.metadata.name) ?? []) ?? []);
    return [...(await nodeVerdicts(scene, 'ContainerRuntimeDown')), ...told];
  },
};

const isOfRuntime = (message: string): boolean => NO_ANSWER.test(message.slice(0, 2000));

function nodeOf(scene: Scene, { object: { kind, namespace, name }, host }: SceneEvent): string {
  if (kind === 'Node') return name;
  if (host !== '' || kind !== 'Pod') return host;
  const pod = scene.pods.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  return pod?.spec.nodeName ?? '';
}

/** Before the node's own condition tells: what the kubelet says of its pods and its clean-up. */
function fromEvents(scene: Scene, node: Node, said: readonly SceneEvent[]): Verdict | undefined {
  const [first] = said;
  if (!first) return undefined;
  return {
    cause: 'ContainerRuntimeDown',
    confidence: 'likely',
    object: nodeRef(node),
    since: Math.min(...said.map((one) => one.first)),
    params: { message: first.message.slice(0, 300) },
    evidence: said.slice(0, 4).map(eventLine),
    ...sufferersOn(scene, node.metadata.name),
  };
}
