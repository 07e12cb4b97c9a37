import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** A volume cannot be attached to the node of a pod that waits for it. */
export const volumeAttachFailed: Rule = storageRule('VolumeAttachFailed');
