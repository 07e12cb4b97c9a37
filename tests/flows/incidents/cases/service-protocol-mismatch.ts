import type { CauseCase } from '../case.ts';
import { container, deployment, node, pod, service } from '../objects.ts';

const stats = (ports: object[], more = {}) => {
  const containers = [container({ ports, ...more })];
  return [node('node-a'), deployment('prod/stats', { containers }), pod('prod/stats-1', { containers })];
};
const udp = stats([{ name: 'statsd', containerPort: 8125, protocol: 'UDP' }]);
const by = (protocol: string, targetPort: number | string) => [{ port: 8125, targetPort, protocol }];
const wrong = { kind: 'Service', namespace: 'prod', name: 'stats' };

export const serviceProtocolMismatchCase: CauseCase = {
  cause: 'ServiceProtocolMismatch',
  firing: {
    objects: [...udp, service('prod/stats', { ports: by('TCP', 'statsd') })],
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: [...udp, service('prod/stats', { ports: by('UDP', 'statsd') })] },
  recovered: {
    objects: [
      ...stats([
        { name: 'statsd', containerPort: 8125, protocol: 'UDP' },
        { name: 'statsd-tcp', containerPort: 8125, protocol: 'TCP' },
      ]),
      service('prod/stats', { ports: by('TCP', 8125) }),
    ],
  },
  nearest: {
    objects: [...udp, service('prod/stats', { ports: by('UDP', 'stats') })],
    expect: { cause: 'ServicePortMismatch', object: wrong },
  },
  more: {
    'is likely where the container says UDP outright': {
      objects: [...udp, service('prod/stats', { ports: by('TCP', 8125) })],
      expect: { cause: 'ServiceProtocolMismatch', object: wrong, confidence: 'likely' },
    },
    'says nothing where the container only leaves TCP as it is by default': {
      objects: [...stats([{ containerPort: 8125 }]), service('prod/stats', { ports: by('UDP', 8125) })],
      expect: undefined,
    },
    'is proven where a probe reaches the port by TCP and the Service is for UDP': {
      objects: [
        ...stats([{ containerPort: 8125 }], { readinessProbe: { tcpSocket: { port: 8125 } } }),
        service('prod/stats', { ports: by('UDP', 8125) }),
      ],
      expect: { cause: 'ServiceProtocolMismatch', object: wrong, confidence: 'proven' },
    },
  },
};
