import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** The volumes that a claim could have are smaller than it asks for. */
export const pvcCapacityMismatch: Rule = storageRule('PVCCapacityMismatch');
