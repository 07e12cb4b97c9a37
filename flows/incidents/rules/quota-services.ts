import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** A quota on the number of Services refuses one that is still missing. */
export const quotaServices: Rule = admissionRule('QuotaServices');
