import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** The pods that a pod must run beside are nowhere within its reach. */
export const podAffinityUnsatisfied: Rule = schedulingRule('PodAffinityUnsatisfied');
