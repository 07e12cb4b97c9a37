import { type ObjectRef, refKey } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { refOf } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Workload } from '../owners.ts';
import { isActive } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { type Complaint, complaintsOf } from './complaints.ts';

const DNS_NAMESPACE = 'kube-system';
/** The server, not the name, is what a lookup fails at. */
const SERVER =
  /server misbehaving|SERVFAIL|i\/o timeout|temporary failure|EAI_AGAIN|try again|:53\b.{0,80}(?:refused|timed? ?out|unreachable)|no servers could be reached|(?:DNS|resolv).{0,60}timed? ?out/i;
/** The server has answered: there is no such name. */
const NO_NAME =
  /no such host|NXDOMAIN|ENOTFOUND|UnknownHost|name or service not known|does not resolve|nodename nor servname|not found in upstream|could not resolve host|could not translate host name|can't find|bad address|unknown host|No address associated/i;

/** What logs say about names that do not resolve: because of the server, or because of the name. */
export const dnsTroubles = oncePerScene(async (scene: Scene) => {
  const all = (await complaintsOf(scene)).filter(({ match }) => match.kind === 'dns' || /:53\b/.test(match.line));
  // Where nothing outside can be asked either, a name that does not exist ends in a failure, too.
  const server = all.filter(({ match, target }) => SERVER.test(match.line) && target.kind !== 'missing');
  const name = all.filter(
    (one) => !server.includes(one) && (NO_NAME.test(one.match.line) || one.target.kind === 'missing'),
  );
  return { server, name };
});

/** The workloads that complain, each once. */
export function clientsOf(complaints: readonly Complaint[]): ObjectRef[] {
  return [...new Map(complaints.map(({ reading }) => [refKey(reading.workload.ref), reading.workload.ref])).values()];
}

/** The DNS server of the cluster as far as it can be seen. */
export interface DnsServer {
  ref: ObjectRef;
  /** Undefined: unknown. */
  replicas: number | undefined;
  pods: readonly Pod[];
}

/**
 * The workloads that answer lookups; none where they were not seen. Their pods are asked for only where `wanted` says that there is a
 * reason.
 */
export async function dnsServers(scene: Scene, wanted: boolean): Promise<DnsServer[]> {
  const { namespace } = scene.scope;
  if (namespace === undefined || namespace === DNS_NAMESPACE) {
    const own = scene.workloads.filter(({ ref, templateLabels }) => isDns(ref, templateLabels));
    return own.map(({ ref, replicas, pods }) => ({ ref, replicas, pods }));
  }
  if (!wanted) return [];
  const pods = (await scene.list('Pod', DNS_NAMESPACE)).items.filter(isActive);
  const deployments = (await scene.list('Deployment', DNS_NAMESPACE)).items.filter((one) =>
    isDns(refOf('Deployment', one), one.spec.template.metadata.labels),
  );
  return deployments.map((one) => {
    const { name } = one.metadata;
    const own = pods.filter(({ metadata }) =>
      metadata.ownerReferences.some((owner) => owner.name.startsWith(`${name}-`)),
    );
    return { ref: refOf('Deployment', one), replicas: one.spec.replicas ?? 1, pods: own };
  });
}

function isDns({ kind, namespace, name }: ObjectRef, labels: Record<string, string>): boolean {
  if (namespace !== DNS_NAMESPACE || /autoscaler|local/.test(name) || !/Deployment|DaemonSet|StatefulSet/.test(kind))
    return false;
  return (
    labels['k8s-app'] === 'kube-dns' || /^(?:rke2-)?(?:coredns|kube-dns)/.test(name) || /(?:^|-)coredns$/.test(name)
  );
}

/** Addresses of private networks, and of the cache that some clusters run on each node. */
const PRIVATE =
  /^(?:10|127)\.|^172\.(?:1[6-9]|2\d|3[01])\.|^192\.168\.|^169\.254\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|:/;

/** The pods of a workload ask the cluster's DNS. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
export function usesClusterDns({ template: { dnsPolicy, dnsConfig, hostNetwork } }: Workload): boolean {
  if (dnsPolicy === 'None') return dnsConfig?.nameservers.some((server) => PRIVATE.test(server)) ?? false;
  if (dnsPolicy === 'Default') return false;
  return !hostNetwork || dnsPolicy === 'ClusterFirstWithHostNet';
}
