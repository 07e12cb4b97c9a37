import { refusal } from '../../errors.ts';
import { type KubeObject, recordOf } from '../objects.ts';
import { knownKind } from '../resources.ts';
import { claimProblems, podProblems } from './pods.ts';
import { elements, type Problem, problem, unlisted, when, words } from './problem.ts';
import { secretData } from './secrets.ts';

/** Which objects may be applied: a closed list of kinds, and for each what it may say. */

const rules: Record<string, (object: KubeObject) => Problem[]> = {
  Namespace: (object) => [...fieldsOf(object, ''), ...namespaceProblems(object)],
  ConfigMap: (object) => [...fieldsOf(object, 'data binaryData immutable'), ...secretData(recordOf(object.data))],
  Service: (object) => [...fieldsOf(object, 'spec'), ...serviceProblems(recordOf(object.spec))],
  ServiceAccount: (object) => [
    ...fieldsOf(object, 'automountServiceAccountToken imagePullSecrets'),
    ...when(object.automountServiceAccountToken !== false, 'automountServiceAccountToken', 'must be false'),
  ],
  Deployment: workload,
  StatefulSet: (object) => [
    ...workload(object),
    ...elements(recordOf(object.spec).volumeClaimTemplates, 'spec.volumeClaimTemplates').flatMap(({ fields, at }) =>
      claimProblems(fields.spec, at),
    ),
  ],
  DaemonSet: workload,
  Job: workload,
  CronJob: (object) => [
    ...fieldsOf(object, 'spec'),
    ...podProblems(
      recordOf(recordOf(recordOf(object.spec).jobTemplate).spec).template,
      'spec.jobTemplate.spec.template',
    ),
  ],
  HorizontalPodAutoscaler: (object) => fieldsOf(object, 'spec'),
  PodDisruptionBudget: (object) => fieldsOf(object, 'spec'),
  Ingress: (object) => fieldsOf(object, 'spec'),
  NetworkPolicy: (object) => fieldsOf(object, 'spec'),
  PersistentVolumeClaim: (object) => [...fieldsOf(object, 'spec'), ...claimProblems(object.spec, 'spec')],
};

function workload(object: KubeObject): Problem[] {
  return [...fieldsOf(object, 'spec'), ...podProblems(recordOf(object.spec).template, 'spec.template')];
}

/** The kinds that may be applied. */
export const applicableKinds: readonly string[] = Object.keys(rules);

const heads = 'apiVersion kind metadata';
const fieldsOf = (object: KubeObject, own: string) => unlisted(object, words(`${heads} ${own}`), kindOf(object));
const kindOf = ({ kind }: KubeObject) => kind ?? 'object';

/** https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const namespaceProblems = ({ metadata: { labels } }: KubeObject) =>
  when(
    labels?.['pod-security.kubernetes.io/enforce'] === 'privileged',
    'metadata.labels.pod-security.kubernetes.io/enforce',
    'would let privileged pods in',
  );

/** External addresses and names lead traffic astray: CVE-2020-8554. https://github.com/kubernetes/kubernetes/issues/97076 */
const serviceProblems = ({ type, externalIPs, externalName }: Record<string, unknown>) => [
  ...when(Array.isArray(externalIPs) && externalIPs.length > 0, 'spec.externalIPs', 'would catch traffic of others'),
  ...when(type === 'ExternalName' || externalName !== undefined, 'spec.externalName', 'would lead out of the cluster'),
];

const metadataFields = words('name namespace labels annotations');
const closedNamespaces = /^kube-/;

function metadataProblems({ kind, metadata }: KubeObject): Problem[] {
  const resource = knownKind(kind ?? '');
  const { name, namespace, annotations, ...rest } = metadata;
  const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '' && value !== undefined));
  const within = kind === 'Namespace' ? name : namespace;
  return [
    ...unlisted(set, metadataFields, 'metadata'),
    ...when(resource?.namespaced === true && namespace === undefined, 'metadata.namespace', 'is missing'),
    ...when(resource?.namespaced === false && namespace !== undefined, 'metadata.namespace', `is none for a ${kind}`),
    ...when(closedNamespaces.test(within ?? ''), 'metadata.namespace', `${within} belongs to the cluster itself`),
    ...Object.entries(annotations ?? {}).flatMap(([key, value]) => forbiddenAnnotation(key, value)),
  ];
}

function forbiddenAnnotation(key: string, value: string): Problem[] {
  const at = `metadata.annotations.${key}`;
  if (key.startsWith('k8s-copilot/')) return [problem(at, 'is set by this server only')];
  if (key === 'kubectl.kubernetes.io/last-applied-configuration')
    return [problem(at, 'is kept by kubectl: leave it out')];
  // https://github.com/kubernetes/ingress-nginx/issues/7837 (CVE-2021-25742)
  if (/^nginx\.(ingress\.kubernetes\.io|org)\/.*snippets?$/.test(key))
    return [problem(at, 'would run code in the controller')];
  // https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/add-annotations-to-the-yaml-file-of-a-service-to-configure-clb-instances
  if (key.endsWith('alibaba-cloud-loadbalancer-force-override-listeners') && value === 'true')
    return [problem(at, 'would take the listeners of another load balancer')];
  return [];
}

/** What stands in the place of a secret in everything that leaves the bot's gateway. */
const blanked = '<secret:';
const mostBytes = 256 * 1024;

/** Everything that the rules say against an object as it would be applied. */
export function problemsOf(object: KubeObject): Problem[] {
  const rule = rules[kindOf(object)];
  if (!rule) return [problem('kind', `${kindOf(object)} is not among the kinds that may be applied`)];
  const known = knownKind(kindOf(object))?.apiVersion;
  return [
    ...when(object.apiVersion !== known, 'apiVersion', `must be ${known} for a ${object.kind}`),
    ...metadataProblems(object),
    ...rule(object),
  ];
}

const sizeAndSecrets = (text: string): Problem[] => [
  ...when(
    text.includes(blanked),
    'object',
    'holds a secret that was blanked out on its way: refer to a Secret instead',
  ),
  ...when(Buffer.byteLength(text) > mostBytes, 'object', `has more than ${mostBytes / 1024} KiB`),
];

/** Refuses with REFUSED an object that the closed rules forbid, naming the first places; the others are in the details. */
export function checkApplicable(object: KubeObject): void {
  refuse(object, [...sizeAndSecrets(JSON.stringify(object)), ...problemsOf(object)]);
}

/** Refuses with REFUSED what would bring something forbidden into an object that is not in it now. */
export function checkNoWorse(now: KubeObject, next: KubeObject): void {
  const known = new Set(problemsOf(now).map(({ path, why }) => `${path} ${why}`));
  const fresh = problemsOf(next).filter(({ path, why }) => !known.has(`${path} ${why}`));
  refuse(next, [...sizeAndSecrets(JSON.stringify(next)), ...fresh]);
}

function refuse({ kind, metadata: { name } }: KubeObject, problems: Problem[]): void {
  if (problems.length === 0) return;
  const told = problems.slice(0, 3).map(({ path, why }) => `${path} ${why}`);
  const more = problems.length > told.length ? `; and ${problems.length - told.length} more` : '';
  const list = problems.slice(0, 50).map(({ path, why }) => ({ path, why }));
  throw refusal('REFUSED', `${kind ?? 'Object'} ${name}: ${told.join('; ')}${more}`, { problems: list });
}
