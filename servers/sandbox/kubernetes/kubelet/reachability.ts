import { type Context, isReady } from '../controllers/context.ts';
import type { NetworkPolicy, Peer, Pod } from '../controllers/kinds.ts';
import { matches } from '../controllers/selectors.ts';

/** Whether a program of a pod has this port open. */
export type Listening = (pod: Pod, port: number) => boolean;

/** Whether a pod can look a name up: DNS runs, and no policy is in the way. */
export function dnsAnswers(context: Context, from: Pod): boolean {
  const servers = context.read
    .list('pods', 'kube-system')
    .filter(({ metadata }) => metadata.labels?.['k8s-app'] === 'kube-dns');
  // Without a Service of that name the cluster's DNS is managed outside of it.
  if (!context.read.get('services', 'kube-system', 'kube-dns')) return true;
  return servers.some((to) => isReady(to) && policyAllows(context, { from, to, port: 53 }));
}

interface Way {
  from: Pod;
  to: Pod;
  port: number;
}

/** Whether the NetworkPolicies of both ends let traffic pass. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export function policyAllows(context: Context, way: Way): boolean {
  return sideAllows(context, way, 'Egress') && sideAllows(context, way, 'Ingress');
}

function sideAllows(context: Context, { from, to, port }: Way, side: 'Ingress' | 'Egress'): boolean {
  const [subject, peer] = side === 'Egress' ? [from, to] : [to, from];
  const policies = context.read
    .list('networkpolicies', subject.metadata.namespace)
    .filter((policy) => matches(policy.spec.podSelector, subject.metadata.labels) && typesOf(policy).includes(side));
  if (policies.length === 0) return true;
  return policies.some((policy) =>
    rulesOf(policy, side).some(
      ({ peers, ports }) =>
        (peers.length === 0 || peers.some((each) => fitsPeer(context, policy, { peer: each, pod: peer }))) &&
        (ports.length === 0 || ports.some((each) => fitsPort(each, to, port))),
    ),
  );
}

const typesOf = ({ spec }: NetworkPolicy): string[] =>
  spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])];

type Ports = NonNullable<NonNullable<NetworkPolicy['spec']['ingress']>[number]['ports']>;

function rulesOf({ spec }: NetworkPolicy, side: 'Ingress' | 'Egress'): { peers: Peer[]; ports: Ports }[] {
  return side === 'Ingress'
    ? (spec.ingress ?? []).map((rule) => ({ peers: rule.from ?? [], ports: rule.ports ?? [] }))
    : (spec.egress ?? []).map((rule) => ({ peers: rule.to ?? [], ports: rule.ports ?? [] }));
}

function fitsPort({ port, endPort }: Ports[number], to: Pod, number: number): boolean {
  if (port === undefined) return true;
  if (typeof port === 'number') return endPort ? number >= port && number <= endPort : number === port;
  return to.spec.containers.some(({ ports }) =>
    ports?.some((each) => each.name === port && each.containerPort === number),
  );
}

function fitsPeer(context: Context, policy: NetworkPolicy, { peer, pod }: { peer: Peer; pod: Pod }): boolean {
  if (peer.ipBlock) return peer.ipBlock.cidr === '0.0.0.0/0';
  const { namespace = '' } = pod.metadata;
  const home = context.read.get('namespaces', undefined, namespace);
  const place = peer.namespaceSelector
    ? matches(peer.namespaceSelector, { 'kubernetes.io/metadata.name': namespace, ...home?.metadata.labels })
    : namespace === policy.metadata.namespace;
  return place && (!peer.podSelector || matches(peer.podSelector, pod.metadata.labels));
}
