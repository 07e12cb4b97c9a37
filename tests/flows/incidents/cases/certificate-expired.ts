import type { CauseCase } from '../case.ts';
import {
  ago,
  containerStatus,
  deployment,
  node,
  object,
  pod,
  type Raw,
  service,
  terminated,
  waiting,
  withTls,
} from '../objects.ts';

const expiredLine =
  'Get "https://billing:8443/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-25T11:59:00Z is after 2026-11-24T00:00:00Z\n';
const status = containerStatus({
  state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=web-1_prod'),
  lastState: terminated(1),
  restartCount: 6,
});
const crashing = [node('node-a'), deployment('prod/web', { ready: 0 }), pod('prod/web-1', { statuses: [status] })];
const fine = [node('node-a'), deployment('prod/web'), pod('prod/web-1')];
const billing = [
  deployment('prod/billing'),
  pod('prod/billing-1'),
  service('prod/billing', { ports: [{ port: 8443, targetPort: 8443 }] }),
];
const certificate = (notAfter: string, ready: string): Raw =>
  object('cert-manager.io/v1', 'Certificate', 'prod/billing-tls', {
    spec: { secretName: 'billing-tls', dnsNames: ['billing.prod.svc'] },
    status: {
      notAfter,
      conditions: [{ type: 'Ready', status: ready, reason: ready === 'True' ? 'Ready' : 'Expired' }],
    },
  });
const client = { kind: 'Deployment', namespace: 'prod', name: 'web' };

export const certificateExpiredCase: CauseCase = {
  cause: 'CertificateExpired',
  firing: {
    objects: [...crashing, ...billing],
    logs: { 'prod/web-1/app': `starting\n${expiredLine}` },
    expect: { object: client, confidence: 'proven' },
  },
  healthy: { objects: [...fine, ...billing, certificate(ago(-60 * 24 * 60), 'True')] },
  recovered: {
    objects: [...fine, ...billing, certificate(ago(-60 * 24 * 60), 'True')],
    logs: { 'prod/web-1/app': `${expiredLine.repeat(3)}connected to https://billing:8443\n` },
  },
  // Refused for its issuer, not for its age.
  nearest: {
    objects: [...crashing, ...billing],
    logs: { 'prod/web-1/app': 'FATAL: Get "https://billing:8443/": x509: certificate signed by unknown authority\n' },
    expect: { cause: 'AppCrash', object: client },
  },
  more: {
    'is the Certificate where there is one': {
      objects: [...crashing, ...billing, certificate(ago(36 * 60), 'False')],
      logs: { 'prod/web-1/app': `starting\n${expiredLine}` },
      expect: {
        cause: 'CertificateExpired',
        object: { kind: 'Certificate', namespace: 'prod', name: 'billing-tls' },
        confidence: 'proven',
      },
    },
    'is in the Secret of an Ingress': {
      objects: [node('node-a'), deployment('prod/app'), pod('prod/app-1'), ...withTls('2026-11-24T00:00:00Z')],
      expect: {
        cause: 'CertificateExpired',
        object: { kind: 'Secret', namespace: 'prod', name: 'shop-tls' },
        confidence: 'proven',
      },
    },
    'is likely by an alert alone': {
      objects: [...fine],
      alerts: [
        {
          labels: { alertname: 'CertificateExpired', namespace: 'prod', secret: 'web-tls' },
          annotations: { summary: 'the certificate of web has expired' },
        },
      ],
      expect: { cause: 'CertificateExpired', object: { kind: 'Secret', namespace: 'prod', name: 'web-tls' } },
    },
  },
};
