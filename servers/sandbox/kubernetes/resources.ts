import type { Resource } from './objects.ts';

type Scope = 'namespaced' | 'cluster';
interface More {
  short?: readonly string[];
  all?: boolean;
  plural?: string;
  singular?: string;
  sub?: readonly string[];
}

const kind = (groupVersion: string, name: string, scope: Scope, more: More = {}): Resource => {
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  const singular = name.toLowerCase();
  return {
    group: group ?? '',
    version: version ?? '',
    kind: name,
    plural: more.plural ?? `${singular}s`,
    singular,
    shortNames: more.short ?? [],
    namespaced: scope === 'namespaced',
    categories: more.all ? ['all'] : [],
    subresources: more.sub ?? [],
  };
};

/**
 * Every kind that is kept. The order of versions matters: the first entry of a plural is the version it is stored in.
 * Short names and categories as `kubectl api-resources` of 1.36 prints them.
 */
export const RESOURCES: readonly Resource[] = [
  kind('v1', 'Namespace', 'cluster', { short: ['ns'], sub: ['status', 'finalize'] }),
  kind('v1', 'Pod', 'namespaced', {
    short: ['po'],
    all: true,
    sub: ['status', 'log', 'eviction', 'binding'],
  }),
  kind('v1', 'Service', 'namespaced', { short: ['svc'], all: true, sub: ['status'] }),
  kind('v1', 'Endpoints', 'namespaced', { short: ['ep'], plural: 'endpoints' }),
  kind('v1', 'Event', 'namespaced', { short: ['ev'] }),
  kind('v1', 'Node', 'cluster', { short: ['no'], sub: ['status'] }),
  kind('v1', 'ConfigMap', 'namespaced', { short: ['cm'] }),
  kind('v1', 'Secret', 'namespaced'),
  kind('v1', 'ServiceAccount', 'namespaced', { short: ['sa'], sub: ['token'] }),
  kind('v1', 'PersistentVolume', 'cluster', { short: ['pv'], sub: ['status'] }),
  kind('v1', 'PersistentVolumeClaim', 'namespaced', { short: ['pvc'], sub: ['status'] }),
  kind('v1', 'ResourceQuota', 'namespaced', { short: ['quota'], sub: ['status'] }),
  kind('v1', 'LimitRange', 'namespaced', { short: ['limits'] }),
  kind('v1', 'ReplicationController', 'namespaced', { short: ['rc'], all: true, sub: ['status', 'scale'] }),
  kind('apps/v1', 'Deployment', 'namespaced', { short: ['deploy'], all: true, sub: ['status', 'scale'] }),
  kind('apps/v1', 'ReplicaSet', 'namespaced', { short: ['rs'], all: true, sub: ['status', 'scale'] }),
  kind('apps/v1', 'StatefulSet', 'namespaced', { short: ['sts'], all: true, sub: ['status', 'scale'] }),
  kind('apps/v1', 'DaemonSet', 'namespaced', { short: ['ds'], all: true, sub: ['status'] }),
  kind('apps/v1', 'ControllerRevision', 'namespaced'),
  kind('batch/v1', 'Job', 'namespaced', { all: true, sub: ['status'] }),
  kind('batch/v1', 'CronJob', 'namespaced', { short: ['cj'], all: true, sub: ['status'] }),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'namespaced', { short: ['hpa'], all: true, sub: ['status'] }),
  kind('autoscaling/v1', 'HorizontalPodAutoscaler', 'namespaced', { short: ['hpa'], all: true, sub: ['status'] }),
  kind('policy/v1', 'PodDisruptionBudget', 'namespaced', { short: ['pdb'], sub: ['status'] }),
  kind('policy/v1beta1', 'PodDisruptionBudget', 'namespaced', { short: ['pdb'], sub: ['status'] }),
  kind('networking.k8s.io/v1', 'Ingress', 'namespaced', { short: ['ing'], plural: 'ingresses', sub: ['status'] }),
  kind('networking.k8s.io/v1', 'IngressClass', 'cluster', { plural: 'ingressclasses' }),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'namespaced', { short: ['netpol'], plural: 'networkpolicies' }),
  kind('discovery.k8s.io/v1', 'EndpointSlice', 'namespaced'),
  kind('storage.k8s.io/v1', 'StorageClass', 'cluster', { short: ['sc'], plural: 'storageclasses' }),
  kind('storage.k8s.io/v1', 'VolumeAttachment', 'cluster', { sub: ['status'] }),
  kind('rbac.authorization.k8s.io/v1', 'Role', 'namespaced'),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'namespaced'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole', 'cluster'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'cluster'),
  kind('coordination.k8s.io/v1', 'Lease', 'namespaced'),
  kind('scheduling.k8s.io/v1', 'PriorityClass', 'cluster', { short: ['pc'], plural: 'priorityclasses' }),
  kind('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'cluster'),
  kind('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'cluster'),
  kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'cluster', {
    short: ['crd', 'crds'],
    sub: ['status'],
  }),
];

/** Groups whose objects carry no `metadata.generation`, as the real registries leave it out. */
const UNVERSIONED = new Set([
  'namespaces',
  'services',
  'endpoints',
  'events',
  'nodes',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'persistentvolumes',
  'persistentvolumeclaims',
  'resourcequotas',
  'limitranges',
  'horizontalpodautoscalers',
  'controllerrevisions',
  'endpointslices',
  'storageclasses',
  'volumeattachments',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
  'leases',
]);

/** Whether a kind counts the changes of its spec in `metadata.generation`. */
export const countsGenerations = (plural: string): boolean => !UNVERSIONED.has(plural);

/** `apps/v1`, or `v1` in the core group. */
export const groupVersion = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version;

/** The entry of a plural in the version it is stored in. */
export const storedResource = (resources: readonly Resource[], plural: string): Resource | undefined =>
  resources.find((resource) => resource.plural === plural);
