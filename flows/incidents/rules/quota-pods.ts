import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** A quota on the number of pods, or of what makes them, refuses some that are still missing. */
export const quotaPods: Rule = admissionRule('QuotaPods');
