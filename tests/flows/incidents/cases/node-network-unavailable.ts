import type { CauseCase } from '../case.ts';
import { MACHINE, onIt, readyIs } from '../nodes.ts';
import { ago, containerStatus, deployment, event, node, object, pod, terminated, waiting } from '../objects.ts';

const noRoute = node('node-b', {
  conditions: [
    {
      type: 'NetworkUnavailable',
      status: 'True',
      reason: 'NoRouteCreated',
      message: 'Node created without a route',
      lastTransitionTime: ago(15),
    },
  ],
});
const notReady = readyIs(
  'False',
  'KubeletNotReady',
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
);
const creating = pod('prod/app-1', {
  node: 'node-b',
  phase: 'Pending',
  statuses: [containerStatus({ state: waiting('ContainerCreating') })],
});
const sandbox = (minutesAgo = 1) =>
  event(
    'Pod prod/app-1',
    'FailedCreatePodSandBox',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "abc": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory',
    { minutesAgo, count: 14 },
  );

export const nodeNetworkUnavailableCase: CauseCase = {
  cause: 'NodeNetworkUnavailable',
  firing: { objects: [node('node-a'), noRoute, onIt(false)], expect: { object: MACHINE, confidence: 'proven' } },
  healthy: { objects: [node('node-a'), node('node-b'), onIt(true)] },
  recovered: { objects: [node('node-a'), node('node-b'), onIt(true), sandbox(30)] },
  nearest: {
    objects: [node('node-a'), readyIs('False', 'KubeletNotReady', 'container runtime is down'), onIt(false)],
    expect: { cause: 'ContainerRuntimeDown', object: MACHINE },
  },
  more: {
    'the kubelet says that the network plugin is not ready': {
      objects: [node('node-a'), notReady, onIt(false)],
      expect: { cause: 'NodeNetworkUnavailable', object: MACHINE, confidence: 'proven' },
    },
    'no pod gets its network there': {
      objects: [node('node-a'), node('node-b'), deployment('prod/app', { ready: 0 }), creating, sandbox()],
      expect: { cause: 'NodeNetworkUnavailable', object: MACHINE, confidence: 'likely' },
    },
    'the network plugin on the node crashes: that is why': {
      objects: [
        node('node-a'),
        notReady,
        onIt(false),
        object('apps/v1', 'DaemonSet', 'kube-system/calico-node', {
          spec: { template: { spec: { containers: [{ name: 'app' }] } } },
          status: { desiredNumberScheduled: 2, numberReady: 1 },
        }),
        pod('kube-system/calico-node-1', {
          owner: { kind: 'DaemonSet', name: 'calico-node' },
          node: 'node-b',
          statuses: [
            containerStatus({ state: waiting('CrashLoopBackOff'), lastState: terminated(1), restartCount: 9 }),
          ],
        }),
      ],
      logs: { 'kube-system/calico-node-1/app': 'FATAL: unable to choose an IP pool' },
      expect: { cause: 'AppCrash', object: { kind: 'DaemonSet', namespace: 'kube-system', name: 'calico-node' } },
    },
  },
};
