import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** Pods are refused because they break the pod security that the namespace enforces. */
export const podSecurityDenied: Rule = admissionRule('PodSecurityDenied');
