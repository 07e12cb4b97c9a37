import type { Alert } from '../evidence.ts';
import type { ObjectRef, Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import { alertedNode, alertLine, alertText } from '../looks/alert-targets.ts';
import { type IngressCertificate, ingressCertificates } from '../looks/ingress-certificates.ts';
import { nodeRef } from '../looks/nodes.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const DAY_MS = 24 * 60 * 60_000;
/** For what nobody renews by itself. */
const NEAR_MS = 14 * DAY_MS;
const SOON_MS = 21 * DAY_MS;
/** cert-manager tries at once when the time has come. */
const OVERDUE_MS = DAY_MS;
const ALERT = /cert\w{0,20}.{0,30}expir|expir.{0,30}cert|CertExpirySoon|CertificateExpir/i;
/** Another cause's. */
const HAS_ENDED = /expired/i;
const CERT_KINDS = new Set(['Certificate', 'CertificateRequest', 'Order', 'Challenge']);

/** A certificate ends soon and has not been renewed: an alert says so, or cert-manager is overdue with it. */
export const certificateExpiring: Rule = {
  cause: 'CertificateExpiring',
  async examine(scene) {
    const alerts = scene.scope.alerts.filter(
      (alert) => ALERT.test(alertText(alert)) && !HAS_ENDED.test(alert.labels.alertname ?? ''),
    );
    const isInUse = alerts.length > 0 || scene.events.some(({ object }) => CERT_KINDS.has(object.kind));
    const certificates = isInUse ? (await scene.list('Certificate')).items : [];
    const overdue = certificates.filter((one) => isOverdue(one, scene.now));
    const names = new Set(certificates.map(({ metadata }) => metadata.name));
    // What can be looked up is, so that an alert about a certificate that has been renewed since is silent.
    const told = alerts.filter(({ labels }) => !names.has(labels.name ?? '') && !names.has(labels.certificate ?? ''));
    const near = (await ingressCertificates(scene)).filter(
      ({ notAfter, isManaged }) => !isManaged && notAfter > scene.now && notAfter - scene.now < NEAR_MS,
    );
    return [
      ...near.map((one) => ofIngress(one, scene.now)),
      ...overdue.map((one) => fromCertificate(one, scene.now)),
      ...told.flatMap((alert) => fromAlert(scene, alert) ?? []),
    ];
  },
};

function isOverdue({ status }: Objects['Certificate'], now: number): boolean {
  const { notAfter, renewalTime } = status;
  if (notAfter === undefined || notAfter <= now || notAfter - now > SOON_MS) return false;
  return renewalTime === undefined || now - renewalTime > OVERDUE_MS;
}

function fromCertificate(certificate: Objects['Certificate'], now: number): Verdict {
  const ref = refOf('Certificate', certificate);
  const { notAfter = now, renewalTime, conditions } = certificate.status;
  const bad = conditions.filter(
    ({ type, status }) => (type === 'Ready' && status !== 'True') || (type === 'Issuing' && status === 'True'),
  );
  const due = renewalTime === undefined ? '' : `, renewal due ${new Date(renewalTime).toISOString()}`;
  return {
    cause: 'CertificateExpiring',
    confidence: 'proven',
    object: ref,
    params: { message: `${Math.floor((notAfter - now) / DAY_MS)} d` },
    evidence: [
      objectLine(ref, `status.notAfter=${new Date(notAfter).toISOString()}${due}`),
      ...bad.map(({ type, status, reason, message }) =>
        objectLine(ref, `condition ${type}=${status} ${reason ?? ''} ${message ?? ''}`),
      ),
    ],
  };
}

/** Whoever renews by hand is to be told; cert-manager tells by its own objects. */
function ofIngress({ secret, hosts, notAfter, evidence }: IngressCertificate, now: number): Verdict {
  const message = `${hosts.join(', ') || secret.name}, ${Math.floor((notAfter - now) / DAY_MS)} d`;
  return { cause: 'CertificateExpiring', confidence: 'proven', object: secret, params: { message }, evidence };
}

function fromAlert(scene: Scene, alert: Alert): Verdict | undefined {
  const object = objectOf(scene, alert);
  const line = alertLine(alert);
  return {
    cause: 'CertificateExpiring',
    confidence: 'likely',
    object,
    since: alert.startsAt,
    params: { message: line.text.slice(0, 200) },
    evidence: [line],
  };
}

/** The node, the certificate, the Ingress or the Secret that it names; else the API server, whose clients' certificates it counts. */
function objectOf(scene: Scene, alert: Alert): ObjectRef {
  const node = alertedNode(scene, alert);
  if (node) return nodeRef(node);
  const { namespace = 'default', labels } = {
    namespace: alert.labels.exported_namespace ?? alert.labels.namespace,
    labels: alert.labels,
  };
  for (const [label, kind] of [
    ['certificate', 'Certificate'],
    ['ingress', 'Ingress'],
    ['secret', 'Secret'],
  ] as const) {
    const name =
      labels[label] ??
      (label === 'certificate' && /CertManager/i.test(labels.alertname ?? '') ? labels.name : undefined);
    if (name) return { kind, namespace, name };
  }
  return { kind: 'Service', namespace: 'default', name: 'kubernetes' };
}
