import { missingConfigRule } from '../looks/missing-config.ts';

/** A pod is stuck at its start, and the kubelet or the list of ConfigMaps says that one it needs does not exist. */
export const configMapMissing = missingConfigRule('ConfigMapMissing', 'ConfigMap', 'object');
