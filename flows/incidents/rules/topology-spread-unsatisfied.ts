import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** A hard spread constraint is broken wherever a pod could be placed. */
export const topologySpreadUnsatisfied: Rule = schedulingRule('TopologySpreadUnsatisfied');
