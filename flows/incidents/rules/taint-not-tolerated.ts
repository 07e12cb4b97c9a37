import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** Every node that a pod could run on has a taint which the pod does not tolerate. */
export const taintNotTolerated: Rule = schedulingRule('TaintNotTolerated');
