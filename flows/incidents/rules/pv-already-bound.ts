import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** The volume that would serve a claim belongs to another, or is left over from one. */
export const pvAlreadyBound: Rule = storageRule('PVAlreadyBound');
