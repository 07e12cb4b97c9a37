import type { CauseCase } from '../case.ts';
import { deployment, event, node, pod } from '../objects.ts';

const world = [node('node-a'), node('node-b'), deployment('prod/app'), pod('prod/app-1')];
const chaos = (reason: string, message: string, minutesAgo: number) =>
  event('NetworkChaos prod/slow', reason, message, { minutesAgo, type: 'Normal', component: 'records-controller' });
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const podNetworkDelayCase: CauseCase = {
  cause: 'PodNetworkDelay',
  firing: {
    objects: [...world, chaos('Applied', 'Successfully apply chaos for prod/app-1', 6)],
    expect: { ...expect, confidence: 'likely' },
  },
  healthy: { objects: world },
  recovered: {
    objects: [
      ...world,
      chaos('Applied', 'Successfully apply chaos for prod/app-1', 26),
      chaos('Recovered', 'Successfully recover chaos for prod/app-1', 16),
    ],
  },
  nearest: {
    objects: world,
    alerts: [
      {
        labels: { alertname: 'NodeHighPacketLoss', node: 'node-b' },
        annotations: { summary: 'Packet loss on node-b' },
      },
    ],
    expect: { cause: 'NodeNetworkDegraded', object: { kind: 'Node', name: 'node-b' } },
  },
  more: {
    'an alert that measures the network around a pod': {
      objects: world,
      alerts: [{ labels: { alertname: 'PodNetworkDelay', namespace: 'prod', pod: 'app-1' }, annotations: {} }],
      expect: { cause: 'PodNetworkDelay', ...expect, confidence: 'likely' },
    },
  },
};
