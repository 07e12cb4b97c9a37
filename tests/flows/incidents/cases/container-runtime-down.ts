import type { CauseCase } from '../case.ts';
import { MACHINE, onIt, readyIs } from '../nodes.ts';
import { ago, event, node } from '../objects.ts';

const expect = { object: MACHINE };
const socket =
  'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"';

export const containerRuntimeDownCase: CauseCase = {
  cause: 'ContainerRuntimeDown',
  firing: {
    objects: [
      node('node-a'),
      readyIs(
        'False',
        'KubeletNotReady',
        '[container runtime is down, PLEG is not healthy: pleg was last seen active 3m2s ago; threshold is 3m0s]',
      ),
      onIt(false),
    ],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), node('node-b'), onIt(true)] },
  recovered: {
    objects: [
      node('node-a'),
      node('node-b'),
      onIt(true),
      event('Node node-b', 'ContainerGCFailed', socket, { minutesAgo: 40 }),
    ],
  },
  // The runtime is there; it has no network to give.
  nearest: {
    objects: [
      node('node-a'),
      readyIs(
        'False',
        'KubeletNotReady',
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      ),
      onIt(false),
    ],
    expect: { cause: 'NodeNetworkUnavailable', ...expect },
  },
  more: {
    'pods that are no longer listed in time are likely of it': {
      objects: [
        node('node-a'),
        readyIs(
          'False',
          'KubeletNotReady',
          'PLEG is not healthy: pleg was last seen active 5m0s ago; threshold is 3m0s',
        ),
        onIt(false),
      ],
      expect: { cause: 'ContainerRuntimeDown', ...expect, confidence: 'likely' },
    },
    'before the node counts as not ready, its clean-up fails': {
      objects: [
        node('node-a'),
        node('node-b'),
        onIt(true),
        event('Node node-b', 'ContainerGCFailed', socket, { minutesAgo: 1 }),
      ],
      expect: { cause: 'ContainerRuntimeDown', ...expect, confidence: 'likely' },
    },
    'a watcher on the node says so': {
      objects: [
        node('node-a'),
        node('node-b', {
          conditions: [
            {
              type: 'ContainerRuntimeUnhealthy',
              status: 'True',
              reason: 'ContainerdUnhealthy',
              lastTransitionTime: ago(4),
            },
          ],
        }),
        onIt(true),
      ],
      expect: { cause: 'ContainerRuntimeDown', ...expect, confidence: 'likely' },
    },
  },
};
