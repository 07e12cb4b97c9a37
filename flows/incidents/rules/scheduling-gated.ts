import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** A scheduling gate that nobody has removed keeps a pod from being placed. */
export const schedulingGated: Rule = schedulingRule('SchedulingGated');
