import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** No node has the labels of the nodeSelector. */
export const nodeSelectorMismatch: Rule = schedulingRule('NodeSelectorMismatch');
