import { parseQuantity } from '../../../src/flow/quantity.ts';
import type { Remedy } from './remedy.ts';

/** What a raise must stay within. Quantities as Kubernetes writes them. */
export interface Room {
  /** What each node can give to pods. */
  allocatable: readonly Record<string, string>[];
  /** The quotas of the namespace that limit the resource. */
  quotas: readonly { name: string; hard: string; used: string }[];
  /** Wanted copies of the workload. */
  replicas: number;
}

export interface TooMuch {
  key: 'incidents.refused.doubling' | 'incidents.refused.node-size' | 'incidents.refused.quota';
  params: Record<string, string>;
}

/** Why a raise goes too far, or undefined: it at most doubles, fits on a node, and stays within the quotas. */
export function tooMuch(remedy: Extract<Remedy, { from: string; container: string }>, room: Room): TooMuch | undefined {
  const resource = remedy.id === 'raise-memory-limit' ? 'memory' : 'cpu';
  const from = parseQuantity(remedy.from) ?? 0;
  const to = parseQuantity(remedy.to) ?? Number.POSITIVE_INFINITY;
  const params = { to: remedy.to, from: remedy.from };
  if (!(to > from) || to > 2 * from) return { key: 'incidents.refused.doubling', params };
  const largest = Math.max(0, ...room.allocatable.map((node) => parseQuantity(node[resource]) ?? 0));
  if (room.allocatable.length > 0 && to > largest) return { key: 'incidents.refused.node-size', params };
  const more = (to - from) * Math.max(1, room.replicas);
  const tight = room.quotas.find(
    ({ hard, used }) => (parseQuantity(used) ?? 0) + more > (parseQuantity(hard) ?? Number.POSITIVE_INFINITY),
  );
  return tight ? { key: 'incidents.refused.quota', params: { ...params, quota: tight.name } } : undefined;
}
