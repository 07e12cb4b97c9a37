import type { Rule } from '../rule.ts';
import { storageRule } from '../storage.ts';

/** The volume of a claim has gone. */
export const pvLost: Rule = storageRule('PVLost');
