import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** A quota on CPU refuses pods that are still missing. */
export const quotaCpu: Rule = admissionRule('QuotaCPU');
