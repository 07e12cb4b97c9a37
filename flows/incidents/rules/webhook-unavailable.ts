import { admissionRule } from '../looks/admission.ts';
import type { Rule } from '../rule.ts';

/** An admission webhook that must be asked does not answer, so that nothing it watches can be made. */
export const webhookUnavailable: Rule = admissionRule('WebhookUnavailable');
