import type { Rule } from '../rule.ts';
import { schedulingRule } from '../scheduling.ts';

/** A pod's volumes are where no node that it may run on can reach them. */
export const volumeZoneConflict: Rule = schedulingRule('VolumeZoneConflict');
