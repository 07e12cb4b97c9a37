import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** An admission webhook or policy refuses pods that are still missing. */
export const webhookDenied: Rule = admissionRule('WebhookDenied');
