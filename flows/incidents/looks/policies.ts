import { selects } from '../../../src/flow/selectors.ts';
import type { Objects } from '../kinds.ts';

/** What NetworkPolicies let through. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */

export type Policy = Objects['NetworkPolicy'];
type Direction = 'ingress' | 'egress';
type Rule = NonNullable<Policy['spec']['ingress']>[number] | NonNullable<Policy['spec']['egress']>[number];
type Peer = NonNullable<Policy['spec']['ingress']>[number]['from'][number];

/** One end of a connection. */
export interface End {
  namespace: string;
  labels: Record<string, string>;
  ip?: string | undefined;
  /** Names of ports of its containers. */
  ports?: ReadonlyMap<string, number>;
}

/** A connection that is asked about. */
export interface Connection {
  from: End;
  to: End;
  port?: number | undefined;
  protocol: string;
}

/** Labels of a namespace; undefined where they are not known. */
export type NamespaceLabels = (namespace: string) => Record<string, string> | undefined;

/** The policies that hold a pod in isolation in one direction. */
export function isolating(policies: readonly Policy[], { namespace, labels }: End, direction: Direction): Policy[] {
  return policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      metadata.deletionTimestamp === undefined &&
      (spec.podSelector === undefined || selects(spec.podSelector, labels)) &&
      directionsOf(spec).includes(direction),
  );
}

function directionsOf({ policyTypes, egress }: Policy['spec']): Direction[] {
  if (policyTypes.length > 0) return policyTypes.map((type) => (type === 'Egress' ? 'egress' : 'ingress'));
  return egress === undefined ? ['ingress'] : ['ingress', 'egress'];
}

/** The policies that stop a connection, at either end; none where one of them lets it through or it cannot be told. */
export function blocking(policies: readonly Policy[], connection: Connection, namespaces: NamespaceLabels): Policy[] {
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const held = isolating(policies, direction === 'ingress' ? connection.to : connection.from, direction);
    const isOpen = held.some(({ spec }) =>
      (spec[direction] ?? []).some((rule) => lets(rule, connection, { direction, namespaces })),
    );
    return isOpen ? [] : held;
  });
}

interface Way {
  direction: Direction;
  namespaces: NamespaceLabels;
}

function lets(rule: Rule, connection: Connection, way: Way): boolean {
  const peers: readonly Peer[] = 'from' in rule ? rule.from : rule.to;
  const { to, port, protocol } = connection;
  const isPort =
    rule.ports.length === 0 ||
    port === undefined ||
    rule.ports.some(({ protocol: allowed = 'TCP', port: from, endPort }) => {
      if (allowed !== protocol) return false;
      if (from === undefined) return true;
      const number = typeof from === 'string' ? (to.ports?.get(from) ?? Number(from)) : from;
      return Number.isNaN(number) || (port >= number && port <= (endPort ?? number));
    });
  const other = way.direction === 'ingress' ? connection.from : to;
  const own = way.direction === 'ingress' ? to : connection.from;
  return (
    isPort && (peers.length === 0 || peers.some((peer) => isPeer(peer, other, { own, namespaces: way.namespaces })))
  );
}

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  { namespace, labels, ip }: End,
  { own, namespaces }: { own: End; namespaces: NamespaceLabels },
): boolean {
  // Whether a block holds an address behind a Service depends on the network: only a clear no is a no.
  if (ipBlock) return ip === undefined || inBlock(ip, ipBlock.cidr ?? '') !== false;
  if (podSelector && !selects(podSelector, labels)) return false;
  if (!namespaceSelector) return podSelector === undefined || namespace === own.namespace;
  const known = namespaces(namespace);
  return known === undefined || selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace, ...known });
}

/** Whether an IPv4 address lies in a block; undefined where one of them is none. */
function inBlock(ip: string, cidr: string): boolean | undefined {
  const [base = '', bits = '32'] = cidr.split('/');
  const [a, b] = [toNumber(ip), toNumber(base)];
  if (a === undefined || b === undefined) return undefined;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(a / size) === Math.floor(b / size);
}

function toNumber(ip: string): number | undefined {
  const parts = ip.split('.').map(Number);
  const isValid = parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  return isValid ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}
