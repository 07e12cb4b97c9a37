import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** The host port that a pod wants is taken on every node open to it. */
export const hostPortConflict: Rule = schedulingRule('HostPortConflict');
