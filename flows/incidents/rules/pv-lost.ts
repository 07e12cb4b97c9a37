import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** The volume of a claim has gone. */
export const pvLost: Rule = storageRule('PVLost');
