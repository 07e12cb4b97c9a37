import { canonical, freeRange } from './cidr.ts';
import type { Knowledge, KubernetesVersion, Region } from './knowledge.ts';
import type { NetworkMode, Requirements } from './requirements.ts';

type Settled =
  | 'purpose'
  | 'budget'
  | 'workload'
  | 'availability'
  | 'clusterType'
  | 'network'
  | 'networkPolicy'
  | 'dualStack'
  | 'vpcCidr'
  | 'serviceCidr'
  | 'storage'
  | 'runtime'
  | 'kubernetesVersion'
  | 'addons'
  | 'ingress'
  | 'apiExposure'
  | 'deletionProtection'
  | 'maintenanceWindow'
  | 'logging'
  | 'monitoring'
  | 'autoscaling'
  | 'name';

/** Requirements with every choice made; what stays open (type, count) the ladder decides. Not yet checked. */
export type Wish = Omit<Requirements, Settled> & { [K in Settled]-?: NonNullable<Requirements[K]> } & {
  region: string;
  zones: string[];
  /** What the person said, for telling a wish from a default. */
  asked: Requirements;
};

export const ZONES_OF = { ha: 3, 'two-zone': 2, 'single-zone': 1 } as const;

/** A name has 63 characters at most; this leaves room for a number. */
const LONGEST_BASE = 59;
const VPC = '172.16.0.0/12';
const SERVICE_RANGES = ['192.168.0.0/16', '10.96.0.0/16', '172.31.0.0/16'];
const FLANNEL_RANGES = ['10.0.0.0/16', '10.128.0.0/16', '172.20.0.0/16', '192.168.0.0/16'];

/** Fills what the person left open with the defaults that fit the rest. */
export function settle(asked: Requirements, knowledge: Knowledge): Wish {
  const purpose = asked.purpose ?? 'prod';
  const serious = purpose !== 'dev';
  const budget = asked.budget ?? 'medium';
  const workload = asked.workload ?? 'web';
  const region = regionOf(asked.region ?? 'cn-hangzhou', knowledge);
  const network = asked.network ?? (serious || budget !== 'low' ? 'terway-shared' : 'flannel');
  const availability = asked.availability ?? defaultAvailability(asked, purpose, region);
  return {
    ...asked,
    asked,
    purpose,
    budget,
    workload,
    region: region.id,
    availability,
    zones:
      asked.zones?.map((zone) => (zone.length === 1 ? `${region.id}-${zone}` : zone)) ??
      pickZones(region, ZONES_OF[availability]),
    clusterType: asked.clusterType ?? (serious ? 'ack.pro.small' : 'ack.standard'),
    network,
    networkPolicy: asked.networkPolicy ?? (serious && network !== 'flannel'),
    dualStack: asked.dualStack ?? false,
    ...ranges(asked, network),
    storage: asked.storage ?? [serious && budget !== 'low' ? 'essd-pl1' : 'essd-pl0'],
    runtime: asked.runtime ?? 'containerd',
    kubernetesVersion: versionOf(asked.kubernetesVersion, knowledge)?.version ?? asked.kubernetesVersion ?? '',
    addons: asked.addons ?? [],
    ingress: asked.ingress ?? defaultIngress(workload, network),
    apiExposure: asked.apiExposure ?? 'private',
    deletionProtection: asked.deletionProtection ?? serious,
    maintenanceWindow: asked.maintenanceWindow ?? 'thu 01:00 3h',
    logging: asked.logging ?? serious,
    monitoring: asked.monitoring ?? serious,
    autoscaling: asked.autoscaling ?? asked.maxNodes !== undefined,
    name: asked.name ?? freeName(`${workload}-${purpose}`, knowledge),
  };
}

/** The region by its id; one that is not known has no zones. */
export function regionOf(id: string, knowledge: Knowledge): Region {
  return (
    knowledge.regions.find((region) => region.id === id) ?? {
      id,
      en: id,
      zh: id,
      zones: [],
      preferred: [],
      live: false,
    }
  );
}

/** A version by its full name or its minor (with or without `v`); without a name, the newest that can be created. */
export function versionOf(wanted: string | undefined, knowledge: Knowledge): KubernetesVersion | undefined {
  if (!wanted) return knowledge.versions.find(({ creatable }) => creatable);
  const plain = wanted.replace(/^v/, '');
  return (
    knowledge.versions.find(({ version }) => version === plain) ??
    knowledge.versions.find(({ minor }) => minor === plain || plain.startsWith(`${minor}.`))
  );
}

/** The name, or else the first of `NAME-2`, `NAME-3`, … that no cluster has. */
export function freeName(name: string, { clusterNames }: Knowledge): string {
  let free = name;
  for (let number = 2; clusterNames.includes(free); number += 1) free = `${name.slice(0, LONGEST_BASE)}-${number}`;
  return free;
}

function defaultAvailability(asked: Requirements, purpose: Wish['purpose'], region: Region): Wish['availability'] {
  const usual = { prod: 3, staging: 2, dev: 1 }[purpose];
  const zones = asked.zones?.length ?? Math.min(usual, region.zones.length || usual);
  if (zones >= 3) return 'ha';
  return zones === 2 ? 'two-zone' : 'single-zone';
}

/** The region's preferred zones, then its newest (ids grow with time). */
function pickZones(region: Region, count: number): string[] {
  const preferred = region.preferred.filter((zone) => region.zones.includes(zone));
  const others = region.zones.filter((zone) => !preferred.includes(zone)).reverse();
  return [...preferred, ...others].slice(0, count).sort();
}

function ranges(asked: Requirements, network: NetworkMode) {
  const vpcCidr = asked.vpcCidr ?? VPC;
  const flannel = network === 'flannel';
  const taken = [vpcCidr, ...(flannel && asked.podCidr ? [asked.podCidr] : [])].filter(canonical);
  const serviceCidr = asked.serviceCidr ?? freeRange(SERVICE_RANGES, taken) ?? '';
  const podCidr =
    asked.podCidr ?? (flannel ? freeRange(FLANNEL_RANGES, [vpcCidr, serviceCidr].filter(canonical)) : undefined);
  return { vpcCidr, serviceCidr, ...(podCidr && { podCidr }) };
}

function defaultIngress(workload: Wish['workload'], network: NetworkMode): Wish['ingress'] {
  if (workload === 'batch' || workload === 'ai') return 'none';
  return network === 'flannel' ? 'nginx' : 'alb';
}
