import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** A quota on memory refuses pods that are still missing. */
export const quotaMemory: Rule = admissionRule('QuotaMemory');
