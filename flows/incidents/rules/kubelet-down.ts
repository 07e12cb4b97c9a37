import { nodeVerdicts } from '../looks/node-health.ts';
import type { Rule } from '../rule.ts';

/** The kubelet of a node has fallen silent; proven where something else on the machine still answers. */
export const kubeletDown: Rule = {
  cause: 'KubeletDown',
  examine: (scene) => nodeVerdicts(scene, 'KubeletDown'),
};
