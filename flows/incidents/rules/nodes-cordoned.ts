import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** Nodes that a pod could run on are cordoned, and no other is open to it. */
export const nodesCordoned: Rule = schedulingRule('NodesCordoned');
