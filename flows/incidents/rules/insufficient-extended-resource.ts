import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** A pod asks for devices, or another resource of its own kind, that no node open to it has left. */
export const insufficientExtendedResource: Rule = schedulingRule('InsufficientExtendedResource');
