import type { Series } from '../../../../flows/incidents/evidence.ts';
import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, NOW, node, pod } from '../objects.ts';

const limited = container({ resources: { limits: { cpu: '200m' } } });
const world = (ready = true, containers = [limited]) => [
  node('node-a'),
  deployment('prod/app', { containers, ready: ready ? 1 : 0 }),
  pod('prod/app-1', { containers, statuses: [containerStatus({ ready })] }),
];
const alert = (alertname = 'CPUThrottlingHigh') => ({
  labels: { alertname, namespace: 'prod', pod: 'app-1', container: 'app', severity: 'info' },
  annotations: { description: '62% throttling of CPU in namespace prod for container app in pod app-1.' },
});
/** The share of periods held back, and the cores in use. */
const measured =
  (share: number, cores: number) =>
  (promql: string): Series[] => [
    {
      metric: { pod: 'app-1', container: 'app' },
      points: [[NOW / 1000, promql.includes('throttled') ? share : cores]],
    },
  ];
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const cpuThrottledCase: CauseCase = {
  cause: 'CPUThrottled',
  firing: {
    objects: world(),
    alerts: [alert()],
    metrics: measured(0.62, 0.2),
    expect: { ...expect, confidence: 'proven', remedies: ['raise-cpu-limit'] },
  },
  healthy: { objects: world(), metrics: measured(0.9, 0.2) },
  recovered: { objects: world(), alerts: [alert()], metrics: measured(0.02, 0.05) },
  // Nothing holds it back: it has no limit and fills its node.
  nearest: {
    objects: world(true, [container()]),
    focus: { name: 'app' },
    metrics: (promql) => (promql.includes('throttled') ? [] : measured(0, 3.9)(promql)),
    expect: { cause: 'CPUOverload', ...expect },
  },
  more: {
    'without metrics the alert is believed': {
      objects: world(),
      alerts: [alert()],
      expect: { cause: 'CPUThrottled', ...expect, confidence: 'likely' },
    },
    'an alert about a container without a limit is not': {
      objects: world(true, [container()]),
      alerts: [alert()],
      expect: undefined,
    },
  },
};
