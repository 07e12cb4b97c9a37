import type { Rule } from '../rule.ts';
import { storageRule } from '../storage.ts';

/** A volume cannot be attached to the node of a pod that waits for it. */
export const volumeAttachFailed: Rule = storageRule('VolumeAttachFailed');
