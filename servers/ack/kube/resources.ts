import { z } from 'zod';
import { refusal } from '../errors.ts';
import type { KubeWire } from './wire.ts';

/** A kind as the API's paths know it. */
export interface Resource {
  /** `v1`, or a group with its version such as `apps/v1`. */
  apiVersion: string;
  kind: string;
  /** As in paths: `deployments`. */
  plural: string;
  namespaced: boolean;
}

/** The kinds known without asking, at the versions that every supported Kubernetes serves. https://kubernetes.io/docs/reference/kubernetes-api/ */
const table = `
v1 Pod pods · v1 Service services · v1 Endpoints endpoints · v1 Event events · v1 ConfigMap configmaps · v1 Secret secrets
v1 ServiceAccount serviceaccounts · v1 PersistentVolumeClaim persistentvolumeclaims · v1 ResourceQuota resourcequotas
v1 LimitRange limitranges · v1 ReplicationController replicationcontrollers
v1 Namespace namespaces cluster · v1 Node nodes cluster · v1 PersistentVolume persistentvolumes cluster
apps/v1 Deployment deployments · apps/v1 ReplicaSet replicasets · apps/v1 StatefulSet statefulsets
apps/v1 DaemonSet daemonsets · apps/v1 ControllerRevision controllerrevisions
batch/v1 Job jobs · batch/v1 CronJob cronjobs · autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers
policy/v1 PodDisruptionBudget poddisruptionbudgets · networking.k8s.io/v1 Ingress ingresses
networking.k8s.io/v1 NetworkPolicy networkpolicies · networking.k8s.io/v1 IngressClass ingressclasses cluster
discovery.k8s.io/v1 EndpointSlice endpointslices · coordination.k8s.io/v1 Lease leases
storage.k8s.io/v1 StorageClass storageclasses cluster · storage.k8s.io/v1 VolumeAttachment volumeattachments cluster
scheduling.k8s.io/v1 PriorityClass priorityclasses cluster
rbac.authorization.k8s.io/v1 Role roles · rbac.authorization.k8s.io/v1 RoleBinding rolebindings
rbac.authorization.k8s.io/v1 ClusterRole clusterroles cluster
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings cluster
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations cluster
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations cluster
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions cluster
apiregistration.k8s.io/v1 APIService apiservices cluster
`;

const known: readonly Resource[] = table
  .split(/[·\n]/)
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [apiVersion = '', kind = '', plural = '', scope] = line.trim().split(' ');
    return { apiVersion, kind, plural, namespaced: scope !== 'cluster' };
  });

/** The kind from the list of the known, whatever its version; undefined for a custom one. */
export function knownKind(kind: string): Resource | undefined {
  return known.find((resource) => resource.kind === kind);
}

const discovered = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** What a kind is called in paths; a custom kind is asked of the server. Refuses with NOT_FOUND, INVALID_ARGUMENT. */
export async function resourceOf(
  wire: KubeWire,
  { apiVersion, kind }: { apiVersion?: string | undefined; kind: string },
  signal: AbortSignal,
): Promise<Resource> {
  const found = knownKind(kind);
  if (found && (apiVersion === undefined || apiVersion === found.apiVersion)) return found;
  if (apiVersion === undefined)
    throw refusal('INVALID_ARGUMENT', `${kind} is not a kind of Kubernetes itself: give its apiVersion as well`);
  /** https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery-api */
  const { body } = await wire.send({ path: rootOf(apiVersion), signal });
  const match = discovered.parse(body).resources.find(({ name, kind: each }) => each === kind && !name.includes('/'));
  if (!match) throw refusal('NOT_FOUND', `The cluster has no kind ${kind} in ${apiVersion}`);
  return { apiVersion, kind, plural: match.name, namespaced: match.namespaced };
}

interface Place {
  namespace?: string | undefined;
  name?: string | undefined;
  subresource?: 'log' | 'eviction' | 'scale' | 'status';
}

/** The path of a collection or an object. Names are checked before they are part of a path; refuses with INVALID_ARGUMENT. */
export function pathOf(
  { apiVersion, kind, plural, namespaced }: Resource,
  { namespace, name, subresource }: Place,
): string {
  if (namespaced && name !== undefined && namespace === undefined)
    throw refusal('INVALID_ARGUMENT', `A ${kind} is in a namespace: name it`);
  const within = namespaced && namespace !== undefined ? `/namespaces/${checkedNamespace(namespace)}` : '';
  const one = name === undefined ? '' : `/${checkedName(name, apiVersion)}`;
  return `${rootOf(apiVersion)}${within}/${plural}${one}${subresource ? `/${subresource}` : ''}`;
}

const rootOf = (apiVersion: string) => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const subdomain = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** Names of RBAC objects may be any path segment, such as `system:node`. */
const segment = /^[A-Za-z0-9]([-\w.:]*[A-Za-z0-9])?$/;

function checkedName(name: string, apiVersion: string): string {
  const pattern = apiVersion.startsWith('rbac.') ? segment : subdomain;
  if (name.length > 253 || !pattern.test(name))
    throw refusal('INVALID_ARGUMENT', `${JSON.stringify(name)} is not a name of Kubernetes (RFC 1123)`);
  return encodeURIComponent(name);
}

function checkedNamespace(namespace: string): string {
  if (namespace.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace))
    throw refusal('INVALID_ARGUMENT', `${JSON.stringify(namespace)} is not a namespace's name (RFC 1123)`);
  return namespace;
}
