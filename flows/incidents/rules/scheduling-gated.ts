import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** A scheduling gate that nobody has removed keeps a pod from being placed. */
export const schedulingGated: Rule = schedulingRule('SchedulingGated');
