import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** A pod asks for devices, or another resource of its own kind, that no node open to it has left. */
export const insufficientExtendedResource: Rule = schedulingRule('InsufficientExtendedResource');
