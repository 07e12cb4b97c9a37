import type { CauseCase } from '../case.ts';
import { MACHINE, onIt } from '../nodes.ts';
import { deployment, NOW, node, pod } from '../objects.ts';

const alert = (instance = 'node-b:9100') => ({
  labels: { alertname: 'NodeNetworkReceiveErrs', instance },
  annotations: { description: 'node-b interface eth0 has encountered 3124 receive errors in the last two minutes.' },
});
const errors = (share: number) => () => [
  { metric: { instance: 'node-b:9100' }, points: [[NOW / 1000, share] as [number, number]] },
];
const program = (name: string, on: string) => [
  ...deployment(`prod/${name}`, { ready: 0 }),
  pod(`prod/${name}-1`, { node: on, ready: false, statuses: [waitingFor()] }),
];
const waitingFor = () => ({
  name: 'app',
  ready: false,
  restartCount: 0,
  state: { running: { startedAt: '2026-11-25T11:00:00Z' } },
  lastState: {},
});
const late = (host: string) =>
  Array.from({ length: 4 }, (_, at) => `2026-11-25T11:5${at + 5}:00Z error: dial tcp ${host}:5432: i/o timeout`).join(
    '\n',
  );

export const nodeNetworkDegradedCase: CauseCase = {
  cause: 'NodeNetworkDegraded',
  firing: {
    objects: [node('node-a'), node('node-b'), onIt(true)],
    alerts: [alert()],
    metrics: errors(0.04),
    expect: { object: MACHINE, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), node('node-b'), onIt(true)], metrics: errors(0) },
  recovered: {
    objects: [node('node-a'), node('node-b'), onIt(true)],
    alerts: [{ labels: { alertname: 'Watchdog' }, annotations: {} }],
  },
  // The delay is around one workload, not on the node.
  nearest: {
    objects: [node('node-a'), node('node-b'), onIt(true)],
    alerts: [{ labels: { alertname: 'PodNetworkLatencyHigh', namespace: 'prod', pod: 'app-1' }, annotations: {} }],
    expect: { cause: 'PodNetworkDelay', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'without metrics the alert is believed': {
      objects: [node('node-a'), node('node-b'), onIt(true)],
      alerts: [alert()],
      expect: { cause: 'NodeNetworkDegraded', object: MACHINE, confidence: 'likely' },
    },
    'programs on one node wait in vain for several places, those on another do not': {
      objects: [
        node('node-a'),
        node('node-b'),
        ...program('one', 'node-b'),
        ...program('two', 'node-b'),
        ...program('three', 'node-b'),
        ...program('four', 'node-a'),
        ...program('five', 'node-a'),
      ],
      logs: {
        'prod/one-1/app': late('10.96.0.11'),
        'prod/two-1/app': late('10.96.0.12'),
        'prod/three-1/app': late('10.96.0.13'),
        'prod/four-1/app': 'warming up',
        'prod/five-1/app': 'warming up',
      },
      expect: {
        cause: 'NodeNetworkDegraded',
        object: MACHINE,
        also: ['DependencyUnreachable', 'DependencySlow', 'ReadinessFailing'],
      },
    },
  },
};
