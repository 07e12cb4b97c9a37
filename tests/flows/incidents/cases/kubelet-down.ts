import type { CauseCase } from '../case.ts';
import { MACHINE, onIt, readyIs, silent } from '../nodes.ts';
import { container, event, NOW, node, object, pod } from '../objects.ts';

const expect = { object: MACHINE };
const controlPlane = { labels: { 'node-role.kubernetes.io/control-plane': '' } };
const metricsServer = pod('kube-system/metrics-server-1', { containers: [container({ name: 'metrics-server' })] });
const scrape = (why: string) =>
  `E1125 11:59:00.000000 1 scraper.go:149] "Failed to scrape node" err="Get \\"https://10.0.0.1:10250/metrics/resource\\": dial tcp 10.0.0.1:10250: ${why}" node="node-b"`;

export const kubeletDownCase: CauseCase = {
  cause: 'KubeletDown',
  firing: {
    objects: [
      node('node-a'),
      silent(),
      onIt(false),
      event('Node node-b', 'NodeNotReady', 'Node node-b status is now: NodeNotReady', {
        minutesAgo: 20,
        type: 'Normal',
      }),
    ],
    expect: { ...expect, confidence: 'likely' },
  },
  healthy: { objects: [node('node-a'), node('node-b'), onIt(true)] },
  recovered: {
    objects: [
      node('node-a'),
      node('node-b'),
      onIt(true),
      event('Node node-b', 'NodeNotReady', 'Node node-b status is now: NodeNotReady', {
        minutesAgo: 30,
        type: 'Normal',
      }),
      event('Node node-b', 'NodeReady', 'Node node-b status is now: NodeReady', { minutesAgo: 20, type: 'Normal' }),
    ],
  },
  // The kubelet is there and says what is wrong.
  nearest: {
    objects: [node('node-a'), readyIs('False', 'KubeletNotReady', 'container runtime is down'), onIt(false)],
    expect: { cause: 'ContainerRuntimeDown', ...expect },
  },
  more: {
    'the API server on the same machine answers': {
      objects: [node('node-a'), silent(controlPlane), onIt(false)],
      expect: { cause: 'KubeletDown', ...expect, confidence: 'proven' },
    },
    'the scheduler on the same machine still renews its lease': {
      objects: [
        node('node-a', controlPlane),
        silent(controlPlane),
        onIt(false),
        object('coordination.k8s.io/v1', 'Lease', 'kube-system/kube-scheduler', {
          spec: { holderIdentity: 'node-b_1234', leaseDurationSeconds: 15, renewTime: '2026-11-25T11:59:58.123456Z' },
        }),
      ],
      expect: { cause: 'KubeletDown', ...expect, confidence: 'proven' },
    },
    'its port refuses, so the machine is up': {
      objects: [node('node-a'), silent(), onIt(false), metricsServer],
      logs: { 'kube-system/metrics-server-1/metrics-server': scrape('connect: connection refused') },
      expect: { cause: 'KubeletDown', ...expect, confidence: 'proven' },
    },
    'its port is silent, so the machine may be gone': {
      objects: [node('node-a'), silent(), onIt(false), metricsServer],
      logs: { 'kube-system/metrics-server-1/metrics-server': scrape('i/o timeout') },
      expect: { cause: 'NodeNotReady', ...expect, confidence: 'likely' },
    },
    'the node exporter on the same machine answers': {
      objects: [node('node-a'), silent(), onIt(false)],
      metrics: { 'up{job=~".*node-exporter.*"}': [{ metric: { instance: 'node-b' }, points: [[NOW / 1000, 1]] }] },
      expect: { cause: 'KubeletDown', ...expect, confidence: 'proven' },
    },
    'pods that wait for the node are explained by it': {
      objects: [
        silent(),
        onIt(false),
        pod('prod/app-2', {
          node: null,
          status: {
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message: '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.',
              },
            ],
          },
        }),
      ],
      expect: { cause: 'KubeletDown', ...expect },
    },
  },
};
