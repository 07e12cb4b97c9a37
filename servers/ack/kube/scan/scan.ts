import { z } from 'zod';
import { controllerOf, isReady, podSchema, suspicion } from '../pods.ts';
import { nodeTrouble } from '../status/others.ts';
import type { KubeWire } from '../wire.ts';
import { everyPage, type Read } from './every-page.ts';
import { createSuspects, type Suspect } from './suspects.ts';
import { shortage, workloadKinds } from './workloads.ts';

export interface ScanResult {
  counts: {
    pods: { total: number; ready: number; byPhase: Record<string, number>; suspects: number };
    nodes: { total: number; ready: number; suspects: number };
    workloads: { total: number; suspects: number };
  };
  pods: Suspect[];
  nodes: Suspect[];
  workloads: Suspect[];
  complete: boolean;
  unknown: { what: string; why: string }[];
  serverTime: string;
}

interface Scan {
  wire: KubeWire;
  /** Undefined for the whole cluster. */
  namespaces: string[] | undefined;
  signal: AbortSignal;
  unknown: ScanResult['unknown'];
  seen: { serverTime: string };
}

const shareOf = ({ namespaces }: Scan) => 1 / (namespaces?.length ?? 1);

/** Looks at every pod, node and workload once and keeps those that look ill. What could not be read is in `unknown`. */
export async function scanCluster(
  wire: KubeWire,
  namespaces: string[] | undefined,
  signal: AbortSignal,
): Promise<ScanResult> {
  const scan: Scan = { wire, namespaces, signal, unknown: [], seen: { serverTime: '' } };
  // One kind after the other: only one page at a time is in memory.
  const nodes = await scanNodes(scan);
  const pods = await scanPods(scan);
  const workloads = await scanWorkloads(scan);
  return {
    counts: { pods: pods.counts, nodes: nodes.counts, workloads: workloads.counts },
    pods: pods.suspects,
    nodes: nodes.suspects,
    workloads: workloads.suspects,
    complete: scan.unknown.length === 0,
    unknown: scan.unknown,
    serverTime: scan.seen.serverTime || new Date().toISOString(),
  };
}

/** One collection for the cluster or each namespace; notes what is missing. `fresh` makes what the items are counted in. */
async function readAll<Sums>(
  { wire, namespaces, signal, unknown, seen }: Scan,
  kind: string,
  { fresh, item }: { fresh: () => Sums; item: (sums: Sums, raw: Record<string, unknown>, now: number) => void },
): Promise<Sums[]> {
  const all: Sums[] = [];
  for (const namespace of kind === 'Node' || !namespaces ? [undefined] : namespaces) {
    let sums = fresh();
    const reader = {
      begin: () => {
        sums = fresh();
      },
      item: (raw: Record<string, unknown>, now: number) => item(sums, raw, now),
    };
    const read: Read = await everyPage(wire, { kind, namespace }, reader, signal);
    if (read.serverTime) seen.serverTime = read.serverTime;
    const what = namespace === undefined ? `${kind} list` : `${kind} list of ${namespace}`;
    if (!read.complete) unknown.push({ what, why: read.why ?? 'unknown' });
    all.push(sums);
  }
  return all;
}

async function scanPods(scan: Scan) {
  const parts = await readAll(scan, 'Pod', {
    fresh: () => ({ total: 0, ready: 0, byPhase: {} as Record<string, number>, kept: createSuspects(shareOf(scan)) }),
    item(sums, raw, now) {
      const pod = podSchema.parse(raw);
      const { phase } = pod.status;
      sums.total += 1;
      if (isReady(pod)) sums.ready += 1;
      sums.byPhase[phase] = (sums.byPhase[phase] ?? 0) + 1;
      const why = suspicion(pod, now);
      if (why === undefined) return;
      const { name, namespace, uid } = pod.metadata;
      sums.kept.add({ kind: 'Pod', namespace, name, why }, raw, controllerOf(pod)?.uid ?? uid);
    },
  });
  const { suspects, total: ill } = merged(parts);
  const byPhase: Record<string, number> = {};
  for (const part of parts) {
    for (const [phase, number] of Object.entries(part.byPhase)) byPhase[phase] = (byPhase[phase] ?? 0) + number;
  }
  return { suspects, counts: { total: sum(parts, 'total'), ready: sum(parts, 'ready'), byPhase, suspects: ill } };
}

const nodeSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().nullish(),
            message: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .prefault({}),
});

/** Why a node deserves a look, and whether it is Ready at all. */
export function nodeState(raw: unknown): { name: string; ready: boolean; why?: string } {
  const { metadata, status } = nodeSchema.parse(raw);
  const trouble = nodeTrouble(status.conditions);
  const ready = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  const why = trouble && (trouble.type === 'Ready' ? 'NotReady' : trouble.type);
  return { name: metadata.name, ready, ...(why && { why }) };
}

async function scanNodes(scan: Scan) {
  const parts = await readAll(scan, 'Node', {
    fresh: () => ({ total: 0, ready: 0, kept: createSuspects() }),
    item(sums, raw) {
      const { name, ready, why } = nodeState(raw);
      sums.total += 1;
      if (ready) sums.ready += 1;
      if (why) sums.kept.add({ kind: 'Node', name, why }, raw, name);
    },
  });
  const { suspects, total: ill } = merged(parts);
  return { suspects, counts: { total: sum(parts, 'total'), ready: sum(parts, 'ready'), suspects: ill } };
}

async function scanWorkloads(scan: Scan) {
  const parts = [];
  for (const kind of workloadKinds) {
    const found = await readAll(scan, kind, {
      fresh: () => ({ total: 0, kept: createSuspects(shareOf(scan)) }),
      item(sums, raw) {
        const { namespace, name, why, desired, available } = shortage(kind, raw);
        sums.total += 1;
        if (why === undefined) return;
        const counted = why === 'ReplicasUnavailable' ? `${why} ${available}/${desired}` : why;
        sums.kept.add({ kind, namespace, name, why: counted }, raw, `${namespace}/${name}`);
      },
    });
    parts.push(...found);
  }
  const { suspects, total: ill } = merged(parts);
  return { suspects, counts: { total: sum(parts, 'total'), suspects: ill } };
}

function merged(parts: { kept: ReturnType<typeof createSuspects> }[]) {
  const found = parts.map(({ kept }) => kept.found());
  return {
    suspects: found.flatMap(({ suspects }) => suspects),
    total: found.reduce((all, { total }) => all + total, 0),
  };
}

const sum = <Field extends string>(parts: Record<Field, number>[], field: Field) =>
  parts.reduce((all, part) => all + part[field], 0);
