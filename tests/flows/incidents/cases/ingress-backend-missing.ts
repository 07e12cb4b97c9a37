import type { CauseCase } from '../case.ts';
import { deployment, event, node, object, pod, type Raw, service } from '../objects.ts';

const web = [node('node-a'), deployment('prod/web'), pod('prod/web-1')];
const ingress = (backend: Raw): Raw =>
  object('networking.k8s.io/v1', 'Ingress', 'prod/shop', {
    spec: {
      ingressClassName: 'nginx',
      rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/api', backend }] } }],
    },
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
  });
const nginx = object('networking.k8s.io/v1', 'IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } });
const to = (name: string, port: Raw): Raw => ingress({ service: { name, port } });
const wrong = { kind: 'Ingress', namespace: 'prod', name: 'shop' };

export const ingressBackendMissingCase: CauseCase = {
  cause: 'IngressBackendMissing',
  firing: {
    objects: [...web, service('prod/web'), to('webb', { number: 80 }), nginx],
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: [...web, service('prod/web'), to('web', { number: 80 }), nginx] },
  recovered: {
    objects: [
      ...web,
      service('prod/web'),
      to('web', { number: 80 }),
      nginx,
      event('Ingress prod/shop', 'ServiceNotFound', 'Service "web" not found', { minutesAgo: 40 }),
    ],
  },
  nearest: {
    objects: [...web, service('prod/web', { selector: { app: 'wbe' } }), to('web', { number: 80 }), nginx],
    expect: { cause: 'ServiceSelectorMismatch', object: { kind: 'Service', namespace: 'prod', name: 'web' } },
  },
  more: {
    'is found where the Service has no such port': {
      objects: [...web, service('prod/web'), to('web', { number: 8080 }), nginx],
      expect: { cause: 'IngressBackendMissing', object: wrong, confidence: 'proven' },
    },
    'is found where the Service has no port of that name': {
      objects: [...web, service('prod/web'), to('web', { name: 'http' }), nginx],
      expect: { cause: 'IngressBackendMissing', object: wrong },
    },
    'says nothing of a backend that an annotation describes': {
      objects: [...web, service('prod/web'), to('redirect', { name: 'use-annotation' }), nginx],
      expect: undefined,
    },
    'says nothing where Services could not be looked at': {
      objects: [...web, to('webb', { number: 80 }), nginx],
      unknown: ['Service'],
      expect: undefined,
    },
  },
};
