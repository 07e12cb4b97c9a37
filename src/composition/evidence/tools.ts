import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { EvidenceSource, Listing, MetricAnswer } from '../../../flows/incidents/evidence.ts';
import { clusterScoped, type Kind } from '../../../flows/incidents/kinds.ts';
import type { UserRef } from '../../chat/types.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../../tools/types.ts';

export interface ToolEvidenceOptions {
  gateway: ToolGateway;
  /** Id or name, as k8s_clusters lists it. */
  clusterId: string;
  /** For people. */
  name: string;
  actor: UserRef | 'system';
}

/** More of a kind than this is not read: the list then counts as cut short. */
const MOST_OBJECTS = 10_000;
/** Of so many pods only those that look ill are read, found where the API is: by the server's own scan. */
const MANY_PODS = 5000;
const PAGE = 500;
const SCAN_MS = 90_000;
const LOG_LINES = 300;
/** Points that a curve has. */
const STEPS = 240;

const page = z.object({
  items: z.array(z.unknown()),
  continue: z.string().optional(),
  remaining: z.number().optional(),
  serverTime: z.iso.datetime({ offset: true }).optional(),
});
const scan = z.object({
  pods: z.array(z.object({ object: z.unknown().optional() })),
  unknown: z.array(z.object({ what: z.string(), why: z.string() })),
  serverTime: z.iso.datetime({ offset: true }),
});
const log = z.object({ text: z.string() });
/** Values come as strings; what is no number (`NaN`, `+Inf`) is left out. */
const points = z
  .array(z.tuple([z.number(), z.union([z.string(), z.number()])]))
  .transform((all) =>
    all.flatMap(([at, value]) => (Number.isFinite(Number(value)) ? [[at, Number(value)] as const] : [])),
  );
const series = z.object({ series: z.array(z.object({ metric: z.record(z.string(), z.string()), points })) });

/** Kinds of others than Kubernetes itself, with the version that is asked for. */
const CUSTOM: Partial<Record<Kind, string>> = {
  Gateway: 'gateway.networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Certificate: 'cert-manager.io/v1',
};

/** A live cluster as evidence, through reading tools only. */
export function toolEvidence({ gateway, clusterId, name, actor }: ToolEvidenceOptions): EvidenceSource {
  let serverTime: number | undefined;
  const ask = (tool: string, args: JsonObject) => gateway.read({ tool, args: { clusterId, ...args }, actor });
  const metricsAt = async (tool: string, args: JsonObject): Promise<MetricAnswer> => {
    const result = await ask(tool, args);
    return result.ok ? { series: series.parse(result.data).series } : refused(result);
  };

  const keepTime = (time: string | undefined) => {
    serverTime = Math.max(serverTime ?? 0, Date.parse(time ?? '') || 0) || undefined;
  };

  /** The pods of a large cluster that look ill; nothing follows from the absence of others. */
  async function listIll(): Promise<Listing> {
    const result = await gateway.read({ tool: 'k8s_scan', args: { clusterId }, actor, timeoutMs: SCAN_MS });
    if (!result.ok) return refused(result);
    const found = scan.parse(result.data);
    keepTime(found.serverTime);
    const lost = found.unknown.map(({ what, why }) => `${what}: ${why}`).join('; ');
    const items = found.pods.flatMap(({ object }) => (object === undefined ? [] : [object]));
    return { items, incomplete: `of a large cluster only pods that look ill were read${lost && `; ${lost}`}` };
  }

  async function list(kind: Kind, namespace: string | undefined): Promise<Listing> {
    const items: unknown[] = [];
    const place = namespace === undefined || clusterScoped.has(kind) ? {} : { namespace };
    const version = CUSTOM[kind];
    const wanted = { kind, ...(version && { apiVersion: version }), ...place, limit: PAGE };
    let token: string | undefined;
    do {
      const result = await ask('k8s_list', { ...wanted, ...(token !== undefined && { continue: token }) });
      if (!result.ok) return isNoSuchKind(result, version) ? { items: [] } : partly(items, result);
      const found = page.parse(result.data);
      keepTime(found.serverTime);
      if (kind === 'Pod' && namespace === undefined && (found.remaining ?? 0) > MANY_PODS) return listIll();
      items.push(...found.items);
      token = found.continue;
    } while (token !== undefined && items.length < MOST_OBJECTS);
    return token === undefined ? { items } : { items, incomplete: `only the first ${items.length} were read` };
  }

  return {
    cluster: name,
    list,
    async logs({ namespace, pod, container, previous }) {
      const result = await ask('k8s_logs', { namespace, pod, container, previous, tailLines: LOG_LINES });
      return result.ok ? { text: log.parse(result.data).text } : refused(result);
    },
    metrics: async (promql) => metricsAt('metrics_query', { promql, time: seconds(serverTime) }),
    async range(promql, minutes) {
      const end = seconds(serverTime);
      const step = Math.max(15, Math.ceil((minutes * 60) / STEPS));
      return metricsAt('metrics_query_range', { promql, start: end - minutes * 60, end, step });
    },
    now: async () => serverTime ?? Date.now(),
    pause: () => setImmediate(),
  };
}

const seconds = (at: number | undefined): number => Math.floor((at ?? Date.now()) / 1000);

const refused = (result: ToolResult): { unknown: string } =>
  result.ok ? { unknown: 'no answer' } : { unknown: `${result.error.code}: ${result.error.message}` };

/** A page was lost: what came before is shown, and known not to be all. */
function partly(items: unknown[], result: ToolResult): Listing {
  const { unknown } = refused(result);
  return items.length > 0 ? { items, incomplete: unknown } : { unknown };
}

/** A custom kind that the cluster does not know has no objects there, for certain. */
function isNoSuchKind(result: ToolResult, version: string | undefined): boolean {
  return !result.ok && version !== undefined && /^not_?found$/i.test(result.error.code);
}
