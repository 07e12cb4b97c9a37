import type { CauseCase } from '../case.ts';
import { silent } from '../nodes.ts';
import { containerStatus, node, object, pod, running, terminated, waiting } from '../objects.ts';

const template = { template: { spec: { containers: [{ name: 'app' }] } } };
const daemonSet = (desired: number, ready: number) =>
  object('apps/v1', 'DaemonSet', 'kube-system/kube-proxy', {
    spec: template,
    status: { desiredNumberScheduled: desired, numberReady: ready },
  });
const proxy = (name: string, on: string, status = {}) =>
  pod(`kube-system/${name}`, {
    owner: { kind: 'DaemonSet', name: 'kube-proxy' },
    node: on,
    statuses: [containerStatus(status)],
  });
const crashing = { state: waiting('CrashLoopBackOff'), lastState: terminated(1), restartCount: 7 };
const coredns = pod('kube-system/coredns-1');
const config = object('v1', 'ConfigMap', 'kube-system/kube-proxy', { data: { 'config.conf': 'mode: iptables' } });
const alert = { labels: { alertname: 'KubeProxyDown', severity: 'critical' }, annotations: {} };
const expect = { object: { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' } };

export const kubeProxyDownCase: CauseCase = {
  cause: 'KubeProxyDown',
  firing: {
    objects: [
      node('node-a'),
      node('node-b'),
      daemonSet(2, 1),
      proxy('kube-proxy-a', 'node-a'),
      proxy('kube-proxy-b', 'node-b', crashing),
    ],
    logs: { 'kube-system/kube-proxy-b/app': 'F1125 11:58:00 server.go:494] failed complete: invalid configuration' },
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [
      node('node-a'),
      node('node-b'),
      daemonSet(2, 2),
      proxy('kube-proxy-a', 'node-a'),
      proxy('kube-proxy-b', 'node-b'),
      config,
    ],
  },
  recovered: {
    objects: [
      node('node-a'),
      daemonSet(1, 1),
      proxy('kube-proxy-a', 'node-a', {
        state: running(60),
        lastState: terminated(1, { endedAgo: 61 }),
        restartCount: 4,
      }),
    ],
  },
  // The node is down, and kube-proxy with it.
  nearest: {
    objects: [
      node('node-a'),
      silent(),
      daemonSet(2, 1),
      proxy('kube-proxy-a', 'node-a'),
      proxy('kube-proxy-b', 'node-b', { ready: false }),
    ],
    expect: { cause: 'KubeletDown', object: { kind: 'Node', name: 'node-b' } },
  },
  more: {
    'a selector that no node meets leaves it nowhere': {
      objects: [node('node-a'), node('node-b'), daemonSet(0, 0), coredns, config],
      expect: { cause: 'KubeProxyDown', ...expect, confidence: 'proven' },
    },
    'its DaemonSet is gone, its configuration is not': {
      objects: [node('node-a'), coredns, config],
      expect: { cause: 'KubeProxyDown', ...expect, confidence: 'likely' },
    },
    'a cluster whose network plugin does the work in its stead': {
      objects: [
        node('node-a'),
        coredns,
        config,
        pod('kube-system/cilium-x1', { owner: { kind: 'DaemonSet', name: 'cilium' } }),
      ],
      expect: undefined,
    },
    'an alert in a cluster where all of them are ready is a matter of the scrape': {
      objects: [daemonSet(2, 2)],
      namespace: 'prod',
      alerts: [alert],
      expect: undefined,
    },
    'an alert that the DaemonSet bears out': {
      objects: [daemonSet(2, 1)],
      namespace: 'prod',
      alerts: [alert],
      expect: { cause: 'KubeProxyDown', ...expect, confidence: 'proven' },
    },
  },
};
