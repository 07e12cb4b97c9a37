import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** Every node that a pod could run on has a taint which the pod does not tolerate. */
export const taintNotTolerated: Rule = schedulingRule('TaintNotTolerated');
