import type { CauseCase } from '../case.ts';
import { MACHINE, onIt } from '../nodes.ts';
import { ago, event, node } from '../objects.ts';

const pressed = (type: string, reason: string) =>
  node('node-b', {
    conditions: [
      { type, status: 'True', reason, message: 'kubelet has insufficient PID available', lastTransitionTime: ago(15) },
    ],
  });

export const nodePidPressureCase: CauseCase = {
  cause: 'NodePIDPressure',
  firing: {
    objects: [node('node-a'), pressed('PIDPressure', 'KubeletHasInsufficientPID'), onIt(false)],
    expect: { object: MACHINE, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), node('node-b'), onIt(true)] },
  recovered: {
    objects: [
      node('node-a'),
      node('node-b'),
      onIt(true),
      event('Node node-b', 'NodeHasInsufficientPID', 'Node node-b status is now: NodeHasInsufficientPID', {
        minutesAgo: 30,
      }),
    ],
  },
  nearest: {
    objects: [node('node-a'), pressed('MemoryPressure', 'KubeletHasInsufficientMemory'), onIt(false)],
    expect: { cause: 'NodeMemoryPressure', object: MACHINE },
  },
};
