import type { CauseCase } from '../case.ts';
import { ago, containerStatus, deployment, event, node, object, pod, terminated, waiting } from '../objects.ts';

const control = node('cp-1', { labels: { 'node-role.kubernetes.io/control-plane': '' } });
const untouched = (minutes = 15, spec = {}) =>
  pod('prod/app-1', { node: null, spec, metadata: { creationTimestamp: ago(minutes) }, status: { conditions: [] } });
const app = deployment('prod/app', { ready: 0 });
const component = (name: string, status = {}) =>
  pod(`kube-system/${name}-cp-1`, {
    owner: { kind: 'Node', name: 'cp-1' },
    node: 'cp-1',
    labels: { component: name },
    statuses: [containerStatus(status)],
  });
const crashing = { state: waiting('CrashLoopBackOff'), lastState: terminated(1), restartCount: 12 };
const lease = (name: string, seconds: number) =>
  object('coordination.k8s.io/v1', 'Lease', `kube-system/${name}`, {
    spec: { holderIdentity: 'cp-1_1', leaseDurationSeconds: 15, renewTime: ago(seconds / 60) },
  });
const expect = { object: { kind: 'Pod', namespace: 'kube-system', name: 'kube-scheduler-cp-1' } };

export const schedulerDownCase: CauseCase = {
  cause: 'SchedulerDown',
  firing: {
    objects: [control, app, untouched(), component('kube-apiserver'), component('kube-scheduler', crashing)],
    logs: { 'kube-system/kube-scheduler-cp-1/app': 'Error: unknown flag: --nope' },
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [
      control,
      node('node-a'),
      deployment('prod/app'),
      pod('prod/app-1'),
      component('kube-apiserver'),
      component('kube-scheduler'),
    ],
  },
  recovered: {
    objects: [
      control,
      node('node-a'),
      deployment('prod/app'),
      pod('prod/app-1'),
      component('kube-apiserver'),
      component('kube-scheduler', { lastState: terminated(1, { endedAgo: 90 }), restartCount: 5 }),
      event('Pod prod/app-1', 'Scheduled', 'Successfully assigned prod/app-1 to node-a', {
        type: 'Normal',
        minutesAgo: 55,
      }),
    ],
  },
  // The scheduler has looked and found no place.
  nearest: {
    objects: [
      control,
      node('node-a'),
      deployment('prod/app', { ready: 0, podSpec: { nodeSelector: { disk: 'ssd' } } }),
      pod('prod/app-1', {
        node: null,
        spec: { nodeSelector: { disk: 'ssd' } },
        status: {
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
            },
          ],
        },
      }),
    ],
    expect: { cause: 'NodeSelectorMismatch', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'its manifest was taken away: no pod of it beside the API server': {
      objects: [control, app, untouched(), component('kube-apiserver')],
      expect: { cause: 'SchedulerDown', ...expect, confidence: 'proven' },
    },
    'where the control plane is hidden, the lease tells': {
      objects: [node('node-a'), app, untouched(), lease('kube-scheduler', 700), lease('kube-controller-manager', 2)],
      expect: {
        cause: 'SchedulerDown',
        object: { kind: 'Pod', namespace: 'kube-system', name: 'kube-scheduler' },
        confidence: 'proven',
      },
    },
    'a lease that is renewed is of a scheduler that is only slow': {
      objects: [node('node-a'), app, untouched(), lease('kube-scheduler', 2), lease('kube-controller-manager', 2)],
      expect: undefined,
    },
    'a pod of seconds ago is given its time': { objects: [control, app, untouched(0.5)], expect: undefined },
    'a scheduler of one’s own that is not there': {
      objects: [control, app, untouched(15, { schedulerName: 'gpu-packer' })],
      expect: {
        cause: 'SchedulerDown',
        object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
        confidence: 'likely',
      },
    },
    'an alert that nothing bears out is no fault': {
      objects: [control, component('kube-apiserver'), component('kube-scheduler')],
      alerts: [{ labels: { alertname: 'KubeSchedulerDown' }, annotations: {} }],
      expect: undefined,
    },
  },
};
