import type { Resource } from '../objects.ts';
import { groupVersion } from '../resources.ts';

/** Kinds that are answered but not kept. */
const review = (kind: string, namespaced: boolean): Resource => ({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind,
  plural: `${kind.toLowerCase()}s`,
  singular: kind.toLowerCase(),
  shortNames: [],
  namespaced,
  categories: [],
  subresources: [],
});
const metrics = (kind: string, plural: string, namespaced: boolean): Resource => ({
  ...review(kind, namespaced),
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  plural,
  singular: '',
});

/** What is answered from other state than the store. */
export const COMPUTED: readonly Resource[] = [
  review('SelfSubjectAccessReview', false),
  review('SelfSubjectRulesReview', false),
  review('SubjectAccessReview', false),
  review('LocalSubjectAccessReview', true),
  metrics('NodeMetrics', 'nodes', false),
  metrics('PodMetrics', 'pods', true),
];

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The kinds of subresources that are not of their parent's kind. */
const SUB_KINDS: Record<string, { group: string; version: string; kind: string; verbs: string[] }> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  binding: { group: '', version: 'v1', kind: 'Binding', verbs: ['create'] },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
};

/** `/api/v1` or `/apis/GROUP/VERSION`; undefined when nothing is served there. */
export function resourceList(resources: readonly Resource[], wanted: string) {
  const served = [...resources, ...COMPUTED].filter((resource) => groupVersion(resource) === wanted);
  if (served.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: wanted, resources: served.flatMap(entries) };
}

function entries(resource: Resource) {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
  const subs = resource.subresources.map((name) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    ...(SUB_KINDS[name] ?? { kind, verbs: name === 'log' ? ['get'] : ['get', 'patch', 'update'] }),
  }));
  return [main, ...subs];
}

function verbsOf({ group }: Resource): string[] {
  if (group === 'authorization.k8s.io') return ['create'];
  return group === 'metrics.k8s.io' ? ['get', 'list'] : VERBS;
}

/** `/apis`: every group with its versions, the preferred one first. */
export function groupList(resources: readonly Resource[]) {
  const names = [...new Set([...resources, ...COMPUTED].map(({ group }) => group))].filter(Boolean);
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: names.map((name) => groupOf(resources, name)) };
}

/** `/apis/GROUP`; undefined for a group that is not served. */
export function apiGroup(resources: readonly Resource[], name: string) {
  const group = groupOf(resources, name);
  return group.versions.length > 0 ? { kind: 'APIGroup', apiVersion: 'v1', ...group } : undefined;
}

function groupOf(resources: readonly Resource[], name: string) {
  const served = [...resources, ...COMPUTED].filter(({ group }) => group === name);
  const versions = [...new Set(served.map(({ version }) => version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

/** `/api` */
export const coreVersions = () => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
});

/** `/version` of a cluster whose version is written as ACK writes it: `1.36.1-aliyun.1`. */
export function versionInfo(aliyunVersion: string) {
  const [major = '', minor = ''] = aliyunVersion.split('.');
  return { major, minor, gitVersion: `v${aliyunVersion}`, gitTreeState: 'clean', platform: 'linux/amd64' };
}
