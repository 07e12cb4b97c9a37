import type { CauseCase } from '../case.ts';
import {
  ago,
  containerStatus,
  deployment,
  node,
  object,
  pod,
  running,
  service,
  terminated,
  waiting,
} from '../objects.ts';

const ingress = object('networking.k8s.io/v1', 'Ingress', 'prod/shop', {
  spec: {
    rules: [
      {
        host: 'shop.example.com',
        http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] },
      },
    ],
  },
  status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
});
const wrong = { kind: 'Service', namespace: 'prod', name: 'web' };

export const noReadyEndpointsCase: CauseCase = {
  cause: 'NoReadyEndpoints',
  // What was to be behind it is gone, and an Ingress still leads there.
  firing: {
    objects: [node('node-a'), service('prod/web'), ingress],
    expect: { object: wrong, confidence: 'symptom' },
  },
  healthy: { objects: [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web'), ingress] },
  recovered: {
    objects: [
      node('node-a'),
      deployment('prod/web'),
      pod('prod/web-1', {
        statuses: [
          containerStatus({ state: running(30), lastState: terminated(1, { endedAgo: 31 }), restartCount: 1 }),
        ],
      }),
      service('prod/web'),
      ingress,
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      deployment('prod/web', { ready: 0 }),
      pod('prod/web-1', {
        statuses: [
          containerStatus({
            state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=web-1_prod'),
            lastState: terminated(137, { reason: 'OOMKilled' }),
            restartCount: 5,
          }),
        ],
      }),
      service('prod/web'),
      ingress,
    ],
    expect: { cause: 'OOMKilled', object: { kind: 'Deployment', namespace: 'prod', name: 'web' } },
  },
  more: {
    'says nothing of a left-over Service that nobody uses': {
      objects: [node('node-a'), service('prod/web')],
      expect: undefined,
    },
    'says nothing while the first pods are starting': {
      objects: [
        node('node-a'),
        deployment('prod/web', { ready: 0, metadata: { creationTimestamp: ago(1) } }),
        pod('prod/web-1', {
          statuses: [containerStatus({ state: waiting('ContainerCreating') })],
          metadata: { creationTimestamp: ago(1) },
          status: { startTime: ago(1) },
        }),
        service('prod/web'),
      ],
      expect: undefined,
    },
  },
};
