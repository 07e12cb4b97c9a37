import { z } from 'zod';
import ackData from '../../knowledge/ack.json' with { type: 'json' };
import ecsData from '../../knowledge/ecs-cn-hangzhou.json' with { type: 'json' };
import planningData from '../../knowledge/planning.json' with { type: 'json' };

/** What the planner knows of the cloud: plain data with a source on everything that can go stale. */
export interface Knowledge {
  regions: Region[];
  /** Newest first. */
  versions: KubernetesVersion[];
  types: InstanceType[];
  /** ENI figures of the 7th generation by size, the stand-in for types whose own are not known. */
  eniBySize: Record<string, Eni>;
  unsupportedFamilies: string[];
  specs: { id: string; maxNodes?: number | undefined; maxPods?: number | undefined }[];
  disks: { category: string; level?: string | undefined; minGiB?: number | undefined }[];
  images: string[];
  prices: Price[];
  addons: Addon[];
  addonSets: AddonSets;
  /** Filled by live tools only: what is sold where. */
  stock: Stock[];
  /** Filled by live tools only: the names that clusters have already. */
  clusterNames: string[];
}

export interface Region {
  id: string;
  en: string;
  zh: string;
  zones: string[];
  /** Zones to take first. */
  preferred: string[];
  /** Whether the cloud itself told the zones. */
  live: boolean;
}

export interface KubernetesVersion {
  /** As a cluster is created with; the minor alone where the full version is not known. */
  version: string;
  minor: string;
  endOfSupport?: string | undefined;
  creatable: boolean;
}

export interface Eni {
  quantity: number;
  ipsPerEni: number;
  /** With trunk and member interfaces; only live tools know it. */
  total?: number | undefined;
}

export interface InstanceType {
  id: string;
  family: string;
  size: string;
  vcpu: number;
  memoryGiB: number;
  arch: 'amd64' | 'arm64';
  /** Shared or variable CPU. */
  shared: boolean;
  eni?: Eni | undefined;
}

/** A list price in CNY. `asOf` is as exact as its source. */
export interface Price {
  /** An instance type, a cluster spec, `clb`, or a disk as CATEGORY.LEVEL. */
  item: string;
  region: string;
  amount: number;
  per: 'hour' | 'GiB-month';
  source: string;
  asOf: string;
  estimated?: boolean | undefined;
}

interface Addon {
  name: string;
  /** Settings as the official examples have them. */
  config?: Record<string, z.core.util.JSONType>;
}

interface Stock {
  zone: string;
  instanceType: string;
  available: boolean;
}

const ackSchema = z.object({
  regions: z.array(z.object({ id: z.string(), zh: z.string(), en: z.string(), zones: z.array(z.string()) })),
  kubernetesVersions: z.array(
    z.object({
      version: z.string().optional(),
      minor: z.string(),
      endOfSupport: z.string().optional(),
      status: z.enum(['supported', 'expired']),
    }),
  ),
  clusterSpecs: z.array(z.object({ id: z.string(), maxNodes: z.number().optional(), maxPods: z.number().optional() })),
  terway: z.object({
    eni7thGen: z.record(z.string(), z.tuple([z.number(), z.number()])),
    unsupportedFamilies: z.array(z.string()),
  }),
  disks: z.array(z.object({ id: z.string(), pl: z.string().optional(), minGiB: z.number().optional() })),
  addons: z.array(z.object({ name: z.string(), configExample: z.record(z.string(), z.json()).nullable() })),
  imageTypes: z.array(z.string()),
});

const ecsSchema = z.object({
  region: z.string(),
  snapshot: z.string(),
  items: z.array(
    z.object({
      id: z.string(),
      family: z.string(),
      size: z.string(),
      vcpu: z.number(),
      memoryGiB: z.number(),
      arch: z.enum(['amd64', 'arm64']),
      onDemandCnyPerHour: z.number(),
      burstableOrShared: z.boolean(),
      eniQuantity: z.number().optional(),
      eniPrivateIps: z.number().optional(),
    }),
  ),
});

const addonSets = z.object({
  core: z.array(z.string()),
  terway: z.array(z.string()),
  flannel: z.array(z.string()),
  platform: z.array(z.string()),
  logging: z.array(z.string()),
  monitoring: z.array(z.string()),
  autoscaling: z.array(z.string()),
  sharedStorage: z.array(z.string()),
});
type AddonSets = z.infer<typeof addonSets>;

const planningSchema = z.object({
  sources: z.record(z.string(), z.string()),
  preferredZones: z.record(z.string(), z.object({ zones: z.array(z.string()) })),
  prices: z.array(
    z.object({
      item: z.string(),
      region: z.string(),
      amount: z.number(),
      per: z.enum(['hour', 'GiB-month']),
      source: z.string(),
      asOf: z.string(),
      estimated: z.boolean().optional(),
    }),
  ),
  productionAddons: addonSets,
});

/** Parses the bundled data files. Throws a ZodError that names the broken field. */
export function loadKnowledge(): Knowledge {
  const ack = ackSchema.parse(ackData);
  const ecs = ecsSchema.parse(ecsData);
  const planning = planningSchema.parse(planningData);
  const source = (key: string) => planning.sources[key] ?? key;
  return {
    regions: ack.regions.map((region) => ({
      ...region,
      preferred: planning.preferredZones[region.id]?.zones ?? [],
      live: false,
    })),
    versions: ack.kubernetesVersions.map(({ version, minor, endOfSupport, status }) => ({
      version: version ?? minor,
      minor,
      endOfSupport,
      creatable: status === 'supported',
    })),
    types: ecs.items.map(({ burstableOrShared, eniQuantity, eniPrivateIps, onDemandCnyPerHour: _, ...type }) => ({
      ...type,
      shared: burstableOrShared,
      ...(eniQuantity && eniPrivateIps && { eni: { quantity: eniQuantity, ipsPerEni: eniPrivateIps } }),
    })),
    eniBySize: Object.fromEntries(
      Object.entries(ack.terway.eni7thGen).map(([size, [quantity, ipsPerEni]]) => [size, { quantity, ipsPerEni }]),
    ),
    unsupportedFamilies: ack.terway.unsupportedFamilies,
    specs: ack.clusterSpecs,
    disks: ack.disks.map(({ id, pl, minGiB }) => ({ category: id, level: pl, minGiB })),
    images: ack.imageTypes,
    prices: [
      ...ecs.items.map(({ id, onDemandCnyPerHour }) => ({
        item: id,
        region: ecs.region,
        amount: onDemandCnyPerHour,
        per: 'hour' as const,
        source: source('ecs'),
        asOf: ecs.snapshot.replace(/^.*, /, ''),
      })),
      ...planning.prices.map((price) => ({ ...price, source: source(price.source) })),
    ],
    addons: ack.addons.map(({ name, configExample }) => ({
      name,
      ...(configExample && { config: configExample }),
    })),
    addonSets: planning.productionAddons,
    stock: [],
    clusterNames: [],
  };
}
