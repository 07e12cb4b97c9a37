import { Address4 } from 'ip-address';

/** A range as numbers: first address and how many there are. */
interface Range {
  start: number;
  size: number;
}

/** The cloud keeps the first and the last three addresses of a vSwitch. */
const RESERVED = 4;
/** Terway takes addresses ahead of need. */
const HEADROOM = 1.3;
/** A vSwitch is /16 to /29; one for pods should not be smaller than /25. */
const WIDEST = 16;
const NARROWEST = 29;
const NARROWEST_FOR_PODS = 25;

/** A range in canonical form, or undefined when the text is not a network address with a prefix. */
export function canonical(cidr: string): string | undefined {
  if (!cidr.includes('/') || !Address4.isValid(cidr)) return undefined;
  const address = new Address4(cidr);
  const first = address.startAddress().correctForm();
  return first === address.correctForm() ? `${first}/${address.subnetMask}` : undefined;
}

export function prefixOf(cidr: string): number {
  return new Address4(cidr).subnetMask;
}

export function overlaps(a: string, b: string): boolean {
  const [x, y] = [rangeOf(a), rangeOf(b)];
  return x.start < y.start + y.size && y.start < x.start + x.size;
}

export function within(inner: string, outer: string): boolean {
  const [x, y] = [rangeOf(inner), rangeOf(outer)];
  return x.start >= y.start && x.start + x.size <= y.start + y.size;
}

/** Addresses of a vSwitch that can be given away. */
export function usableAddresses(cidr: string): number {
  return rangeOf(cidr).size - RESERVED;
}

/** Pod addresses a zone needs: nodes × pods per node × 1.3. */
export function podAddresses(nodesPerZone: number, podsPerNode: number): number {
  return Math.ceil(nodesPerZone * podsPerNode * HEADROOM);
}

const PRIVATE = [
  ['10.0.0.0/8', 8],
  ['172.16.0.0/12', 12],
  ['192.168.0.0/16', 16],
] as const;

/** Whether ACK takes the range: inside a private block, with a prefix from its own least (or 16 for services) up to 24. */
export function allowedRange(cidr: string, use: 'vpc' | 'service' | 'pods'): boolean {
  const prefix = prefixOf(cidr);
  return PRIVATE.some(([block, least]) => {
    const from = use === 'service' ? 16 : Math.max(least, 8);
    return within(cidr, block) && prefix >= from && prefix <= 24;
  });
}

/** The first of the usual ranges that touches none of the others. */
export function freeRange(usual: readonly string[], taken: readonly string[]): string | undefined {
  return usual.find((cidr) => !taken.some((other) => overlaps(cidr, other)));
}

export interface Vswitch {
  zone: string;
  cidr: string;
}

export interface VswitchPlan {
  nodes: Vswitch[];
  pods: Vswitch[];
}

/** What the vSwitches of a cluster must hold, for each zone. `podsPerZone` 0: no vSwitch for pods. */
export interface AddressNeed {
  vpc: string;
  /** Cut the pods' vSwitches from here instead of from what is left of the VPC. */
  podRange?: string | undefined;
  zones: readonly string[];
  nodesPerZone: number;
  podsPerZone: number;
}

/** Cuts a node vSwitch and a pod vSwitch for each zone out of the VPC, roomy where it can be. Undefined when they do not fit. */
export function planVswitches(need: AddressNeed): VswitchPlan | undefined {
  const leastNode = prefixFor(need.nodesPerZone, NARROWEST);
  const leastPod = need.podsPerZone ? prefixFor(need.podsPerZone, NARROWEST_FOR_PODS) : undefined;
  if (Math.min(leastNode, leastPod ?? NARROWEST) < WIDEST) return undefined;
  for (const spare of [0, 1, 2, 3, 4, 5, 6]) {
    const plan = cut(need, Math.min(leastNode, 23 + spare), leastPod && Math.min(leastPod, 19 + spare));
    if (plan) return plan;
  }
  return undefined;
}

/** The longest prefix (smallest network) that holds so many addresses, no longer than `longest`. */
function prefixFor(addresses: number, longest: number): number {
  return Math.min(longest, 32 - Math.ceil(Math.log2(addresses + RESERVED)));
}

function cut(need: AddressNeed, nodePrefix: number, podPrefix: number | undefined): VswitchPlan | undefined {
  const vpc = rangeOf(need.vpc);
  const podRange = need.podRange ? rangeOf(need.podRange) : undefined;
  const taken: Range[] = [];
  const take = (prefix: number, from: Range, avoid: Range[]) => {
    const found = firstFree(from, prefix, [...taken, ...avoid]);
    if (found) taken.push(found);
    return found && { ...found, cidr: textOf(found) };
  };
  const nodes = need.zones.map((zone) => ({ zone, cidr: take(nodePrefix, vpc, podRange ? [podRange] : [])?.cidr }));
  const pods =
    podPrefix === undefined
      ? []
      : need.zones.map((zone) => ({ zone, cidr: take(podPrefix, podRange ?? vpc, [])?.cidr }));
  const complete = (list: { zone: string; cidr: string | undefined }[]) =>
    list.flatMap(({ zone, cidr }) => (cidr === undefined ? [] : [{ zone, cidr }]));
  const plan = { nodes: complete(nodes), pods: complete(pods) };
  return plan.nodes.length + plan.pods.length === nodes.length + pods.length ? plan : undefined;
}

function firstFree(within: Range, prefix: number, taken: readonly Range[]): Range | undefined {
  const size = 2 ** (32 - prefix);
  let start = Math.ceil(within.start / size) * size;
  while (start + size <= within.start + within.size) {
    const hit = taken.find((other) => start < other.start + other.size && other.start < start + size);
    if (!hit) return { start, size };
    start = Math.ceil((hit.start + hit.size) / size) * size;
  }
  return undefined;
}

function rangeOf(cidr: string): Range {
  const address = new Address4(cidr);
  return { start: Number(address.startAddress().bigInt()), size: 2 ** (32 - address.subnetMask) };
}

function textOf({ start, size }: Range): string {
  return `${Address4.fromBigInt(BigInt(start)).correctForm()}/${32 - Math.log2(size)}`;
}
