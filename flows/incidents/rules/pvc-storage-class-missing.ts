import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** A claim asks for a storage class that does not exist, or for none where there is no default. */
export const pvcStorageClassMissing: Rule = storageRule('PVCStorageClassMissing');
