import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** Required anti-affinity keeps a pod away from every node that has room. */
export const podAntiAffinityConflict: Rule = schedulingRule('PodAntiAffinityConflict');
