import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** The selector of a claim matches no free volume, or its provisioner takes no selectors. */
export const pvcSelectorMismatch: Rule = storageRule('PVCSelectorMismatch');
