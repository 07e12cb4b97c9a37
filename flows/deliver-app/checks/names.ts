import type { JsonObject } from '../../../src/tools/types.ts';
import { asObject, everyContainer, objectText, type PodSpec } from '../objects.ts';
import { type Candidate, type Check, type Finding, finding } from './check.ts';

/** What the release names and has to be there. Secrets are looked for by name; what is in them is nobody's business here. */
export const names: Check = (candidate) => [
  ...place(candidate),
  ...secrets(candidate),
  ...configMaps(candidate),
  ...accounts(candidate),
  ...ingresses(candidate),
  ...claims(candidate),
];

const PROTECTED = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'k8s-copilot']);

function place({ facts, namespace }: Candidate): Finding[] {
  if (PROTECTED.has(namespace)) return [finding('block', 'namespace-protected', { namespace })];
  if (facts.namespace?.terminating) return [finding('block', 'namespace-going', { namespace })];
  return [];
}

const ofKind = ({ objects }: Candidate, kind: string) => objects.filter((object) => object.kind === kind);
const namesOf = (candidate: Candidate, kind: string) =>
  new Set(ofKind(candidate, kind).map(({ metadata }) => metadata.name));

function secrets(candidate: Candidate): Finding[] {
  const { parts, facts } = candidate;
  const known = facts.secrets;
  if (!known) return [];
  const missing = [...new Set(parts.flatMap(({ spec }) => secretNames(spec)))].filter((name) => !known.has(name));
  return missing.map((secret) => finding('block', 'secret-missing', { secret, namespace: candidate.namespace }));
}

function secretNames(spec: PodSpec): string[] {
  const references = everyContainer(spec).flatMap(({ env, envFrom }) => [
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef),
    ...envFrom.map(({ secretRef }) => secretRef),
  ]);
  const mounted = spec.volumes.flatMap(({ secret }) => (secret && secret.optional !== true ? [secret.secretName] : []));
  const pull = spec.imagePullSecrets.map(({ name }) => name);
  const named = references.flatMap((one) => (one && one.optional !== true ? [one.name] : []));
  return [...named, ...mounted, ...pull].filter((name) => name !== undefined);
}

/** ConfigMaps are there already, or come with the release; their keys are known either way. */
function configMaps(candidate: Candidate): Finding[] {
  const { facts, parts } = candidate;
  if (!facts.configMaps) return [];
  const own = ofKind(candidate, 'ConfigMap').map(
    ({ metadata, data }: JsonObject & { metadata: { name: string } }) =>
      [metadata.name, new Set(Object.keys(asObject(data)))] as const,
  );
  const known = new Map([...facts.configMaps, ...own]);
  return parts.flatMap(({ spec }) => {
    const whole = [
      ...everyContainer(spec).flatMap(({ envFrom }) => envFrom.map(({ configMapRef }) => configMapRef)),
      ...spec.volumes.map(({ configMap }) => configMap),
    ];
    const keys = everyContainer(spec).flatMap(({ env }) => env.map(({ valueFrom }) => valueFrom?.configMapKeyRef));
    const wanted = [...whole, ...keys].flatMap((one) =>
      one?.name !== undefined && one.optional !== true ? [one] : [],
    );
    const missing = new Set(wanted.flatMap(({ name }) => (name !== undefined && !known.has(name) ? [name] : [])));
    const keyless = keys.filter((one) => {
      const has = one?.name === undefined || one.optional === true ? undefined : known.get(one.name);
      return has !== undefined && one?.key !== undefined && !has.has(one.key);
    });
    return [
      ...[...missing].map((name) =>
        finding('block', 'config-missing', { config: name, namespace: candidate.namespace }),
      ),
      ...keyless.map((one) => finding('block', 'config-key', { config: one?.name ?? '', key: one?.key ?? '' })),
    ];
  });
}

function accounts(candidate: Candidate): Finding[] {
  const known = candidate.facts.serviceAccounts;
  if (!known) return [];
  const own = namesOf(candidate, 'ServiceAccount');
  return candidate.parts.flatMap(({ spec: { serviceAccountName: account } }) =>
    account === undefined || account === 'default' || known.has(account) || own.has(account)
      ? []
      : [finding('block', 'account-missing', { account, namespace: candidate.namespace })],
  );
}

function ingresses(candidate: Candidate): Finding[] {
  const { facts, namespace } = candidate;
  return ofKind(candidate, 'Ingress').flatMap(
    ({ spec, metadata: { name } }: JsonObject & { metadata: { name: string } }) => {
      const { ingressClassName, tls, rules } = asObject(spec);
      const hosts = (Array.isArray(rules) ? rules : []).flatMap((rule) =>
        typeof asObject(rule).host === 'string' ? [String(asObject(rule).host)] : [],
      );
      const certificates = (Array.isArray(tls) ? tls : []).flatMap((one) =>
        typeof asObject(one).secretName === 'string' ? [String(asObject(one).secretName)] : [],
      );
      const taken = (facts.ingresses ?? []).filter(
        (other) =>
          (other.namespace !== namespace || other.name !== name) && other.hosts.some((host) => hosts.includes(host)),
      );
      return [
        ...classFindings(typeof ingressClassName === 'string' ? ingressClassName : undefined, candidate),
        ...certificates
          .filter((secret) => facts.secrets && !facts.secrets.has(secret))
          .map((secret) => finding('block', 'certificate-missing', { secret, namespace })),
        ...taken.map((other) =>
          finding('warn', 'domain-taken', { domain: hosts.join(', '), ingress: `${other.namespace}/${other.name}` }),
        ),
        ...(certificates.length === 0 ? [finding('warn', 'no-tls', { domain: hosts.join(', ') })] : []),
      ];
    },
  );
}

function classFindings(name: string | undefined, { facts: { ingressClasses } }: Candidate): Finding[] {
  if (!ingressClasses) return [];
  const classes = [...ingressClasses.names].join(', ') || '–';
  if (name === undefined) return ingressClasses.hasDefault ? [] : [finding('block', 'ingress-no-default', { classes })];
  return ingressClasses.names.has(name) ? [] : [finding('block', 'ingress-class', { name, classes })];
}

function claims(candidate: Candidate): Finding[] {
  const { storageClasses } = candidate.facts;
  if (!storageClasses) return [];
  const templates = candidate.objects.flatMap(({ spec }: JsonObject) => {
    const { volumeClaimTemplates } = asObject(spec);
    return Array.isArray(volumeClaimTemplates) ? volumeClaimTemplates.map((one) => asObject(asObject(one).spec)) : [];
  });
  const wanted = [
    ...ofKind(candidate, 'PersistentVolumeClaim').map(({ spec }: JsonObject) => asObject(spec)),
    ...templates,
  ];
  const classes = [...storageClasses.names].join(', ') || '–';
  const found = wanted.flatMap(({ storageClassName: name, volumeName, selector }) => {
    // One that waits for a volume somebody makes by hand needs no class.
    if (volumeName !== undefined || selector !== undefined || name === '') return [];
    if (name === undefined)
      return storageClasses.hasDefault ? [] : [finding('block', 'storage-no-default', { classes })];
    return storageClasses.names.has(String(name))
      ? []
      : [finding('block', 'storage-class', { name: String(name), classes })];
  });
  return found.slice(0, 1);
}

/** A budget of others that lets no pod of these go. */
export const budgets: Check = ({ parts, facts }) =>
  parts.flatMap(({ labels, object }) =>
    (facts.budgets ?? [])
      .filter(({ labels: wanted, allowed }) => {
        const entries = Object.entries(wanted);
        return allowed === 0 && entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
      })
      .map(({ name }) => finding('note', 'budget-blocks', { budget: name, object: objectText(object) })),
  );
