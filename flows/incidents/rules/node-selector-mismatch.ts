import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** No node has the labels of the nodeSelector. */
export const nodeSelectorMismatch: Rule = schedulingRule('NodeSelectorMismatch');
