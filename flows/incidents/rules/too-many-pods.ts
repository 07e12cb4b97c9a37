import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** Every node open to a pod runs as many pods as it may. */
export const tooManyPods: Rule = schedulingRule('TooManyPods');
