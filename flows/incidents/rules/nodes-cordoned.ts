import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** Nodes that a pod could run on are cordoned, and no other is open to it. */
export const nodesCordoned: Rule = schedulingRule('NodesCordoned');
