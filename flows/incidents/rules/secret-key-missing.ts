import { missingConfigRule } from '../looks/missing-config.ts';

/** A pod is stuck at its start, and the Secret it needs exists without the key it needs. */
export const secretKeyMissing = missingConfigRule('SecretKeyMissing', 'Secret', 'key');
