import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** Pods are refused because their requests or limits are outside the LimitRange of the namespace. */
export const limitRangeViolated: Rule = admissionRule('LimitRangeViolated');
