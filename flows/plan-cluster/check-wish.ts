import { allowedRange, canonical, overlaps, within } from './cidr.ts';
import type { Knowledge } from './knowledge.ts';
import { alternatives, inStock } from './ladder.ts';
import { type Nearest, type Refusal, refuse, values } from './refusal.ts';
import { freeName, regionOf, versionOf, type Wish, ZONES_OF } from './wish.ts';

type WishRule = (wish: Wish, knowledge: Knowledge) => Refusal | undefined;

/** What speaks against the wish itself, whatever nodes it gets; in the order a person should mend it. */
export function checkWish(wish: Wish, knowledge: Knowledge): Refusal[] {
  return WISH_RULES.flatMap((rule) => rule(wish, knowledge) ?? []);
}

/** Regions with at least so many known zones; those of the same country first. */
function regionsWith(zones: number, near: string, knowledge: Knowledge): Nearest[] {
  const country = near.split('-')[0] ?? '';
  const fit = knowledge.regions.filter((region) => region.zones.length >= zones).map(({ id }) => id);
  const close = (id: string) => (id.startsWith(`${country}-`) ? 0 : 1);
  return values(
    'region',
    fit.sort((a, b) => close(a) - close(b)),
  );
}

const regionKnown: WishRule = ({ region }, knowledge) =>
  knowledge.regions.some(({ id }) => id === region)
    ? undefined
    : refuse('region-unknown', 'region', { region }, regionsWith(3, region, knowledge));

const zonesKnown: WishRule = (wish, knowledge) => {
  const { region, zones } = wish;
  const known = regionOf(region, knowledge).zones;
  if (zones.length === 0) return refuse('zones-unknown', 'zones', { region }, regionsWith(3, region, knowledge));
  const strange = known.length > 0 && zones.find((zone) => !known.includes(zone));
  return strange ? refuse('zone-unknown', 'zones', { zone: strange, region }, values('zones', known)) : undefined;
};

const enoughZones: WishRule = (wish, knowledge) => {
  const { region, zones, availability } = wish;
  const needed = ZONES_OF[availability];
  if (zones.length === 0 || zones.length >= needed) return undefined;
  const lower = zones.length === 2 ? 'two-zone' : 'single-zone';
  const nearest: Nearest[] = [{ field: 'availability', value: lower }, ...regionsWith(needed, region, knowledge)];
  return refuse('too-few-zones', 'availability', { region, needed, zones: zones.length }, nearest);
};

const versionCreatable: WishRule = ({ asked, kubernetesVersion }, knowledge) => {
  const found = versionOf(kubernetesVersion, knowledge);
  if (found?.creatable) return undefined;
  const nearest = values(
    'kubernetesVersion',
    knowledge.versions.filter((each) => each.creatable).map((each) => each.minor),
  );
  const version = asked.kubernetesVersion ?? kubernetesVersion;
  return found?.endOfSupport
    ? refuse('version-ended', 'kubernetesVersion', { version, date: found.endOfSupport }, nearest)
    : refuse('version-not-creatable', 'kubernetesVersion', { version }, nearest);
};

const containerdOnly: WishRule = ({ runtime }) =>
  runtime === 'docker' ? refuse('docker', 'runtime', {}, values('runtime', ['containerd'])) : undefined;

const flannelPolicy: WishRule = ({ network, networkPolicy }) =>
  network === 'flannel' && networkPolicy
    ? refuse('flannel-network-policy', 'networkPolicy', {}, [
        { field: 'network', value: 'terway-shared' },
        { field: 'networkPolicy', value: false },
      ])
    : undefined;

const ipv4Only: WishRule = ({ network, dualStack }) =>
  dualStack
    ? refuse(network === 'flannel' ? 'flannel-dual-stack' : 'dual-stack', 'dualStack', {}, [
        { field: 'dualStack', value: false },
      ])
    : undefined;

const flannelIngress: WishRule = ({ network, ingress }) =>
  network === 'flannel' && ingress === 'alb'
    ? refuse('flannel-alb', 'ingress', {}, [
        { field: 'ingress', value: 'nginx' },
        { field: 'network', value: 'terway-shared' },
      ])
    : undefined;

const rangesRight: WishRule = ({ vpcCidr, serviceCidr, podCidr, network }) => {
  const named = { vpcCidr, serviceCidr, ...(podCidr && { podCidr }) };
  const uses = { vpcCidr: 'vpc', serviceCidr: 'service', podCidr: 'pods' } as const;
  const usual = { vpcCidr: '172.16.0.0/12', serviceCidr: '192.168.0.0/16', podCidr: '10.0.0.0/16' };
  for (const field of ['vpcCidr', 'serviceCidr', 'podCidr'] as const) {
    const cidr = named[field];
    if (cidr === undefined || (field === 'podCidr' && network !== 'flannel' && canonical(cidr))) continue;
    const params = { field, cidr };
    if (canonical(cidr) !== cidr)
      return refuse('cidr-invalid', field, params, values(field, [canonical(networkOf(cidr)) ?? usual[field]]));
    if (!allowedRange(cidr, uses[field]))
      return refuse(`cidr-${uses[field]}`, field, params, values(field, [usual[field]]));
  }
  return undefined;
};

const rangesApart: WishRule = ({ vpcCidr, serviceCidr, podCidr, network }) => {
  const ranges = [vpcCidr, serviceCidr, ...(network === 'flannel' && podCidr ? [podCidr] : [])];
  if (ranges.some((cidr) => canonical(cidr) !== cidr)) return undefined;
  if (overlaps(vpcCidr, serviceCidr)) return overlapping('serviceCidr', serviceCidr, vpcCidr, ranges);
  const clash = ranges.slice(0, 2).find((cidr) => podCidr && network === 'flannel' && overlaps(podCidr, cidr));
  return clash && podCidr ? overlapping('podCidr', podCidr, clash, ranges) : undefined;
};

const podsInsideVpc: WishRule = ({ vpcCidr, podCidr, network }) => {
  if (network === 'flannel' || !podCidr || !canonical(podCidr) || !canonical(vpcCidr) || within(podCidr, vpcCidr))
    return undefined;
  return refuse('cidr-outside', 'podCidr', { cidr: podCidr, other: vpcCidr }, []);
};

const clusterTypeFits: WishRule = ({ clusterType, nodeCount, maxNodes }, knowledge) => {
  const limit = knowledge.specs.find(({ id }) => id === clusterType)?.maxNodes;
  const nodes = Math.max(nodeCount ?? 0, maxNodes ?? 0);
  if (limit === undefined || nodes <= limit) return undefined;
  return refuse('basic-nodes', 'clusterType', { spec: clusterType, limit, nodes }, [
    { field: 'clusterType', value: 'ack.pro.small' },
    { field: 'nodeCount', value: limit },
  ]);
};

const enoughNodes: WishRule = ({ nodeCount, zones }) =>
  nodeCount !== undefined && nodeCount < zones.length
    ? refuse('too-few-nodes', 'nodeCount', { nodes: nodeCount, zones: zones.length }, [
        { field: 'nodeCount', value: zones.length },
        { field: 'availability', value: nodeCount === 2 ? 'two-zone' : 'single-zone' },
      ])
    : undefined;

const autoscalingRoom: WishRule = ({ nodeCount, maxNodes }) =>
  nodeCount !== undefined && maxNodes !== undefined && maxNodes < nodeCount
    ? refuse('max-below-count', 'maxNodes', { nodes: nodeCount, max: maxNodes }, [
        { field: 'maxNodes', value: nodeCount * 2 },
      ])
    : undefined;

const typeUsable: WishRule = ({ instanceType, network, zones }, knowledge) => {
  if (instanceType === undefined) return undefined;
  const family = familyOf(instanceType);
  if (network !== 'flannel' && unsupported(family, knowledge))
    return refuse(
      'terway-family',
      'instanceType',
      { type: instanceType },
      values('instanceType', ['ecs.g7.xlarge', 'ecs.c7.xlarge']),
    );
  const type = knowledge.types.find(({ id }) => id === instanceType);
  if (!type)
    return refuse(
      'instance-unknown',
      'instanceType',
      { type: instanceType },
      values('instanceType', ['ecs.g7.xlarge', 'ecs.c7.xlarge', 'ecs.r7.xlarge']),
    );
  if (inStock(type, zones, knowledge)) return undefined;
  const others = alternatives(type, knowledge).filter((each) => inStock(each, zones, knowledge));
  return refuse(
    'no-stock',
    'instanceType',
    { type: instanceType, zones: zones.join(', ') },
    values(
      'instanceType',
      others.map(({ id }) => id),
    ),
  );
};

const imageKnown: WishRule = ({ osImage }, knowledge) =>
  osImage === undefined || knowledge.images.includes(osImage)
    ? undefined
    : refuse('image-unknown', 'osImage', { image: osImage }, values('osImage', knowledge.images));

const addonsKnown: WishRule = ({ addons }, knowledge) => {
  const strange = addons.find((name) => !knowledge.addons.some((addon) => addon.name === name));
  return strange === undefined ? undefined : refuse('addon-unknown', 'addons', { addon: strange }, []);
};

const nameFree: WishRule = ({ name, region }, knowledge) =>
  knowledge.clusterNames.includes(name)
    ? refuse('name-taken', 'name', { name, region }, values('name', [freeName(name, knowledge)]))
    : undefined;

const WISH_RULES: readonly WishRule[] = [
  regionKnown,
  zonesKnown,
  enoughZones,
  versionCreatable,
  containerdOnly,
  flannelPolicy,
  ipv4Only,
  flannelIngress,
  rangesRight,
  rangesApart,
  podsInsideVpc,
  clusterTypeFits,
  enoughNodes,
  autoscalingRoom,
  typeUsable,
  imageKnown,
  addonsKnown,
  nameFree,
];

function overlapping(field: 'serviceCidr' | 'podCidr', cidr: string, other: string, all: readonly string[]): Refusal {
  const rest = all.filter((_, at) => at !== (field === 'serviceCidr' ? 1 : 2));
  const free = ['192.168.0.0/16', '10.96.0.0/16', '10.0.0.0/16', '172.31.0.0/16'].filter(
    (candidate) => !rest.some((each) => overlaps(candidate, each)),
  );
  return refuse('cidr-overlap', field, { field, cidr, other }, values(field, free));
}

function networkOf(cidr: string): string {
  const octets = /^\d{1,3}(\.\d{1,3}){3}/.exec(cidr)?.[0].split('.').slice(0, 2) ?? [];
  return `${octets.join('.')}.0.0/16`;
}

function familyOf(type: string): string {
  return type.replace(/^ecs\./, '').split(/[.-]/)[0] ?? '';
}

function unsupported(family: string, knowledge: Knowledge): boolean {
  return knowledge.unsupportedFamilies.some((name) =>
    name.endsWith('*') ? family.startsWith(name.slice(0, -1)) : family === name,
  );
}
