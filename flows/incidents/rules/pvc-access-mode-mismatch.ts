import type { Rule } from '../rule.ts';
import { storageRule } from '../storage.ts';

/** The access mode of a claim is not among those of its volume, or its provisioner refuses it. */
export const pvcAccessModeMismatch: Rule = storageRule('PVCAccessModeMismatch');
