import type { CauseCase } from '../case.ts';
import {
  container,
  containerStatus,
  deployment,
  node,
  object,
  pod,
  type Raw,
  service,
  terminated,
  waiting,
} from '../objects.ts';

const containers = [container({ env: [{ name: 'CART_ADDR', value: 'cart:7070' }] })];
const status = containerStatus({
  state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=shop-1_prod'),
  lastState: terminated(1),
  restartCount: 6,
});
const cart = [
  deployment('prod/cart'),
  pod('prod/cart-1', { status: { podIP: '10.1.0.7' } }),
  service('prod/cart', { ports: [{ port: 7070, targetPort: 8080, protocol: 'TCP' }] }),
];
const shop = (ready: boolean) => [
  node('node-a'),
  deployment('prod/shop', { containers, ready: ready ? 1 : 0 }),
  pod('prod/shop-1', { containers, ...(!ready && { statuses: [status] }) }),
];
const timeout = { 'prod/shop-1/app': 'starting\nFATAL: dial tcp 172.16.0.10:7070: i/o timeout\n' };
const policy = (name: string, spec: Raw): Raw =>
  object('networking.k8s.io/v1', 'NetworkPolicy', `prod/${name}`, { spec });
const from = (app: string) =>
  policy('allow', {
    podSelector: { matchLabels: { app: 'cart' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
  });
const denyAll = policy('deny-all', { podSelector: {}, policyTypes: ['Ingress'] });
const wrong = (name: string) => ({ kind: 'NetworkPolicy', namespace: 'prod', name });

export const networkPolicyBlocksCase: CauseCase = {
  cause: 'NetworkPolicyBlocks',
  firing: {
    objects: [...shop(false), ...cart, from('web')],
    logs: timeout,
    expect: { object: wrong('allow'), confidence: 'proven' },
  },
  healthy: { objects: [...shop(true), ...cart, denyAll, from('shop')] },
  recovered: {
    objects: [...shop(true), ...cart, denyAll, from('shop')],
    logs: { 'prod/shop-1/app': `${timeout['prod/shop-1/app'].repeat(3)}connected to cart:7070\n` },
  },
  // The policy lets it through: the answer is missing for another reason.
  nearest: {
    objects: [...shop(false), ...cart, denyAll, from('shop')],
    logs: timeout,
    expect: { cause: 'DependencyUnreachable', object: { kind: 'Deployment', namespace: 'prod', name: 'shop' } },
  },
  more: {
    'is found where the port is not among those allowed': {
      objects: [
        ...shop(false),
        ...cart,
        policy('ports', {
          podSelector: { matchLabels: { app: 'cart' } },
          ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 9090 }] }],
        }),
      ],
      logs: timeout,
      expect: { cause: 'NetworkPolicyBlocks', object: wrong('ports') },
    },
    'is found where the client may not go out': {
      objects: [
        ...shop(false),
        ...cart,
        policy('egress', {
          podSelector: { matchLabels: { app: 'shop' } },
          policyTypes: ['Egress'],
          egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }],
        }),
      ],
      logs: timeout,
      expect: { cause: 'NetworkPolicyBlocks', object: wrong('egress') },
    },
    'is found where lookups are not let out': {
      objects: [
        ...shop(false),
        ...cart,
        policy('egress', {
          podSelector: { matchLabels: { app: 'shop' } },
          policyTypes: ['Egress'],
          egress: [{ to: [{ podSelector: {} }] }],
        }),
      ],
      logs: {
        'prod/shop-1/app':
          'FATAL: dial tcp: lookup cart on 10.96.0.10:53: read udp 10.1.0.1:4242->10.96.0.10:53: i/o timeout\n',
      },
      expect: { cause: 'NetworkPolicyBlocks', object: wrong('egress') },
    },
    'is likely without a log where nothing at all is let to the pods of a Service': {
      objects: [...shop(true), ...cart, denyAll],
      expect: { cause: 'NetworkPolicyBlocks', object: wrong('deny-all'), confidence: 'likely' },
    },
    'says nothing where a block of addresses may let it through': {
      objects: [
        ...shop(true),
        ...cart,
        policy('block', {
          podSelector: { matchLabels: { app: 'cart' } },
          ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
        }),
      ],
      logs: { 'prod/shop-1/app': 'ready\n' },
      expect: undefined,
    },
  },
};
