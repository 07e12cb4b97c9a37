import type { POD_STATE } from '../../../servers/ack/kube/survey/survey.ts';

/** The bits of a pod's `state`, as the survey sets them. */
export const BIT: typeof POD_STATE = {
  ready: 1,
  pending: 2,
  running: 4,
  ended: 8,
  terminating: 16,
  mirror: 32,
  safeToEvict: 64,
  notSafeToEvict: 128,
};
