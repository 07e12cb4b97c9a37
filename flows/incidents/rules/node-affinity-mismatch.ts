import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** No node meets the required node affinity, alone or together with the nodeSelector. */
export const nodeAffinityMismatch: Rule = schedulingRule('NodeAffinityMismatch');
