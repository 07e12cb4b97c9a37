import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** A quota on storage or on the number of claims refuses claims or pods that are still missing. */
export const quotaStorage: Rule = admissionRule('QuotaStorage');
