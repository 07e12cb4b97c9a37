import type { Draft } from '../store.ts';

const rule = (apiGroups: string[], resources: string[], verbs: string[]) => ({ apiGroups, resources, verbs });
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const ROOT = [
  'configmaps',
  'endpoints',
  'events',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'serviceaccounts',
  'services',
];
const APPS = [
  'daemonsets',
  'deployments',
  'deployments/scale',
  'replicasets',
  'replicasets/scale',
  'statefulsets',
  'statefulsets/scale',
];

const workloads = (verbs: string[]) => [
  rule([''], ROOT, verbs),
  rule(['apps'], [...APPS, 'controllerrevisions'], verbs),
  rule(['batch'], ['cronjobs', 'jobs'], verbs),
  rule(['autoscaling'], ['horizontalpodautoscalers'], verbs),
  rule(['policy'], ['poddisruptionbudgets'], verbs),
  rule(['networking.k8s.io'], ['ingresses', 'networkpolicies'], verbs),
];
const view = [
  ...workloads(READ),
  rule([''], ['namespaces', 'pods/log', 'pods/status', 'resourcequotas', 'limitranges'], READ),
  rule(['discovery.k8s.io'], ['endpointslices'], READ),
  rule(['metrics.k8s.io'], ['pods', 'nodes'], READ),
];
const edit = [
  ...view,
  ...workloads(WRITE),
  rule([''], ['secrets'], [...READ, ...WRITE]),
  rule([''], ['pods/eviction'], ['create']),
];

const clusterRole = (name: string, rules: object[]): Draft => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
  rules,
});

/** The user-facing roles every cluster comes with, without the corners of theirs. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles */
export const DEFAULT_ROLES: readonly Draft[] = [
  clusterRole('cluster-admin', [rule(['*'], ['*'], ['*']), { nonResourceURLs: ['*'], verbs: ['*'] }]),
  clusterRole('admin', [...edit, rule(['rbac.authorization.k8s.io'], ['roles', 'rolebindings'], [...READ, ...WRITE])]),
  clusterRole('edit', edit),
  clusterRole('view', view),
  clusterRole('system:basic-user', [
    rule(['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
  ]),
];

const binding = (name: string, role: string, group: string): Draft => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
});

export const DEFAULT_BINDINGS: readonly Draft[] = [
  binding('cluster-admin', 'cluster-admin', 'system:masters'),
  binding('system:basic-user', 'system:basic-user', 'system:authenticated'),
];
