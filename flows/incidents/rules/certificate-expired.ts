import type { Alert } from '../evidence.ts';
import { refKey, type Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, refOf, symptomOf } from '../lines.ts';
import { behind } from '../looks/addresses.ts';
import { alertLine } from '../looks/asked.ts';
import { type Complaint, complaintsOf } from '../looks/complaints.ts';
import { type IngressCertificate, ingressCertificates } from '../looks/ingress-certificates.ts';
import { looksWidely } from '../looks/looks-widely.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** A certificate's end has passed: its Certificate says so, an alert does, or programs refuse it for that. */
export const certificateExpired: Rule = {
  cause: 'CertificateExpired',
  async examine(scene) {
    const expired = (await complaintsOf(scene)).filter(({ match }) => match.kind === 'tls-expired');
    const alerts = scene.scope.alerts.filter(isAboutExpiry);
    const usesTls = looksWidely(scene) && (await scene.list('Ingress')).items.some(({ spec }) => spec.tls.length > 0);
    const isHinted = expired.length > 0 || alerts.length > 0 || usesTls;
    const listed = isHinted ? (await scene.list('Certificate')).items : [];
    const certificates = listed.flatMap((one) => ofCertificate(scene, one));
    if (certificates.length > 0) return certificates.map((one) => withClients(one, expired));
    const shown = (await ingressCertificates(scene)).filter(({ notAfter }) => notAfter <= scene.now);
    if (shown.length > 0) return shown.map(ofIngress);
    const byClient = Map.groupBy(expired, ({ reading }) => refKey(reading.workload.ref));
    const clients = [...byClient.values()].flatMap((all) => ofClient(scene, all));
    return clients.length > 0 ? clients : alerts.flatMap(ofAlert);
  },
};

const isAboutExpiry = ({ labels }: Alert): boolean => /cert.*expired|expired.*cert/i.test(labels.alertname ?? '');

/** https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateStatus */
function ofCertificate(scene: Scene, certificate: Objects['Certificate']): Verdict[] {
  const { notAfter, conditions } = certificate.status;
  if (notAfter === undefined || notAfter > scene.now || certificate.metadata.deletionTimestamp !== undefined) return [];
  const ref = refOf('Certificate', certificate);
  const bad = conditions.find(({ type, status }) => type === 'Ready' && status === 'False');
  return [
    {
      cause: 'CertificateExpired',
      confidence: 'proven',
      object: ref,
      since: notAfter,
      params: { what: certificate.spec.dnsNames.join(', ') || certificate.spec.secretName || ref.name },
      evidence: [
        objectLine(ref, `status.notAfter=${new Date(notAfter).toISOString()} has passed`, notAfter),
        ...(bad
          ? [objectLine(ref, `Ready=False ${bad.reason ?? ''}: ${bad.message ?? ''}`, bad.lastTransitionTime)]
          : []),
      ],
    },
  ];
}

function ofIngress({ secret, hosts, notAfter, evidence }: IngressCertificate): Verdict {
  const what = hosts.join(', ') || secret.name;
  return {
    cause: 'CertificateExpired',
    confidence: 'proven',
    object: secret,
    since: notAfter,
    params: { what },
    evidence,
  };
}

function withClients(verdict: Verdict, expired: readonly Complaint[]): Verdict {
  return {
    ...verdict,
    evidence: [...verdict.evidence, ...expired.slice(0, 2).map(({ line }) => line)],
    symptoms: expired.map(({ reading }) => symptomOf(reading.pod)),
    explains: expired.map(({ reading }) => reading.workload.ref),
  };
}

function ofClient(scene: Scene, all: readonly Complaint[]): Verdict[] {
  const [first] = all;
  if (!first) return [];
  const { reading, match, target } = first;
  return [
    {
      cause: 'CertificateExpired',
      confidence: 'proven',
      object: reading.workload.ref,
      params: { what: match.host ?? '–' },
      evidence: all.slice(0, 3).map(({ line }) => line),
      symptoms: [symptomOf(reading.pod)],
      dependsOn: behind(scene, target),
    },
  ];
}

function ofAlert(alert: Alert): Verdict[] {
  const { namespace, certificate, secret, ingress, service, name, host, instance } = alert.labels;
  const [kind, named] =
    (certificate && ['Certificate', certificate]) ||
    (secret && ['Secret', secret]) ||
    (ingress && ['Ingress', ingress]) ||
    (service && ['Service', service]) ||
    (name && ['Certificate', name]) ||
    [];
  if (!kind || !named) return [];
  return [
    {
      cause: 'CertificateExpired',
      confidence: 'likely',
      object: { kind, ...(namespace && { namespace }), name: named },
      since: alert.startsAt,
      params: { what: host ?? instance ?? named },
      evidence: [alertLine(alert)],
    },
  ];
}
