import { pressureRule } from '../looks/nodes.ts';

/** The kubelet says that its node runs out of process ids. */
export const nodePidPressure = pressureRule({
  cause: 'NodePIDPressure',
  type: 'PIDPressure',
  taint: 'node.kubernetes.io/pid-pressure',
  reasons: ['EvictionThresholdMet', 'NodeHasInsufficientPID'],
});
