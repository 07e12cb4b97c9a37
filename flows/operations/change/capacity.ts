import { z } from 'zod';
import { FlowError, type FlowRun, read } from '../../../src/flow/kit.ts';
import { parseQuantity } from '../../../src/flow/quantity.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import type { Place } from './parts.ts';
import { needOf, type RoomAnswer, roomAnswer } from './room.ts';

/** Whether more copies of a workload would find room: in the namespace's quotas, and on nodes. */

const quotaForm = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.looseObject({ scopes: z.array(z.string()).nullish(), scopeSelector: z.unknown().optional() }).nullish(),
  status: z
    .object({
      hard: z.record(z.string(), z.string()).nullish(),
      used: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
});

/** The quota that is the first to stop them. */
export interface Tight {
  quota: string;
  resource: string;
  hard: string;
  used: string;
  /** So many more copies fit. */
  fits: number;
}

/** What one pod takes of each resource that quotas count. https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
function takenBy(spec: unknown): (resource: string) => number {
  const { cpu, memory } = needOf(spec);
  const limits = limitsOf(spec);
  const each: Record<string, number> = {
    cpu,
    memory,
    'requests.cpu': cpu,
    'requests.memory': memory,
    'limits.cpu': limits.cpu,
    'limits.memory': limits.memory,
    pods: 1,
    'count/pods': 1,
  };
  return (resource) => each[resource] ?? 0;
}

const container = z.object({ resources: z.object({ limits: z.record(z.string(), z.string()).nullish() }).nullish() });

function limitsOf(spec: unknown): { cpu: number; memory: number } {
  const { containers } = z
    .object({ containers: z.array(container) })
    .catch({ containers: [] })
    .parse(spec);
  const sum = (resource: string) =>
    containers.reduce((total, { resources }) => total + (parseQuantity(resources?.limits?.[resource]) ?? 0), 0);
  return { cpu: sum('cpu'), memory: sum('memory') };
}

/** The quota that would stop `copies` more pods of this spec; undefined where none would. Scoped quotas are left to the server. */
export function* quotaFor({ clusterId, namespace }: Place, spec: unknown, copies: number): FlowRun<Tight | undefined> {
  const listed = yield* read('k8s_list', { clusterId, kind: 'ResourceQuota', namespace });
  const quotas = z.object({ items: z.array(quotaForm) }).parse(listed).items;
  const taken = takenBy(spec);
  const tight = quotas
    .filter((quota) => !quota.spec?.scopes?.length && quota.spec?.scopeSelector == null)
    .flatMap(({ metadata, status }) =>
      Object.entries(status?.hard ?? {}).flatMap(([resource, hard]): Tight[] => {
        const each = taken(resource);
        const used = status?.used?.[resource] ?? '0';
        const left = (parseQuantity(hard) ?? 0) - (parseQuantity(used) ?? 0);
        if (each === 0 || each * copies <= left + 1e-6) return [];
        return [{ quota: metadata.name, resource, hard, used, fits: Math.max(0, Math.floor((left + 1e-6) / each)) }];
      }),
    );
  return tight.sort((a, b) => a.fits - b.fits)[0];
}

/** What the view says of the nodes; undefined with the reason where it cannot be told. */
export function* askRoom(question: JsonObject): FlowRun<RoomAnswer | { unknown: string }> {
  try {
    return roomAnswer.parse(yield* read('copilot_room', question));
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    return { unknown: error.message };
  }
}

/** How many of `copies` more pods of this spec find a node. */
export function* nodesFor(clusterId: string, spec: unknown, copies: number): FlowRun<RoomAnswer | { unknown: string }> {
  const need = z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(needOf(spec))));
  return yield* askRoom({ clusterId, fit: { need, copies } });
}
