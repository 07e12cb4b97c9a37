import type { CauseCase } from '../case.ts';
import { ago, deployment, node, object, pod, type Raw, service } from '../objects.ts';

const web = [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web')];
const nginx = object('networking.k8s.io/v1', 'IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } });
const ingress = (metadata: Raw = {}): Raw =>
  object('networking.k8s.io/v1', 'Ingress', 'prod/shop', {
    metadata,
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
      rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
    },
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
  });
const secret = object('v1', 'Secret', 'prod/shop-tls', {
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': '', 'tls.key': '' },
});
const gateway = (conditions: Raw[]): Raw =>
  object('gateway.networking.k8s.io/v1', 'Gateway', 'prod/edge', {
    spec: {
      gatewayClassName: 'x',
      listeners: [{ name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'edge-tls' }] } }],
    },
    status: { conditions: [{ type: 'Accepted', status: 'True' }], listeners: [{ name: 'https', conditions }] },
  });
const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'prod/web', {
  spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
});
const wrong = { kind: 'Ingress', namespace: 'prod', name: 'shop' };

export const tlsSecretMissingCase: CauseCase = {
  cause: 'TLSSecretMissing',
  firing: { objects: [...web, nginx, ingress()], expect: { object: wrong, confidence: 'proven' } },
  healthy: { objects: [...web, nginx, ingress(), secret] },
  // It was made since: the Certificate of an issuer became ready.
  recovered: {
    objects: [
      ...web,
      nginx,
      ingress(),
      secret,
      object('cert-manager.io/v1', 'Certificate', 'prod/shop-tls', {
        spec: { secretName: 'shop-tls' },
        status: { notAfter: ago(-60 * 24 * 80), conditions: [{ type: 'Ready', status: 'True' }] },
      }),
    ],
  },
  nearest: {
    objects: [
      ...web,
      nginx,
      ingress(),
      secret,
      object('cert-manager.io/v1', 'Certificate', 'prod/shop-tls', {
        spec: { secretName: 'shop-tls', dnsNames: ['shop.example.com'] },
        status: { notAfter: ago(60), conditions: [{ type: 'Ready', status: 'False', reason: 'Expired' }] },
      }),
    ],
    expect: { cause: 'CertificateExpired', object: { kind: 'Certificate', namespace: 'prod', name: 'shop-tls' } },
  },
  more: {
    'is found by what a Gateway says of its listener': {
      objects: [
        ...web,
        gateway([
          {
            type: 'ResolvedRefs',
            status: 'False',
            reason: 'InvalidCertificateRef',
            message: 'Secret prod/edge-tls not found',
            lastTransitionTime: ago(30),
          },
        ]),
        route,
      ],
      expect: { cause: 'TLSSecretMissing', object: { kind: 'Gateway', namespace: 'prod', name: 'edge' } },
    },
    'says nothing while a certificate is being issued for the first time': {
      objects: [...web, nginx, ingress({ creationTimestamp: ago(4) })],
      expect: undefined,
    },
    'says nothing where Secrets could not be looked at': {
      objects: [...web, nginx, ingress()],
      unknown: ['Secret'],
      expect: undefined,
    },
  },
};
