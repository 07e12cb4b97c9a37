import type { EvidenceLine, ObjectRef } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Scene } from '../scene.ts';

/** A certificate that lies in a Secret and is shown to those who come in through an Ingress. */
export interface IngressCertificate {
  secret: ObjectRef;
  hosts: readonly string[];
  /** Epoch milliseconds. */
  notAfter: number;
  /** cert-manager sees to it. */
  isManaged: boolean;
  evidence: EvidenceLine[];
}

/** The certificates of the Ingresses of the scope, as far as their Secrets tell of them. */
export const ingressCertificates = oncePerScene(async (scene: Scene): Promise<IngressCertificate[]> => {
  const found: IngressCertificate[] = [];
  for (const ingress of (await scene.list('Ingress')).items) {
    if (ingress.metadata.deletionTimestamp !== undefined) continue;
    for (const { secretName, hosts } of ingress.spec.tls) {
      const secret = secretName ? await scene.find('Secret', ingress.metadata.namespace, secretName) : undefined;
      if (secret !== undefined && secret !== 'unknown') found.push(...ofSecret(secret, ingress, hosts));
    }
  }
  return [...new Map(found.map((one) => [`${one.secret.namespace}/${one.secret.name}`, one])).values()];
});

function ofSecret(
  secret: Objects['Secret'],
  ingress: Objects['Ingress'],
  hosts: readonly string[],
): IngressCertificate[] {
  const notAfter = secret.certificates?.['tls.crt']?.notAfter;
  if (notAfter === undefined) return [];
  const ref = refOf('Secret', secret);
  return [
    {
      secret: ref,
      hosts,
      notAfter,
      isManaged: 'cert-manager.io/certificate-name' in secret.metadata.annotations,
      evidence: [
        objectLine(ref, `tls.crt: notAfter=${new Date(notAfter).toISOString()}`, notAfter),
        objectLine(refOf('Ingress', ingress), `spec.tls: ${hosts.join(', ') || '*'} with Secret ${ref.name}`),
      ],
    },
  ];
}
