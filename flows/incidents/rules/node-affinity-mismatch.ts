import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** No node meets the required node affinity, alone or together with the nodeSelector. */
export const nodeAffinityMismatch: Rule = schedulingRule('NodeAffinityMismatch');
