import type { CauseCase } from '../case.ts';
import { container, deployment, node, pod, service } from '../objects.ts';

const web = (ports: object[], more = {}) => {
  const containers = [container({ ports, ...more })];
  return [node('node-a'), deployment('prod/web', { containers }), pod('prod/web-1', { containers })];
};
const http = web([{ name: 'http', containerPort: 8080 }]);
const to = (targetPort: number | string, more = {}) => [{ port: 80, targetPort, protocol: 'TCP', ...more }];
const wrong = { kind: 'Service', namespace: 'prod', name: 'web' };

export const servicePortMismatchCase: CauseCase = {
  cause: 'ServicePortMismatch',
  firing: {
    objects: [...http, service('prod/web', { ports: to('https') })],
    expect: { object: wrong, confidence: 'proven', remedies: ['fix-service-port'] },
  },
  healthy: { objects: [...http, service('prod/web', { ports: to('http') })] },
  // A container with this port was added since.
  recovered: {
    objects: [
      ...web([
        { name: 'http', containerPort: 8080 },
        { name: 'https', containerPort: 8443 },
      ]),
      service('prod/web', { ports: to('https') }),
    ],
  },
  // The name is there, for another protocol.
  nearest: {
    objects: [
      ...web([{ name: 'dns', containerPort: 5353, protocol: 'UDP' }]),
      service('prod/web', { ports: to('dns') }),
    ],
    expect: { cause: 'ServiceProtocolMismatch', object: wrong },
  },
  more: {
    'is likely where the number is not the one port that is declared, which nothing leads to': {
      objects: [...http, service('prod/web', { ports: to(9999) })],
      expect: {
        cause: 'ServicePortMismatch',
        object: wrong,
        confidence: 'likely',
        remedies: ['fix-service-port'],
      },
    },
    'is proven by a client that is refused': {
      objects: [...http, service('prod/web', { ports: to(9999) }), deployment('prod/shop'), pod('prod/shop-1')],
      logs: {
        'prod/shop-1/app': '2026-11-25T11:59:00Z ERROR dial tcp 172.16.0.10:80: connect: connection refused\n'.repeat(
          5,
        ),
      },
      expect: { cause: 'ServicePortMismatch', object: wrong, confidence: 'proven', remedies: ['fix-service-port'] },
    },
    'is proven by the line in which the program says where it listens': {
      objects: [...http, service('prod/web', { ports: to(9999) })],
      logs: { 'prod/web-1/app': 'starting\nlistening on :8080\nGET / 200\n' },
      expect: { cause: 'ServicePortMismatch', object: wrong, confidence: 'proven', remedies: ['fix-service-port'] },
    },
    'is proven by what the Service was applied with': {
      objects: [
        ...http,
        {
          ...service('prod/web', { ports: to(9999) }),
          metadata: {
            namespace: 'prod',
            name: 'web',
            annotations: {
              'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
                spec: { ports: [{ port: 80, targetPort: 8080 }] },
              }),
            },
          },
        },
      ],
      expect: { cause: 'ServicePortMismatch', object: wrong, confidence: 'proven', remedies: ['fix-service-port'] },
    },
    'says nothing where no port is declared': {
      objects: [...web([]), service('prod/web', { ports: to(9999) })],
      expect: undefined,
    },
    'says nothing where only a sidecar declares its ports': {
      objects: [
        ...web([], { name: 'web' }),
        deployment('prod/mesh', {
          containers: [
            container(),
            container({ name: 'istio-proxy', ports: [{ name: 'http-envoy-prom', containerPort: 15090 }] }),
          ],
        }),
        pod('prod/mesh-1', {
          containers: [
            container(),
            container({ name: 'istio-proxy', ports: [{ name: 'http-envoy-prom', containerPort: 15090 }] }),
          ],
        }),
        service('prod/mesh', { ports: to(3000) }),
      ],
      expect: undefined,
    },
    'says nothing where a probe finds something at the port': {
      objects: [
        ...web([{ name: 'http', containerPort: 8080 }], { readinessProbe: { httpGet: { path: '/', port: 9999 } } }),
        service('prod/web', { ports: to(9999) }),
      ],
      expect: undefined,
    },
    'says nothing of a further Service for a port that need not be declared': {
      objects: [
        ...http,
        service('prod/web', { ports: to(8080) }),
        service('prod/web-metrics', { selector: { app: 'web' }, ports: to(9100) }),
      ],
      expect: undefined,
    },
    'says nothing of a headless Service, whose clients choose the port themselves': {
      objects: [...http, service('prod/web', { ports: to(80), spec: { clusterIP: 'None' } })],
      expect: undefined,
    },
  },
};
