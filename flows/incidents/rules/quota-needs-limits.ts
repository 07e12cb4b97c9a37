import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** A quota refuses pods because they do not set the requests or limits that it counts. */
export const quotaNeedsLimits: Rule = admissionRule('QuotaNeedsLimits');
