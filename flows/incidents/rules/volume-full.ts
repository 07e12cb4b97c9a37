import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** A volume has no room left, by its figures or by the words of the program that writes to it. */
export const volumeFull: Rule = storageRule('VolumeFull');
