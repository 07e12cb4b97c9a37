import type { Rule } from '../rule.ts';
import { storageRule } from '../storage.ts';

/** A provisioner fails to make the volume of a claim, or is not there to make it. */
export const provisioningFailed: Rule = storageRule('ProvisioningFailed');
