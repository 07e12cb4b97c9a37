import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** Pods of higher priority took the room of these, which find no other. */
export const priorityPreempted: Rule = schedulingRule('PriorityPreempted');
