import type { Rule } from '../rule.ts';
import { storageRule } from '../storage.ts';

/** A claim asks for a storage class that does not exist, or for none where there is no default. */
export const pvcStorageClassMissing: Rule = storageRule('PVCStorageClassMissing');
