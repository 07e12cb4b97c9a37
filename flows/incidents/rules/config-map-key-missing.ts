import { missingConfigRule } from '../looks/missing-config.ts';

/** A pod is stuck at its start, and the ConfigMap it needs exists without the key it needs. */
export const configMapKeyMissing = missingConfigRule('ConfigMapKeyMissing', 'ConfigMap', 'key');
