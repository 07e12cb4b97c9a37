import type { CauseCase } from '../case.ts';
import {
  container,
  containerStatus,
  deployment,
  node,
  pod,
  type Raw,
  service,
  terminated,
  waiting,
} from '../objects.ts';

const status = containerStatus({
  state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=web-1_prod'),
  lastState: terminated(1),
  restartCount: 6,
});
const web = (podSpec: Raw = {}, statuses: Raw[] = [status]) => [
  node('node-a'),
  deployment('prod/web', { ready: 0, podSpec }),
  pod('prod/web-1', { statuses, spec: podSpec }),
];
const says = (line: string) => ({ 'prod/web-1/app': `starting\n${line}\n` });
const naming = [container({ env: [{ name: 'CART_URL', value: 'http://cart/' }] })];
const client = { kind: 'Deployment', namespace: 'prod', name: 'web' };
const line = 'FATAL: dial tcp: lookup orders-db on 10.96.0.10:53: no such host';

export const dnsResolutionFailsCase: CauseCase = {
  cause: 'DNSResolutionFails',
  firing: {
    objects: [...web(), service('prod/orders')],
    logs: says(line),
    expect: { object: client, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web')] },
  recovered: {
    objects: [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web')],
    logs: { 'prod/web-1/app': `${`${line}\n`.repeat(4)}connected to orders-db\n` },
  },
  // A workload of that name runs: its Service is what is missing.
  nearest: {
    objects: [...web(), deployment('prod/orders-db'), pod('prod/orders-db-1')],
    logs: says(line),
    expect: { cause: 'ServiceMissing', object: { kind: 'Service', namespace: 'prod', name: 'orders-db' } },
  },
  more: {
    'is likely of a name outside of the cluster': {
      objects: web(),
      logs: says('Error: getaddrinfo ENOTFOUND api.exmaple.com'),
      expect: { cause: 'DNSResolutionFails', object: client, confidence: 'likely' },
    },
    'is likely without a log where the pods ask servers on the internet for Services of the cluster': {
      objects: [
        node('node-a'),
        deployment('prod/web', {
          containers: naming,
          podSpec: { dnsPolicy: 'None', dnsConfig: { nameservers: ['8.8.8.8'] } },
        }),
        pod('prod/web-1', { containers: naming }),
        deployment('prod/cart'),
        pod('prod/cart-1'),
        service('prod/cart'),
      ],
      expect: { cause: 'DNSResolutionFails', object: client, confidence: 'likely' },
    },
    'says nothing where the pods ask a cache on their node': {
      objects: [
        node('node-a'),
        deployment('prod/web', {
          containers: naming,
          podSpec: { dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.10', '172.21.0.10'] } },
        }),
        pod('prod/web-1', { containers: naming }),
        deployment('prod/cart'),
        pod('prod/cart-1'),
        service('prod/cart'),
      ],
      expect: undefined,
    },
    'is proven where the pods do not ask the DNS of the cluster': {
      objects: [
        ...web({ dnsPolicy: 'None', dnsConfig: { nameservers: ['8.8.8.8'] } }),
        service('prod/orders-db'),
        deployment('prod/orders-db'),
        pod('prod/orders-db-1'),
      ],
      logs: says(line),
      expect: { cause: 'DNSResolutionFails', object: client, confidence: 'proven' },
    },
  },
};
