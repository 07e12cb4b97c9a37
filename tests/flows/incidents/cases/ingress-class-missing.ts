import type { CauseCase } from '../case.ts';
import { ago, deployment, node, object, pod, type Raw, service } from '../objects.ts';

const web = [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web')];
const ingress = (spec: Raw, { address = false, ...metadata }: Raw = {}): Raw =>
  object('networking.k8s.io/v1', 'Ingress', 'prod/shop', {
    metadata,
    spec: {
      ...spec,
      rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
    },
    status: { loadBalancer: { ingress: address ? [{ ip: '1.2.3.4' }] : [] } },
  });
const ingressClass = (name: string, annotations: Raw = {}): Raw =>
  object('networking.k8s.io/v1', 'IngressClass', name, {
    metadata: { annotations },
    spec: { controller: 'k8s.io/ingress-nginx' },
  });
const wrong = { kind: 'Ingress', namespace: 'prod', name: 'shop' };

export const ingressClassMissingCase: CauseCase = {
  cause: 'IngressClassMissing',
  firing: {
    objects: [...web, ingress({ ingressClassName: 'ngnix' }), ingressClass('nginx')],
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: [...web, ingress({ ingressClassName: 'nginx' }, { address: true }), ingressClass('nginx')] },
  // The class was installed later; the address is still to come.
  recovered: { objects: [...web, ingress({ ingressClassName: 'ngnix' }), ingressClass('ngnix')] },
  nearest: {
    objects: [
      ...web.slice(0, -1),
      service('prod/other', { selector: { app: 'web' } }),
      ingress({ ingressClassName: 'nginx' }),
      ingressClass('nginx'),
    ],
    expect: { cause: 'IngressBackendMissing', object: wrong },
  },
  more: {
    'is likely where none is named and there is no default': {
      objects: [...web, ingress({}), ingressClass('nginx')],
      expect: { cause: 'IngressClassMissing', object: wrong, confidence: 'likely' },
    },
    'says nothing where there is a default, the old annotation, or a new Ingress': {
      objects: [
        ...web,
        ingress({}),
        ingressClass('nginx', { 'ingressclass.kubernetes.io/is-default-class': 'true' }),
        { ...ingress({ ingressClassName: 'none' }, { creationTimestamp: ago(1) }) },
      ],
      expect: undefined,
    },
    'says nothing where the old annotation names the class': {
      objects: [...web, ingress({}, { annotations: { 'kubernetes.io/ingress.class': 'nginx' } })],
      expect: undefined,
    },
    'says nothing where classes could not be looked at': {
      objects: [...web, ingress({ ingressClassName: 'ngnix' })],
      unknown: ['IngressClass'],
      expect: undefined,
    },
    'says nothing where a controller goes by the name and has answered': {
      objects: [...web, ingress({ ingressClassName: 'kong' }, { address: true })],
      expect: undefined,
    },
  },
};
