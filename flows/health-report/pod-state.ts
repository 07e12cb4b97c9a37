import type { POD_STATE as Bits } from '../../servers/ack/kube/survey/survey.ts';

/** The bits of a pod's `state`, as the survey writes them: a bit that differs does not compile. */
export const POD_STATE: typeof Bits = {
  ready: 1,
  pending: 2,
  running: 4,
  ended: 8,
  terminating: 16,
  mirror: 32,
  safeToEvict: 64,
  notSafeToEvict: 128,
};
