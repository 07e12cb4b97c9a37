import { storageRule } from '../looks/storage.ts';
import type { Rule } from '../rule.ts';

/** A provisioner fails to make the volume of a claim, or is not there to make it. */
export const provisioningFailed: Rule = storageRule('ProvisioningFailed');
