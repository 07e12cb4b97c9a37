import { schedulingRule } from '../looks/scheduling.ts';
import type { Rule } from '../rule.ts';

/** A pod's volumes are where no node that it may run on can reach them. */
export const volumeZoneConflict: Rule = schedulingRule('VolumeZoneConflict');
