import { pressureRule } from '../looks/nodes.ts';

/** The kubelet says that a disk of its node is nearly full. */
export const nodeDiskPressure = pressureRule({
  cause: 'NodeDiskPressure',
  type: 'DiskPressure',
  taint: 'node.kubernetes.io/disk-pressure',
  reasons: ['EvictionThresholdMet', 'NodeHasDiskPressure', 'FreeDiskSpaceFailed', 'ImageGCFailed', 'ContainerGCFailed'],
});
