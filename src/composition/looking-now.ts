import { z } from 'zod';
import type { Asker, Views } from '../conversations/ports.ts';
import { parseQuantity } from '../flow/quantity.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';

/** The views `copilot_top`, with requests and limits beside what is used, and `copilot_certificates`. */

type Read = (tool: string, args: JsonObject) => Promise<ToolResult>;
type Failed = Extract<ToolResult, { ok: false }>;
const SHOWN = 100;
const PAGE = 500;
const MOST_PAGES = 20;
const MOST_SECRETS = 100;

export function createNowViews(gateway: Pick<ToolGateway, 'read'>): Views {
  const readAs =
    ({ user }: Asker, signal: AbortSignal | undefined): Read =>
    (tool, args) =>
      gateway.read({ tool, args, actor: user, ...(signal && { signal }), timeoutMs: 60_000 });
  return {
    async copilot_top(args, asker, signal) {
      return topOf(topWish.parse(args), readAs(asker, signal));
    },
    async copilot_certificates(args, asker, signal) {
      return certificatesOf(certificateWish.parse(args), readAs(asker, signal));
    },
  };
}

const ok = (data: object): ToolResult => ({
  ok: true,
  data: z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(data))),
});

const listed = z.object({ items: z.array(z.unknown()), continue: z.string().optional(), serverTime: z.string() });

/** All pages, as far as they are gone through. */
async function everything(read: Read, args: JsonObject) {
  const items: unknown[] = [];
  let from: string | undefined;
  let serverTime = '';
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const result = await read('k8s_list', { ...args, limit: PAGE, ...(from !== undefined && { continue: from }) });
    if (!result.ok) return { failed: result as Failed };
    const page = listed.parse(result.data);
    items.push(...page.items);
    serverTime = page.serverTime;
    from = page.continue;
    if (from === undefined) break;
  }
  return { items, complete: from === undefined, serverTime };
}

const topWish = z.object({
  clusterId: z.string(),
  of: z.enum(['nodes', 'pods']),
  by: z.enum(['cpu', 'memory']),
  namespace: z.string().optional(),
  name: z.string().optional(),
});
const measured = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      namespace: z.string().optional(),
      cpuCores: z.number(),
      memoryBytes: z.number(),
      cpuShare: z.number().optional(),
      memoryShare: z.number().optional(),
    }),
  ),
  complete: z.boolean(),
  serverTime: z.string(),
});
const amounts = z.object({ cpu: z.string().optional(), memory: z.string().optional() }).optional();
const reserving = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().default('') }),
  spec: z.object({
    nodeName: z.string().optional(),
    containers: z
      .array(z.object({ resources: z.object({ requests: amounts, limits: amounts }).optional() }))
      .default([]),
  }),
  status: z.object({ phase: z.string().optional() }).prefault({}),
});

interface Reserved {
  requests: { cpu: number; memory: number };
  /** Absent where a container has none: then there is no bound. */
  limits: { cpu?: number; memory?: number };
}

async function topOf(wish: z.output<typeof topWish>, read: Read): Promise<ToolResult> {
  const { clusterId, of, by, namespace, name } = wish;
  const inside = namespace === undefined ? {} : { namespace };
  const used = await read('k8s_top', { clusterId, of, ...inside });
  if (!used.ok) return used;
  const { items, complete, serverTime } = measured.parse(used.data);
  const fields = ['metadata.name', 'metadata.namespace', 'spec.nodeName', 'spec.containers.resources', 'status.phase'];
  const pods = await everything(read, { clusterId, kind: 'Pod', fields, ...inside });
  // Without them the figures in use are still worth showing; what was asked for is then unknown.
  const reserved = 'failed' in pods ? undefined : reservations(pods.items, of);
  const wanted = items
    .filter((item) => name === undefined || item.name === name || item.name.startsWith(`${name}-`))
    .map((item) => ({
      name: item.name,
      ...(item.namespace !== undefined && { namespace: item.namespace }),
      used: { cpu: item.cpuCores, memory: item.memoryBytes },
      ...reserved?.get(of === 'nodes' ? item.name : `${item.namespace ?? ''}/${item.name}`),
      ...wholeOf(item),
    }))
    .sort((one, other) => other.used[by] - one.used[by]);
  const isComplete = complete && !('failed' in pods) && pods.complete;
  return ok({ items: wanted.slice(0, SHOWN), total: wanted.length, complete: isComplete, serverTime });
}

/** What a node can give, from what is used and the share of it that this is. */
function wholeOf({ cpuCores, memoryBytes, cpuShare, memoryShare }: z.infer<typeof measured>['items'][number]) {
  if (!cpuShare || !memoryShare) return {};
  return { allocatable: { cpu: cpuCores / cpuShare, memory: memoryBytes / memoryShare } };
}

function reservations(pods: readonly unknown[], of: 'nodes' | 'pods'): Map<string, Reserved> {
  const sums = new Map<string, Reserved>();
  for (const raw of pods) {
    const { metadata, spec, status } = reserving.parse(raw);
    if (status.phase === 'Succeeded' || status.phase === 'Failed') continue;
    const key = of === 'nodes' ? (spec.nodeName ?? '') : `${metadata.namespace}/${metadata.name}`;
    const own = sums.get(key) ?? { requests: { cpu: 0, memory: 0 }, limits: {} };
    sums.set(key, {
      requests: {
        cpu: own.requests.cpu + total(spec.containers, 'requests', 'cpu'),
        memory: own.requests.memory + total(spec.containers, 'requests', 'memory'),
      },
      limits: {
        ...bound('cpu', spec.containers),
        ...bound('memory', spec.containers),
      },
    });
  }
  return sums;
}

type Containers = z.infer<typeof reserving>['spec']['containers'];
type Resource = 'cpu' | 'memory';

const total = (containers: Containers, of: 'requests' | 'limits', what: Resource): number =>
  containers.reduce((sum, { resources }) => sum + (parseQuantity(resources?.[of]?.[what]) ?? 0), 0);

function bound(what: Resource, containers: Containers): Partial<Record<Resource, number>> {
  const isBound = containers.every(({ resources }) => resources?.limits?.[what] !== undefined);
  return isBound && containers.length > 0 ? { [what]: total(containers, 'limits', what) } : {};
}

const certificateWish = z.object({ clusterId: z.string(), namespace: z.string().optional() });
const ingress = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z
    .object({
      tls: z.array(z.object({ hosts: z.array(z.string()).nullish(), secretName: z.string().nullish() })).nullish(),
    })
    .prefault({}),
});
const secret = z.object({
  object: z.object({ certificates: z.record(z.string(), z.object({ notAfter: z.string() })).optional() }),
});

interface Served {
  namespace: string;
  secret: string;
  hosts: string[];
  ingresses: string[];
}

/** What Ingresses serve with: certificates are public, and the tool gives their dates and nothing else of a Secret. */
async function certificatesOf(
  { clusterId, namespace }: z.output<typeof certificateWish>,
  read: Read,
): Promise<ToolResult> {
  const fields = ['metadata.name', 'metadata.namespace', 'spec.tls'];
  const inside = namespace === undefined ? {} : { namespace };
  const found = await everything(read, { clusterId, kind: 'Ingress', fields, ...inside });
  if ('failed' in found) return found.failed;
  const served = new Map<string, Served>();
  for (const raw of found.items) {
    const { metadata, spec } = ingress.parse(raw);
    for (const { hosts, secretName } of spec.tls ?? []) {
      const key = `${metadata.namespace}/${secretName ?? ''}`;
      const own = served.get(key) ?? {
        namespace: metadata.namespace,
        secret: secretName ?? '',
        hosts: [],
        ingresses: [],
      };
      served.set(key, {
        ...own,
        hosts: [...new Set([...own.hosts, ...(hosts ?? [])])],
        ingresses: [...new Set([...own.ingresses, metadata.name])],
      });
    }
  }
  const asked = [...served.values()].slice(0, MOST_SECRETS);
  const items = await Promise.all(asked.map(async (one) => ({ ...one, ...(await dateOf(one, clusterId, read)) })));
  const complete = found.complete && served.size <= MOST_SECRETS;
  return ok({ items, complete, serverTime: found.serverTime });
}

async function dateOf(one: Served, clusterId: string, read: Read): Promise<{ notAfter: string } | { why: string }> {
  // The ingress controller's own certificate is meant where no Secret is named.
  if (one.secret === '') return { why: 'default' };
  const result = await read('k8s_get', { clusterId, kind: 'Secret', namespace: one.namespace, name: one.secret });
  if (!result.ok) return { why: /not.?found/i.test(result.error.code) ? 'missing' : 'unreadable' };
  const dates = Object.values(secret.parse(result.data).object.certificates ?? {}).map(({ notAfter }) => notAfter);
  const [first] = dates.sort();
  return first === undefined ? { why: 'no-certificate' } : { notAfter: first };
}
