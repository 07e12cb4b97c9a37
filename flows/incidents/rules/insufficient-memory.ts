import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** A pod asks for more memory than any node open to it has left. */
export const insufficientMemory: Rule = schedulingRule('InsufficientMemory');
