import type { CauseCase } from '../case.ts';
import { ago, containerStatus, deployment, node, object, pod, replicaSet, terminated, waiting } from '../objects.ts';

const control = node('cp-1', { labels: { 'node-role.kubernetes.io/control-plane': '' } });
const component = (name: string, status = {}) =>
  pod(`kube-system/${name}-cp-1`, {
    owner: { kind: 'Node', name: 'cp-1' },
    node: 'cp-1',
    labels: { component: name },
    statuses: [containerStatus(status)],
  });
const crashing = { state: waiting('CrashLoopBackOff'), lastState: terminated(1), restartCount: 12 };
/** Made and never looked at. */
const ignored = (minutes = 20) => ({
  ...deployment('prod/app', { metadata: { creationTimestamp: ago(minutes), generation: 1 } })[0],
  status: {},
});
const lease = (name: string, seconds: number) =>
  object('coordination.k8s.io/v1', 'Lease', `kube-system/${name}`, {
    spec: { holderIdentity: 'cp-1_1', leaseDurationSeconds: 15, renewTime: ago(seconds / 60) },
  });
const expect = { object: { kind: 'Pod', namespace: 'kube-system', name: 'kube-controller-manager-cp-1' } };

export const controllerManagerDownCase: CauseCase = {
  cause: 'ControllerManagerDown',
  firing: {
    objects: [control, ignored(), component('kube-apiserver'), component('kube-controller-manager', crashing)],
    logs: { 'kube-system/kube-controller-manager-cp-1/app': 'Error: unknown flag: --nope' },
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [
      control,
      node('node-a'),
      deployment('prod/app'),
      pod('prod/app-1'),
      component('kube-apiserver'),
      component('kube-controller-manager'),
    ],
  },
  recovered: {
    objects: [
      control,
      node('node-a'),
      deployment('prod/app'),
      pod('prod/app-1'),
      component('kube-controller-manager', { lastState: terminated(1, { endedAgo: 100 }), restartCount: 3 }),
    ],
  },
  // The controller has looked; no place is found for what it made.
  nearest: {
    objects: [
      control,
      node('node-a'),
      component('kube-controller-manager'),
      deployment('prod/app', { ready: 0 }),
      pod('prod/app-1', { node: null, status: { conditions: [] } }),
      component('kube-apiserver'),
    ],
    expect: { cause: 'SchedulerDown', object: { kind: 'Pod', namespace: 'kube-system', name: 'kube-scheduler-cp-1' } },
  },
  more: {
    'where the control plane is hidden, the lease tells': {
      objects: [
        node('node-a'),
        ...deployment('prod/app', { metadata: { generation: 2 } }),
        pod('prod/app-1'),
        lease('kube-controller-manager', 900),
        lease('kube-scheduler', 1),
      ],
      expect: {
        cause: 'ControllerManagerDown',
        object: { kind: 'Pod', namespace: 'kube-system', name: 'kube-controller-manager' },
        confidence: 'proven',
      },
    },
    'a change of this very second is given its time': {
      objects: [node('node-a'), ...deployment('prod/app', { metadata: { generation: 2 } }), pod('prod/app-1')],
      expect: undefined,
    },
    'an owner made a moment ago is given its time': {
      objects: [control, ignored(0.5), replicaSet('prod/other-1', { deployment: 'other', replicas: 0 })],
      expect: undefined,
    },
  },
};
