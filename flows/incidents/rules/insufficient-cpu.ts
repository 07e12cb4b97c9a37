import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** A pod asks for more CPU than any node open to it has left. */
export const insufficientCpu: Rule = schedulingRule('InsufficientCPU');
