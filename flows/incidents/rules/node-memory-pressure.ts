import type { Verdict } from '../finding.ts';
import type { Node } from '../kinds.ts';
import { eventLine } from '../lines.ts';
import { conditionOf, nodeRef, pressureRule, sufferersOn } from '../looks/nodes.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const condition = pressureRule({
  cause: 'NodeMemoryPressure',
  type: 'MemoryPressure',
  taint: 'node.kubernetes.io/memory-pressure',
  reasons: ['EvictionThresholdMet', 'NodeHasInsufficientMemory', 'SystemOOM', 'OOMKilling'],
});
const FRESH_MS = 15 * 60_000;

/** The kubelet says that its node is short of memory, or the kernel kills processes of the whole node for want of it. */
export const nodeMemoryPressure: Rule = {
  cause: 'NodeMemoryPressure',
  async examine(scene) {
    const killing = scene.nodes.flatMap((node) => kernelKills(scene, node) ?? []);
    return [...(await condition.examine(scene)), ...killing];
  },
};

/** Kills of the root group, not of a container at its own limit. */
function kernelKills(scene: Scene, node: Node): Verdict | undefined {
  if (conditionOf(node, 'MemoryPressure')?.status === 'True') return undefined;
  const kills = scene
    .eventsOf(nodeRef(node), scene.now - FRESH_MS)
    .filter(
      ({ reason, message }) =>
        reason === 'SystemOOM' || (reason === 'OOMKilling' && /^out of memory/i.test(message.trim())),
    );
  const [last] = kills;
  const count = kills.reduce((sum, one) => sum + one.count, 0);
  if (!last) return undefined;
  const { symptoms, explains } = sufferersOn(scene, node.metadata.name);
  if (count < 2 && symptoms.length === 0) return undefined;
  return {
    cause: 'NodeMemoryPressure',
    confidence: 'likely',
    object: nodeRef(node),
    since: Math.min(...kills.map(({ first }) => first)),
    params: { message: last.message },
    evidence: kills.slice(0, 3).map(eventLine),
    symptoms,
    explains,
  };
}
