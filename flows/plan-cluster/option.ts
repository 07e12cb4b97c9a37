import type { z } from 'zod';
import type { Message } from '../../src/chat/messages.ts';
import type { PodCapacity } from './capacity.ts';
import type { Knowledge, KubernetesVersion } from './knowledge.ts';
import { alternatives, inStock, type Rung } from './ladder.ts';
import { mostNodes, type Network, planNetwork } from './network.ts';
import { type Bill, type Cost, costOf } from './price.ts';
import { versionOf, type Wish } from './wish.ts';

export type Rank = 'recommended' | 'cheaper' | 'stronger';

/** One complete combination: everything a plan is made from. */
export interface Combination {
  /** Such as `3x-g7.xlarge`; unique among the options of one answer. */
  id: string;
  /** What it was made for, every choice made. */
  wish: Wish;
  version: KubernetesVersion;
  pool: Pool;
  network: Network;
  capacity: Capacity;
  storage: StorageClass[];
  addons: AddonChoice[];
  cost: Cost;
  /** Whether the cloud said that the pool's types are sold in its zones. */
  stockChecked: boolean;
}

/** A combination with its place among the others and the words for it. */
export interface Option extends Combination {
  rank: Rank;
  reasons: Message[];
  pros: Message[];
  cons: Message[];
  warnings: Message[];
  /** What cannot be changed after the cluster is made. */
  fixed: Message[];
}

interface Pool {
  name: string;
  /** The first is wanted, the others are taken when it is sold out. */
  instanceTypes: string[];
  arch: 'amd64' | 'arm64';
  count: number;
  vcpu: number;
  memoryGiB: number;
  sharedCpu: boolean;
  autoscaling?: { min: number; max: number };
  systemDisk: Bill['systemDisk'];
  image: string;
  labels: Record<string, string>;
}

interface Capacity extends PodCapacity {
  /** Over all nodes. */
  pods: number;
  usablePods: number;
  vcpu: number;
  memoryGiB: number;
}

interface StorageClass {
  id: string;
  kind: 'disk' | 'file' | 'object';
  category: string;
  level?: string;
  minGiB?: number;
}

/** `create`: goes with the cluster. `install`: a step of its own when there are nodes. */
interface AddonChoice {
  name: string;
  config?: Record<string, z.core.util.JSONType>;
  when: 'create' | 'install';
}

/** Puts a combination together. Undefined where the addresses or the pods of a node cannot be worked out. */
export function combine(wish: Wish, rung: Rung, knowledge: Knowledge): Combination | undefined {
  const network = planNetwork(wish, rung);
  const version = versionOf(wish.kubernetesVersion, knowledge);
  const { type, count, capacity } = rung;
  if (!network || !version || !capacity) return undefined;
  return {
    id: `${count}x-${type.id.replace(/^ecs\./, '')}`,
    wish,
    version,
    network,
    pool: poolOf(wish, rung, knowledge),
    capacity: {
      ...capacity,
      pods: capacity.perNode * count,
      usablePods: capacity.usable * count,
      vcpu: type.vcpu * count,
      memoryGiB: type.memoryGiB * count,
    },
    storage: wish.storage.map((id) => storageClass(id, knowledge)),
    addons: addonsOf(wish, knowledge),
    cost: costOf(rung.bill, knowledge),
    stockChecked: knowledge.stock.some(
      ({ zone, instanceType }) => instanceType === type.id && wish.zones.includes(zone),
    ),
  };
}

function poolOf(wish: Wish, { type, count, bill }: Rung, knowledge: Knowledge): Pool {
  const spare = wish.network === 'terway-exclusive' ? [] : alternatives(type, knowledge);
  return {
    name: 'default',
    instanceTypes: [type, ...spare.filter((each) => inStock(each, wish.zones, knowledge))].map(({ id }) => id),
    arch: type.arch,
    count,
    vcpu: type.vcpu,
    memoryGiB: type.memoryGiB,
    sharedCpu: type.shared,
    ...(wish.autoscaling && { autoscaling: { min: count, max: mostNodes(wish, count) } }),
    systemDisk: bill.systemDisk,
    image: wish.osImage ?? (type.arch === 'arm64' ? 'AliyunLinux3Arm64' : 'AliyunLinux3ContainerOptimized'),
    labels: wish.network === 'terway-exclusive' ? { 'k8s.aliyun.com/exclusive-mode-eni-type': 'eniOnly' } : {},
  };
}

function storageClass(id: string, knowledge: Knowledge): StorageClass {
  if (id === 'nas') return { id, kind: 'file', category: 'nas' };
  if (id === 'oss') return { id, kind: 'object', category: 'oss' };
  if (id === 'essd-auto') return { id, kind: 'disk', category: 'cloud_auto' };
  const level = id.slice('essd-'.length).toUpperCase();
  const minGiB = knowledge.disks.find((disk) => disk.category === 'cloud_essd' && disk.level === level)?.minGiB;
  return { id, kind: 'disk', category: 'cloud_essd', level, ...(minGiB !== undefined && { minGiB }) };
}

/** The network plugin, DNS and storage come with the cluster; what only runs on nodes is installed after them. */
function addonsOf(wish: Wish, knowledge: Knowledge): AddonChoice[] {
  const sets = knowledge.addonSets;
  const flannel = wish.network === 'flannel';
  const first = [...(flannel ? sets.flannel : sets.terway), ...sets.core];
  const later = [
    ...sets.platform,
    ...(wish.logging ? sets.logging : []),
    ...(wish.monitoring ? sets.monitoring : []),
    ...(wish.autoscaling ? sets.autoscaling : []),
    ...(wish.storage.includes('nas') ? sets.sharedStorage : []),
    ...(wish.ingress === 'none' ? [] : [`${wish.ingress}-ingress-controller`]),
    ...wish.addons,
  ];
  const names = [...new Set([...first, ...later])];
  return names.map((name) => ({
    name,
    ...configOf(name, wish, knowledge),
    when: first.includes(name) ? 'create' : 'install',
  }));
}

function configOf(name: string, wish: Wish, knowledge: Knowledge): Pick<AddonChoice, 'config'> {
  if (name === 'terway-eniip')
    return {
      config: { IPVlan: String(dataPathV2(wish)), NetworkPolicy: String(wish.networkPolicy), ENITrunking: 'true' },
    };
  if (name === 'storage-operator') return { config: { CnfsNasEnable: 'true', CnfsOssEnable: 'false' } };
  if (name === 'nginx-ingress-controller') return { config: { IngressSlbNetworkType: 'internet' } };
  const config = knowledge.addons.find((addon) => addon.name === name)?.config;
  return config ? { config } : {};
}

/** Terway's eBPF data path: for shared and trunk interfaces, not for pods that own a whole one. */
export function dataPathV2(wish: Wish): boolean {
  return wish.network === 'terway-shared' || wish.network === 'terway-trunk';
}
