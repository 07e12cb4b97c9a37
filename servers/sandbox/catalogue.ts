import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const KNOWLEDGE = join(import.meta.dirname, '../../knowledge');

const read = <T>(file: string, schema: z.ZodType<T>): T =>
  schema.parse(JSON.parse(readFileSync(join(KNOWLEDGE, file), 'utf8')));

const ackSchema = z.object({
  regions: z.array(z.object({ id: z.string(), zh: z.string(), en: z.string(), zones: z.array(z.string()) })),
  kubernetesVersions: z.array(
    z.object({
      version: z.string().optional(),
      minor: z.string(),
      released: z.string().optional(),
      endOfSupport: z.string().optional(),
      status: z.enum(['supported', 'expired']),
      components: z.record(z.string(), z.string()).optional(),
    }),
  ),
  clusterSpecs: z.array(z.object({ id: z.string(), maxNodes: z.number().optional() })),
  terway: z.object({ eni7thGen: z.record(z.string(), z.tuple([z.number(), z.number()])) }),
  disks: z.array(z.object({ id: z.string(), pl: z.string().optional(), cnyPerGiBMonth: z.number().optional() })),
  fixedPricesCny: z.object({ ackProPerClusterHour: z.number(), clbInstancePerHour: z.number() }),
  addons: z.array(z.object({ name: z.string(), category: z.string() })),
  imageTypes: z.array(z.string()),
});

const ecsSchema = z.object({
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

const ack = read('ack.json', ackSchema);
const ecs = read('ecs-cn-hangzhou.json', ecsSchema);

export const regions = ack.regions;
export const clusterSpecs = ack.clusterSpecs;
export const fixedPrices = ack.fixedPricesCny;
export const imageTypes = ack.imageTypes;

export const findRegion = (id: string | undefined) => regions.find((region) => region.id === id);

export interface InstanceType {
  id: string;
  family: string;
  vcpu: number;
  memoryGiB: number;
  arch: 'amd64' | 'arm64';
  cnyPerHour: number;
  level: 'EntryLevel' | 'EnterpriseLevel';
  eniQuantity: number;
  eniPrivateIps: number;
  eniTotal: number;
}

/** Hangzhou's types and list prices. Other regions sell the same here: an estimate. */
export const instanceTypes: InstanceType[] = ecs.items.map((item) => {
  const [eniQuantity, eniPrivateIps] = eniOf(item);
  return {
    id: item.id,
    family: item.family,
    vcpu: item.vcpu,
    memoryGiB: item.memoryGiB,
    arch: item.arch,
    cnyPerHour: item.onDemandCnyPerHour,
    level: item.burstableOrShared ? 'EntryLevel' : 'EnterpriseLevel',
    eniQuantity,
    eniPrivateIps,
    // Trunk capacity is total minus ENIs: five member interfaces a vCPU, 10 to 120, is an estimate; no official table was at hand.
    eniTotal: item.burstableOrShared ? eniQuantity : eniQuantity + Math.min(120, Math.max(10, item.vcpu * 5)),
  };
});

const byId = new Map(instanceTypes.map((type) => [type.id, type]));

export const findInstanceType = (id: string): InstanceType | undefined => byId.get(id);

/** ENIs and addresses per ENI: the official 7th-generation figures where the data has them, else that table by size (an estimate). */
function eniOf(item: z.infer<typeof ecsSchema>['items'][number]): [number, number] {
  if (item.eniQuantity && item.eniPrivateIps) return [item.eniQuantity, item.eniPrivateIps];
  const table = ack.terway.eni7thGen;
  // Shared and economy types hold fewer addresses than the same size of an enterprise family: an estimate.
  if (item.burstableOrShared) return item.vcpu <= 2 ? [2, 6] : item.vcpu <= 8 ? [4, 10] : [8, 15];
  return table[item.size] ?? (item.vcpu >= 128 ? [15, 30] : item.vcpu >= 16 ? [8, 30] : [2, 6]);
}

/** Pods that Terway can give an address of their own on a node of this type (shared ENI mode). */
export const terwayPods = (type: InstanceType): number => (type.eniQuantity - 1) * type.eniPrivateIps;

/** CNY per GiB and month; categories without a known price cost what cloud_essd PL1 does (an estimate). */
export function diskPrice(category: string, level = 'PL1'): number {
  const priced = ack.disks.filter((disk) => disk.cnyPerGiBMonth !== undefined);
  const match =
    priced.find((disk) => disk.id === category && disk.pl === level) ?? priced.find((disk) => disk.pl === 'PL1');
  return match?.cnyPerGiBMonth ?? 1;
}

export interface KubernetesVersion {
  version: string;
  minor: string;
  creatable: boolean;
  releaseDate: string;
  expirationDate: string;
  containerd: string;
}

const DEFAULT_CONTAINERD = ack.kubernetesVersions[0]?.components?.containerd ?? '';

/** Newest first. Where the data has no full version, `.1-aliyun.1` is an estimate. */
export const kubernetesVersions: KubernetesVersion[] = ack.kubernetesVersions.map((entry) => ({
  version: entry.version ?? `${entry.minor}.1-aliyun.1`,
  minor: entry.minor,
  creatable: entry.status === 'supported',
  releaseDate: entry.released ? `${entry.released}-01T00:00:00Z` : '',
  expirationDate: entry.endOfSupport ? `${entry.endOfSupport}T00:00:00Z` : '',
  containerd: entry.components?.containerd ?? DEFAULT_CONTAINERD,
}));

export const findVersion = (version: string) => kubernetesVersions.find((entry) => entry.version === version);

/** The one version this one can be upgraded to: the next minor. */
export function nextVersion(version: string): string | undefined {
  const index = kubernetesVersions.findIndex((entry) => entry.version === version);
  return index > 0 ? kubernetesVersions[index - 1]?.version : undefined;
}

export interface AddonKind {
  name: string;
  category: string;
  byDefault: boolean;
  managed: boolean;
}

/** What every new cluster gets unless it says `disabled`: this world's choice of the least that works. */
const ALWAYS = ['coredns', 'csi-plugin', 'managed-csiprovisioner', 'metrics-server'];

export const addonKinds: AddonKind[] = ack.addons.map(({ name, category }) => ({
  name,
  category,
  byDefault: ALWAYS.includes(name),
  managed: name.startsWith('managed-') || name === 'terway-controlplane',
}));

export const findAddonKind = (name: string): AddonKind | undefined => addonKinds.find((addon) => addon.name === name);

/** The add-on version a cluster version comes with. The numbers are this world's own; real ones come from ListAddons. */
export function addonVersion(kubernetesVersion: string): string {
  const minor = Number(kubernetesVersion.split('.')[1] ?? 0);
  return `v1.${Math.max(0, minor - 30)}.0`;
}

/** Every add-on version there has been, oldest first. */
export const addonVersions: string[] = [
  ...new Set(kubernetesVersions.map(({ version }) => addonVersion(version))),
].reverse();
