import type { CauseCase } from '../case.ts';
import { deployment, event, node, object, pod, withTls } from '../objects.ts';

const world = [node('node-a'), deployment('prod/app'), pod('prod/app-1')];
const certificate = (notAfter: string, renewalTime: string, conditions: Record<string, string>[] = []) =>
  object('cert-manager.io/v1', 'Certificate', 'prod/shop', {
    spec: { secretName: 'shop-tls' },
    status: { notAfter, renewalTime, conditions },
  });
const failed = event(
  'Certificate prod/shop',
  'Failed',
  'The certificate request has failed to complete and will be retried: Failed to wait for order resource',
  { component: 'cert-manager-certificates-issuing' },
);
const alert = (labels: Record<string, string>) => ({
  labels,
  annotations: { description: 'The certificate expires in less than 7 days.' },
});
const expect = { object: { kind: 'Certificate', namespace: 'prod', name: 'shop' } };

export const certificateExpiringCase: CauseCase = {
  cause: 'CertificateExpiring',
  firing: {
    objects: [
      ...world,
      certificate('2026-12-05T00:00:00Z', '2026-11-05T00:00:00Z', [
        { type: 'Issuing', status: 'True', reason: 'Failed' },
      ]),
      failed,
    ],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [...world, certificate('2027-02-05T00:00:00Z', '2027-01-05T00:00:00Z')] },
  recovered: {
    objects: [
      ...world,
      certificate('2027-02-05T00:00:00Z', '2027-01-05T00:00:00Z'),
      event('Certificate prod/shop', 'Issuing', 'The certificate has been successfully issued', {
        type: 'Normal',
        component: 'cert-manager',
      }),
    ],
  },
  // It has ended already.
  nearest: {
    objects: [
      ...world,
      certificate('2026-11-20T00:00:00Z', '2026-10-20T00:00:00Z', [
        { type: 'Ready', status: 'False', reason: 'Expired' },
      ]),
      failed,
    ],
    alerts: [{ labels: { alertname: 'CertManagerCertExpired', namespace: 'prod', name: 'shop' }, annotations: {} }],
    expect: { cause: 'CertificateExpired', ...expect },
  },
  more: {
    'the certificate of an Ingress that nobody renews by itself': {
      objects: [...world, ...withTls('2026-11-28T00:00:00Z')],
      expect: {
        cause: 'CertificateExpiring',
        object: { kind: 'Secret', namespace: 'prod', name: 'shop-tls' },
        confidence: 'proven',
      },
    },
    'the certificate of an Ingress has months to go': {
      objects: [...world, ...withTls('2027-03-01T00:00:00Z')],
      expect: undefined,
    },
    'cert-manager sees to the certificate of an Ingress': {
      objects: [...world, ...withTls('2026-12-05T00:00:00Z', { 'cert-manager.io/certificate-name': 'shop' })],
      expect: undefined,
    },
    'an alert about the certificates that clients of the API server show': {
      objects: world,
      alerts: [alert({ alertname: 'KubeClientCertificateExpiration', job: 'apiserver' })],
      expect: {
        cause: 'CertificateExpiring',
        object: { kind: 'Service', namespace: 'default', name: 'kubernetes' },
        confidence: 'likely',
      },
    },
    'an alert about a kubelet’s certificate': {
      objects: world,
      alerts: [alert({ alertname: 'KubeletServerCertificateExpiration', node: 'node-a' })],
      expect: { cause: 'CertificateExpiring', object: { kind: 'Node', name: 'node-a' }, confidence: 'likely' },
    },
    'an alert about a certificate that has been renewed since': {
      objects: [...world, certificate('2027-02-05T00:00:00Z', '2027-01-05T00:00:00Z')],
      alerts: [alert({ alertname: 'CertManagerCertExpirySoon', exported_namespace: 'prod', name: 'shop' })],
      expect: undefined,
    },
  },
};
