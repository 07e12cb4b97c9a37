import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { listSome } from '../client.ts';
import { isFailure } from '../failure.ts';
import { knownKind, pathOf, type Resource } from '../resources.ts';
import type { KubeWire } from '../wire.ts';

/** Pods leave a node one after the other, as their disruption budgets allow. https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/ */

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.object({ kind: z.string(), controller: z.boolean().nullish() })).nullish(),
  }),
  spec: z.object({ volumes: z.array(z.looseObject({ emptyDir: z.unknown().optional() })).nullish() }).prefault({}),
  status: z.object({ phase: z.string().nullish() }).prefault({}),
});
type DrainPod = z.output<typeof podSchema>;

interface Left {
  namespace: string;
  name: string;
  why: string;
}

export interface Drained {
  done: boolean;
  /** Of this call. */
  evicted: { namespace: string; name: string }[];
  /** Pods that are still there and should go. */
  left: Left[];
  /** Pods that stay: of DaemonSets, of the node itself, and done ones. */
  staying: number;
}

export interface DrainOptions {
  node: string;
  /** Pods with an emptyDir lose what is in it. */
  deleteEmptyDirData: boolean;
  dryRun: boolean;
  timeoutMs: number;
  signal: AbortSignal;
}

const pollMs = 500;

/** Evicts until nothing is left that should go, or the time is over. A later call goes on where this one stopped. */
export async function drain(wire: KubeWire, options: DrainOptions): Promise<Drained> {
  const until = Date.now() + options.timeoutMs;
  const evicted: Drained['evicted'] = [];
  const waiting = new Map<string, string>();
  for (;;) {
    const { going, refused, staying } = await look(wire, options);
    const [next] = going.filter(({ metadata }) => !metadata.deletionTimestamp);
    const leaving = going.some(({ metadata }) => metadata.deletionTimestamp);
    const late = !options.dryRun && Date.now() >= until;
    if (going.length === 0 || late) {
      const left = [...refused, ...going.map((pod) => leftOver(pod, waiting.get(pod.metadata.uid)))];
      return { done: left.length === 0, evicted, left, staying };
    }
    if (options.dryRun) return rehearse(wire, going, { refused, staying, signal: options.signal });
    // One by one: the next is evicted when the last has left.
    if (next && !leaving && (await evict(wire, next, waiting, options))) {
      evicted.push({ namespace: next.metadata.namespace, name: next.metadata.name });
      continue;
    }
    await wait(pollMs, undefined, { signal: options.signal });
  }
}

async function look(wire: KubeWire, { node, deleteEmptyDirData, signal }: DrainOptions) {
  const selection = { kind: 'Pod', fieldSelector: `spec.nodeName=${node}` };
  const { items } = await listSome(wire, selection, { most: 2_000, signal });
  const pods = items.map((item) => podSchema.parse(item));
  const going: DrainPod[] = [];
  const refused: Left[] = [];
  let staying = 0;
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const mirror = pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
    const done = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
    if (mirror || done || owner?.kind === 'DaemonSet' || owner?.kind === 'Node') staying += 1;
    else if (!owner) refused.push(leftOver(pod, 'No controller would bring it back: move it by hand'));
    else if (!deleteEmptyDirData && pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined))
      refused.push(leftOver(pod, 'It has an emptyDir, whose data would be lost: allow deleteEmptyDirData'));
    else going.push(pod);
  }
  return { going, refused, staying };
}

const leftOver = ({ metadata: { namespace, name, deletionTimestamp } }: DrainPod, why?: string): Left => ({
  namespace,
  name,
  why: why ?? (deletionTimestamp ? 'It is leaving' : 'Its turn has not come'),
});

/** True when the pod was told to go; false while a budget holds it. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
async function evict(
  wire: KubeWire,
  { metadata: { namespace, name, uid } }: DrainPod,
  waiting: Map<string, string>,
  { dryRun, signal }: Pick<DrainOptions, 'dryRun' | 'signal'>,
): Promise<boolean> {
  try {
    await wire.send({
      method: 'POST',
      path: pathOf(pods, { namespace, name, subresource: 'eviction' }),
      query: { dryRun: dryRun ? 'All' : undefined },
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
        deleteOptions: { preconditions: { uid } },
      },
      signal,
    });
    return true;
  } catch (thrown) {
    if (isFailure(thrown, 'NotFound')) return true;
    if (!isFailure(thrown, 'TooManyRequests', 'Conflict')) throw thrown;
    waiting.set(uid, thrown.error.message);
    return false;
  }
}

const pods: Resource = knownKind('Pod') ?? { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

/** Which pods would be evicted just now, and what holds the others. */
async function rehearse(
  wire: KubeWire,
  going: DrainPod[],
  { refused, staying, signal }: { refused: Left[]; staying: number; signal: AbortSignal },
): Promise<Drained> {
  const held = new Map<string, string>();
  const evicted: Drained['evicted'] = [];
  for (const pod of going) {
    const { namespace, name } = pod.metadata;
    if (await evict(wire, pod, held, { dryRun: true, signal })) evicted.push({ namespace, name });
  }
  const left = going.flatMap((pod) => (held.has(pod.metadata.uid) ? [leftOver(pod, held.get(pod.metadata.uid))] : []));
  return { done: left.length + refused.length === 0, evicted, left: [...refused, ...left], staying };
}
