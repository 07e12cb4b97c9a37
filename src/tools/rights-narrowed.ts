import { isObject, itemsOf, type Limits, notYours, textIn } from './rights-limits.ts';
import { metricsOfNamespaces } from './rights-metrics.ts';
import type { Json, JsonObject, ToolCall, ToolResult } from './types.ts';

/** Calls about namespaces, on behalf of somebody who may see some of them: refused, or made for those only. */

type Narrow = (args: JsonObject, limits: Limits) => Promise<ToolResult>;

/** More namespaces than these are not walked through in one call. */
const MOST_WALKED = 50;

const NARROW: Readonly<Record<string, Narrow>> = {
  k8s_get: oneObject,
  k8s_describe: described,
  k8s_logs: within,
  k8s_workload_status: async (args, limits) => (args.kind === 'Node' ? wide('Node') : within(args, limits)),
  k8s_preview: preview,
  k8s_list: list,
  k8s_events: events,
  k8s_top: async (args, limits) => (args.of === 'nodes' ? wide('Node') : walked(args, limits, byMemory)),
  k8s_scan: scan,
  metrics_query: metricsOfNamespaces,
  metrics_query_range: metricsOfNamespaces,
};

/** Makes the call as far as its person may; every answer is looked at again, since a kind may belong to the whole cluster. */
export async function narrowed({ tool, args }: ToolCall, limits: Limits): Promise<ToolResult> {
  const narrow = Object.hasOwn(NARROW, tool) ? NARROW[tool] : undefined;
  return narrow ? narrow(args, limits) : notYours(tool);
}

const wide = (what: string) => notYours(`${what}, which belongs to the whole cluster`);

async function within(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const { namespace } = args;
  if (typeof namespace !== 'string') return wide(String(args.kind ?? 'This'));
  return limits.sees(namespace) ? limits.call(args) : notYours(`Namespace ${namespace}`);
}

const isSeen = (object: Json | undefined, limits: Limits): boolean => {
  const metadata = isObject(object) ? object.metadata : undefined;
  const namespace = textIn(metadata, 'namespace');
  return namespace !== undefined && limits.sees(namespace);
};

async function oneObject(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const { kind, name } = args;
  if (kind === 'Namespace' && typeof name === 'string')
    return limits.sees(name) ? limits.call({ ...args, apiVersion: 'v1' }) : notYours(`Namespace ${name}`);
  const result = await within(args, limits);
  if (!result.ok || isSeen(result.data.object, limits)) return result;
  return wide(String(kind));
}

async function described(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const result = await oneObject(args, limits);
  if (!result.ok) return result;
  const owners = itemsOf({ items: result.data.owners ?? [] }).filter((owner) => isSeen(owner, limits));
  const seen = args.kind === 'Namespace' ? [] : eventsIn(result.data.events, limits);
  return { ok: true, data: { ...result.data, owners, events: seen } };
}

function eventsIn(events: Json | undefined, limits: Limits): JsonObject[] {
  return itemsOf({ items: events ?? [] }).filter((event) => {
    const namespace = textIn(event.object, 'namespace');
    return namespace !== undefined && limits.sees(namespace);
  });
}

/** Every namespace that the change names has to be seen, and what is there now has to be in one. */
async function preview(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const names = namespacesIn(args.change);
  if (names.length === 0) return wide('What it changes');
  const hidden = names.find((name) => !limits.sees(name));
  if (hidden !== undefined) return notYours(`Namespace ${hidden}`);
  const result = await limits.call(args);
  if (!result.ok) return result;
  const { before, after } = result.data;
  const isInside = [before, after].every((object) => !isObject(object) || isSeen(object, limits));
  return isInside ? result : wide('What it changes');
}

/** Every value under a key `namespace`, however deep. */
function namespacesIn(value: Json | undefined): string[] {
  if (value === null || typeof value !== 'object') return [];
  const own = Array.isArray(value) ? undefined : value.namespace;
  return [
    ...(typeof own === 'string' ? [own] : []),
    ...Object.values(value).flatMap((inner: Json) => namespacesIn(inner)),
  ];
}

/** A list over all namespaces goes through one after the other; `continue` then begins with the one it has come to. */
async function list(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const { kind, namespace } = args;
  if (kind === 'Namespace') return namespaceObjects(args, limits);
  if (typeof namespace === 'string')
    return limits.sees(namespace) ? seenPage(args, limits) : notYours(`Namespace ${namespace}`);
  const names = await limits.namespaces();
  const [, at, token] = /^([^|]*)\|(.*)$/s.exec(String(args.continue ?? '')) ?? [];
  let here = at === undefined ? names[0] : names.find((name) => name >= at);
  if (here === undefined) return notYours('All namespaces');
  const most = typeof args.limit === 'number' ? args.limit : 200;
  const { continue: _, ...wanted } = args;
  const items: JsonObject[] = [];
  let from = here === at ? token : '';
  for (;;) {
    const page = await seenPage({ ...wanted, namespace: here, ...(from && { continue: from }) }, limits);
    if (!page.ok) return page;
    items.push(...itemsOf(page.data));
    const more = textIn(page.data, 'continue');
    const next: string | undefined = more === undefined ? names[names.indexOf(here) + 1] : here;
    from = more ?? '';
    if (next === undefined) return { ok: true, data: { ...page.data, items, complete: true } };
    if (items.length >= most) {
      return { ok: true, data: { ...page.data, items, complete: false, continue: `${next}|${from}` } };
    }
    here = next;
  }
}

async function seenPage(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const fields = Array.isArray(args.fields) ? { fields: [...args.fields, 'metadata.namespace'] } : {};
  const result = await limits.call({ ...args, ...fields });
  if (!result.ok) return result;
  const { remaining: _, ...data } = result.data;
  const items = itemsOf(data);
  return items.every((item) => isSeen(item, limits)) ? { ok: true, data } : wide(String(args.kind));
}

async function namespaceObjects(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const fields = Array.isArray(args.fields) ? { fields: [...args.fields, 'metadata.name'] } : {};
  const result = await limits.call({ ...args, ...fields, apiVersion: 'v1' });
  if (!result.ok) return result;
  const { remaining: _, ...data } = result.data;
  const items = itemsOf(data).filter(({ metadata }) => limits.sees(textIn(metadata, 'name') ?? ''));
  return { ok: true, data: { ...data, items } };
}

const byMemory = (one: JsonObject, other: JsonObject) => Number(other.memoryBytes) - Number(one.memoryBytes);
const byTime = (one: JsonObject, other: JsonObject) => Date.parse(String(other.time)) - Date.parse(String(one.time));

async function events(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const result = await walked(args, limits, byTime);
  if (!result.ok) return result;
  const most = typeof args.limit === 'number' ? args.limit : 100;
  const items = eventsIn(result.data.items, limits);
  const complete = result.data.complete === true && items.length <= most;
  return { ok: true, data: { ...result.data, items: items.slice(0, most), complete } };
}

/** The namespace that is named, or each that is seen, and their items together in one order. */
async function walked(
  args: JsonObject,
  limits: Limits,
  order: (one: JsonObject, other: JsonObject) => number,
): Promise<ToolResult> {
  if (typeof args.namespace === 'string') return within(args, limits);
  const names = await limits.namespaces();
  if (names.length === 0) return notYours('All namespaces');
  let last: JsonObject = {};
  let complete = names.length <= MOST_WALKED;
  const items: JsonObject[] = [];
  for (const namespace of names.slice(0, MOST_WALKED)) {
    const result = await limits.call({ ...args, namespace });
    if (!result.ok) return result;
    items.push(...itemsOf(result.data));
    complete &&= result.data.complete !== false;
    last = result.data;
  }
  return { ok: true, data: { ...last, items: items.sort(order), complete } };
}

/** Nodes are told of as unknown: they belong to the whole cluster. */
async function scan(args: JsonObject, limits: Limits): Promise<ToolResult> {
  const asked = Array.isArray(args.namespaces) ? args.namespaces.map(String) : await limits.namespaces();
  const hidden = asked.find((name) => !limits.sees(name));
  if (hidden !== undefined) return notYours(`Namespace ${hidden}`);
  if (asked.length === 0) return notYours('All namespaces');
  const result = await limits.call({ ...args, namespaces: asked.slice(0, 200) });
  if (!result.ok) return result;
  const { counts, unknown } = result.data;
  const why = 'nodes belong to the whole cluster, of which you may read some namespaces';
  const data = {
    ...result.data,
    nodes: [],
    counts: { ...(isObject(counts) && counts), nodes: { total: 0, ready: 0, suspects: 0 } },
    unknown: [...itemsOf({ items: unknown ?? [] }), { what: 'Node list', why }],
    complete: false,
  };
  return { ok: true, data };
}
