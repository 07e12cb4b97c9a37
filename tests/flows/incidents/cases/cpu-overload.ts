import type { Series } from '../../../../flows/incidents/evidence.ts';
import type { CauseCase } from '../case.ts';
import { container, deployment, event, NOW, node, object, pod } from '../objects.ts';

const limited = container({ resources: { limits: { cpu: '1' } } });
const world = (containers = [limited]) => [
  node('node-a'),
  deployment('prod/app', { containers }),
  pod('prod/app-1', { containers }),
];
const high = { labels: { alertname: 'PodCPUUsageHigh', namespace: 'prod', pod: 'app-1' }, annotations: {} };
const measured =
  (cores: number, share = 0) =>
  (promql: string): Series[] => [
    {
      metric: { pod: 'app-1', container: 'app' },
      points: [[NOW / 1000, promql.includes('throttled') ? share : cores]],
    },
  ];
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };
const stress = (reason: string, message: string, minutesAgo: number) =>
  event('StressChaos prod/burn', reason, message, { minutesAgo, type: 'Normal', component: 'records-controller' });

export const cpuOverloadCase: CauseCase = {
  cause: 'CPUOverload',
  firing: {
    objects: world(),
    alerts: [high],
    metrics: measured(0.97),
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: world(), metrics: measured(0.99) },
  recovered: { objects: world(), alerts: [high], metrics: measured(0.3) },
  // It would compute more, if its limit let it.
  nearest: {
    objects: world(),
    alerts: [high],
    metrics: measured(0.99, 0.7),
    expect: { cause: 'CPUThrottled', ...expect },
  },
  more: {
    'an alert about a node that is full': {
      objects: world(),
      alerts: [{ labels: { alertname: 'NodeCPUHighUsage', instance: '10.0.0.1:9100' }, annotations: {} }],
      expect: { cause: 'CPUOverload', object: { kind: 'Node', name: 'node-a' }, confidence: 'likely' },
    },
    'an experiment that burns CPU': {
      objects: [...world(), stress('Applied', 'Successfully apply chaos for prod/app-1/app', 5)],
      expect: { cause: 'CPUOverload', ...expect, confidence: 'likely' },
    },
    'an experiment that is over': {
      objects: [
        ...world(),
        stress('Applied', 'Successfully apply chaos for prod/app-1/app', 15),
        stress('Recovered', 'Successfully recover chaos for prod/app-1/app', 5),
      ],
      expect: undefined,
    },
    'an alert about promises that are too large is no load': {
      objects: [...world(), object('v1', 'Namespace', 'prod')],
      alerts: [{ labels: { alertname: 'KubeCPUOvercommit', node: 'node-a' }, annotations: {} }],
      expect: undefined,
    },
  },
};
