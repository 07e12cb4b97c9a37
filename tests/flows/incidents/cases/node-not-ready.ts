import type { CauseCase } from '../case.ts';
import { MACHINE, onIt, readyIs, silent } from '../nodes.ts';
import { ago, event, NOW, node } from '../objects.ts';

const expect = { object: MACHINE };
const lost = (minutesAgo: number, count: number) =>
  event('Node node-b', 'NodeNotReady', 'Node node-b status is now: NodeNotReady', {
    minutesAgo,
    count,
    type: 'Normal',
    component: 'node-controller',
  });

export const nodeNotReadyCase: CauseCase = {
  cause: 'NodeNotReady',
  firing: {
    objects: [node('node-a'), readyIs('False', 'KubeletNotReady', 'node is shutting down'), onIt(false)],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), node('node-b'), onIt(true)] },
  recovered: { objects: [node('node-a'), node('node-b'), onIt(true), lost(45, 1)] },
  // Nothing says that the machine is off: the kubelet has gone.
  nearest: { objects: [node('node-a'), silent(), onIt(false)], expect: { cause: 'KubeletDown', ...expect } },
  more: {
    'where nodes cannot be looked at, an alert says so': {
      objects: onIt(false),
      unknown: ['Node'],
      alerts: [{ labels: { alertname: 'KubeNodeNotReady', node: 'node-b' }, annotations: {} }],
      expect: { cause: 'NodeNotReady', ...expect, confidence: 'likely' },
    },
    'the cloud says that the machine is off': {
      objects: [
        node('node-a'),
        silent({ taints: [{ key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' }] }),
        onIt(false),
      ],
      expect: { cause: 'NodeNotReady', ...expect, confidence: 'proven' },
    },
    'the node exporter does not answer either': {
      objects: [node('node-a'), silent(), onIt(false)],
      metrics: { 'up{job=~".*node-exporter.*"}': [{ metric: { node: 'node-b' }, points: [[NOW / 1000, 0]] }] },
      expect: { cause: 'NodeNotReady', ...expect, confidence: 'likely' },
    },
    'a node that is lost again and again': {
      objects: [node('node-a'), node('node-b'), onIt(true), lost(3, 6)],
      expect: { cause: 'NodeNotReady', ...expect, confidence: 'likely' },
    },
    'a node that has only just joined is given its time': {
      objects: [
        node('node-a'),
        readyIs('False', 'KubeletNotReady', 'container runtime network not ready: NetworkReady=false', {
          minutes: 1,
          metadata: { creationTimestamp: ago(1) },
        }),
      ],
      expect: undefined,
    },
  },
};
