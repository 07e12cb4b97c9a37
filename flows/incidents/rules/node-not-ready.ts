import { nodeVerdicts } from '../node-health.ts';
import type { Rule } from '../rule.ts';

/** A node is not ready, for its machine or for what its kubelet complains of, or goes so again and again. */
export const nodeNotReady: Rule = {
  cause: 'NodeNotReady',
  examine: (scene) => nodeVerdicts(scene, 'NodeNotReady'),
};
