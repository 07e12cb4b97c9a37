import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** A hard spread constraint is broken wherever a pod could be placed. */
export const topologySpreadUnsatisfied: Rule = schedulingRule('TopologySpreadUnsatisfied');
