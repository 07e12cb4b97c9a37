import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** The host port that a pod wants is taken on every node open to it. */
export const hostPortConflict: Rule = schedulingRule('HostPortConflict');
