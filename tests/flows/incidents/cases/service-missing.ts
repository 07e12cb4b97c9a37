import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, node, pod, service, terminated, waiting } from '../objects.ts';

const containers = [container({ env: [{ name: 'CART_ADDR', value: 'cart:7070' }] })];
const cart = [deployment('prod/cart'), pod('prod/cart-1')];
const crashing = containerStatus({
  state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=shop-1_prod'),
  lastState: terminated(1),
  restartCount: 6,
});
const shop = (ready: boolean) => [
  node('node-a'),
  deployment('prod/shop', { containers, ready: ready ? 1 : 0 }),
  pod('prod/shop-1', { containers, ...(!ready && { statuses: [crashing] }) }),
];
const noHost = { 'prod/shop-1/app': 'starting\nFATAL: dial tcp: lookup cart on 10.96.0.10:53: no such host\n' };
const missing = { kind: 'Service', namespace: 'prod', name: 'cart' };

export const serviceMissingCase: CauseCase = {
  cause: 'ServiceMissing',
  firing: { objects: [...shop(false), ...cart], logs: noHost, expect: { object: missing, confidence: 'proven' } },
  healthy: { objects: [...shop(true), ...cart, service('prod/cart', { ports: [{ port: 7070, targetPort: 8080 }] })] },
  recovered: {
    objects: [...shop(true), ...cart, service('prod/cart', { ports: [{ port: 7070, targetPort: 8080 }] })],
    logs: { 'prod/shop-1/app': `${noHost['prod/shop-1/app'].repeat(3)}connected to cart:7070\n` },
  },
  // No workload goes by that name either: then it is the address that is wrong.
  nearest: {
    objects: [...shop(false), service('prod/checkout')],
    logs: noHost,
    expect: { cause: 'EnvWrongAddress', object: { kind: 'Deployment', namespace: 'prod', name: 'shop' } },
  },
  more: {
    'is proven by logs alone': {
      objects: [
        node('node-a'),
        deployment('prod/web', { ready: 0 }),
        pod('prod/web-1', { statuses: [crashing] }),
        ...cart,
      ],
      logs: { 'prod/web-1/app': 'Error: getaddrinfo ENOTFOUND cart.prod.svc.cluster.local\n' },
      expect: { cause: 'ServiceMissing', object: missing, confidence: 'proven' },
    },
    'is proven where nothing outside can be asked and the lookup fails for that': {
      objects: [...shop(false), ...cart],
      logs: {
        'prod/shop-1/app':
          'socket.gaierror: [Errno -3] Temporary failure in name resolution: cart\nError: getaddrinfo EAI_AGAIN cart\n',
      },
      expect: { cause: 'ServiceMissing', object: missing, confidence: 'proven' },
    },
    'is likely by the environment where the log cannot be read': {
      objects: [...shop(false), ...cart],
      expect: { cause: 'ServiceMissing', object: missing, confidence: 'likely' },
    },
    'says nothing where Services could not be looked at': {
      objects: [...shop(true), ...cart],
      unknown: ['Service'],
      expect: undefined,
    },
  },
};
