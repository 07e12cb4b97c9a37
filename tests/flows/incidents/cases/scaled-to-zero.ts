import type { CauseCase } from '../case.ts';
import { ago, container, deployment, event, HASH, node, object, pod, service } from '../objects.ts';

const none = deployment('prod/web', { replicas: 0 });
const down = event('Deployment prod/web', 'ScalingReplicaSet', `Scaled down replica set web-${HASH} from 3 to 0`, {
  type: 'Normal',
  component: 'deployment-controller',
  minutesAgo: 20,
});
const wrong = { kind: 'Deployment', namespace: 'prod', name: 'web' };

export const scaledToZeroCase: CauseCase = {
  cause: 'ScaledToZero',
  firing: {
    objects: [node('node-a'), none, service('prod/web'), down],
    expect: { object: wrong, confidence: 'proven', remedies: ['scale-workload'] },
  },
  healthy: { objects: [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web')] },
  recovered: { objects: [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web'), down] },
  nearest: {
    objects: [
      node('node-a'),
      deployment('prod/web'),
      pod('prod/web-1'),
      service('prod/web', { selector: { app: 'wbe' } }),
      deployment('prod/batch', { replicas: 0 }),
    ],
    expect: { cause: 'ServiceSelectorMismatch', object: { kind: 'Service', namespace: 'prod', name: 'web' } },
  },
  more: {
    'is likely where only a Service wants it': {
      objects: [node('node-a'), none, service('prod/web')],
      expect: { cause: 'ScaledToZero', object: wrong, confidence: 'likely', remedies: ['scale-workload'] },
    },
    'is proven where somebody asks about it, without any Service': {
      objects: [node('node-a'), none],
      focus: { name: 'web' },
      expect: { cause: 'ScaledToZero', object: wrong, confidence: 'proven' },
    },
    'is proven by an alert about it': {
      objects: [node('node-a'), none],
      alerts: [{ labels: { alertname: 'NoReplicas', namespace: 'prod', deployment: 'web' }, annotations: {} }],
      expect: { cause: 'ScaledToZero', object: wrong, confidence: 'proven' },
    },
    'is found of a StatefulSet that a client cannot reach': {
      objects: [
        node('node-a'),
        object('apps/v1', 'StatefulSet', 'prod/db', {
          spec: { replicas: 0, template: { metadata: { labels: { app: 'db' } }, spec: { containers: [container()] } } },
          status: { replicas: 0 },
        }),
        service('prod/db', { ports: [{ port: 5432, targetPort: 5432, protocol: 'TCP' }] }),
        deployment('prod/web'),
        pod('prod/web-1'),
      ],
      logs: {
        'prod/web-1/app': '2026-11-25T11:59:00Z ERROR dial tcp 172.16.0.10:5432: connect: connection refused\n'.repeat(
          5,
        ),
      },
      expect: {
        cause: 'ScaledToZero',
        object: { kind: 'StatefulSet', namespace: 'prod', name: 'db' },
        confidence: 'proven',
      },
    },
    'says nothing of what nobody wants, of what another workload serves, and of what is scaled on demand': {
      objects: [
        node('node-a'),
        deployment('prod/batch', { replicas: 0 }),
        deployment('prod/web-green', { replicas: 0, labels: { app: 'web' } }),
        deployment('prod/web'),
        pod('prod/web-1'),
        service('prod/web'),
        deployment('prod/fn', { replicas: 0, labels: { app: 'fn', 'serving.knative.dev/revision': 'fn-1' } }),
        service('prod/fn'),
        deployment('prod/night', {
          replicas: 0,
          metadata: { annotations: { 'downscaler/original-replicas': '2' }, creationTimestamp: ago(9000) },
        }),
        service('prod/night'),
      ],
      expect: undefined,
    },
  },
};
