import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { eventLine, objectLine, refOf } from '../lines.ts';
import { looksWidely } from '../looks/looks-widely.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** Issuing a certificate for the first time takes a while. */
const GRACE_MS = 10 * 60_000;

/** An Ingress or a Gateway terminates TLS with a Secret that does not exist. */
export const tlsSecretMissing: Rule = {
  cause: 'TLSSecretMissing',
  async examine(scene) {
    const found: Verdict[] = [];
    for (const ingress of (await scene.list('Ingress')).items) found.push(...(await forIngress(scene, ingress)));
    if (!looksWidely(scene)) return found;
    const routes = await scene.list('HTTPRoute');
    if (routes.items.length > 0) found.push(...(await scene.list('Gateway')).items.flatMap(forGateway));
    return found;
  },
};

async function forIngress(scene: Scene, ingress: Objects['Ingress']): Promise<Verdict[]> {
  const { tls } = ingress.spec;
  const { namespace, creationTimestamp = 0, deletionTimestamp } = ingress.metadata;
  const names = tls.flatMap(({ secretName }) => secretName || []);
  if (names.length === 0 || deletionTimestamp !== undefined || scene.now - creationTimestamp < GRACE_MS) return [];
  const secrets = await scene.list('Secret', namespace);
  const missing = names.filter(
    (name) => secrets.known && !secrets.items.some(({ metadata }) => metadata.name === name),
  );
  const [first] = missing;
  if (first === undefined) return [];
  const ref = refOf('Ingress', ingress);
  const hosts = tls.filter(({ secretName }) => secretName === first).flatMap((one) => one.hosts);
  const said = scene
    .eventsOf(ref)
    .filter(({ message }) => message.includes(first))
    .slice(0, 1);
  return [
    verdict(ref, first, [
      objectLine(ref, `spec.tls names Secret ${first} for ${hosts.join(', ') || 'all hosts'}`),
      { source: `k8s_list Secret ${namespace}`, text: `there is no Secret ${first}` },
      ...said.map(eventLine),
    ]),
  ];
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#listenerconditionreason */
function forGateway(gateway: Objects['Gateway']): Verdict[] {
  const ref = refOf('Gateway', gateway);
  return gateway.status.listeners.flatMap(({ name = '', conditions }) => {
    const bad = conditions.find(
      ({ type, status, reason }) => type === 'ResolvedRefs' && status === 'False' && reason === 'InvalidCertificateRef',
    );
    if (!bad) return [];
    const refs = gateway.spec.listeners.find((one) => one.name === name)?.tls?.certificateRefs ?? [];
    const text = `listener ${name}: InvalidCertificateRef ${bad.message ?? ''}`;
    return [verdict(ref, refs[0]?.name ?? '–', [objectLine(ref, text, bad.lastTransitionTime)])];
  });
}

function verdict(object: ObjectRef, secret: string, evidence: EvidenceLine[]): Verdict {
  return { cause: 'TLSSecretMissing', confidence: 'proven', object, params: { secret }, evidence };
}
