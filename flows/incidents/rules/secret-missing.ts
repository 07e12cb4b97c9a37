import { missingConfigRule } from '../looks/missing-config.ts';

/** A pod is stuck at its start, and the kubelet or the list of Secrets says that one it needs does not exist. */
export const secretMissing = missingConfigRule('SecretMissing', 'Secret', 'object');
