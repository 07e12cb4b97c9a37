import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** Pods of higher priority took the room of these, which find no other. */
export const priorityPreempted: Rule = schedulingRule('PriorityPreempted');
