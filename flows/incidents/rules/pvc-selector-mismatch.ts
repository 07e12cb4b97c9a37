import type { Rule } from '../rule.ts';
import { storageRule } from '../storage.ts';

/** The selector of a claim matches no free volume, or its provisioner takes no selectors. */
export const pvcSelectorMismatch: Rule = storageRule('PVCSelectorMismatch');
