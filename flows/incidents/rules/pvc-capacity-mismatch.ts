import type { Rule } from '../rule.ts';
import { storageRule } from '../storage.ts';

/** The volumes that a claim could have are smaller than it asks for. */
export const pvcCapacityMismatch: Rule = storageRule('PVCCapacityMismatch');
