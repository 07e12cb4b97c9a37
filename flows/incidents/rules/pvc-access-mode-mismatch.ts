import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** The access mode of a claim is not among those of its volume, or its provisioner refuses it. */
export const pvcAccessModeMismatch: Rule = storageRule('PVCAccessModeMismatch');
