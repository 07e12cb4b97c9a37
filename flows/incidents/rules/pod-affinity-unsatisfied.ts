import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** The pods that a pod must run beside are nowhere within its reach. */
export const podAffinityUnsatisfied: Rule = schedulingRule('PodAffinityUnsatisfied');
