import { z } from 'zod';
import type { JsonObject } from '../../../src/tools/types.ts';
import { listPage, type Selection } from '../kube/client.ts';
import {
  apiVersion,
  bytesOf,
  clusterId,
  json,
  kind,
  maxAnswerBytes,
  namespace,
  selector,
  wireOf,
} from '../kube/kube-tool.ts';
import { presentable, project } from '../kube/objects.ts';
import type { KubeWire } from '../kube/wire.ts';
import { readTool } from '../tool.ts';

export const k8sList = readTool({
  name: 'k8s_list',
  title: 'List objects',
  description:
    'A page of the objects of one kind, over the cluster or a namespace. `fields` keeps only what is needed, as dotted paths such as metadata.name. `complete` is true on the last page only: until then there may be more. A page is smaller than asked for where objects are large. Data of Secrets is never shown.',
  input: {
    clusterId,
    apiVersion,
    kind,
    namespace: namespace.optional(),
    labelSelector: selector,
    fieldSelector: selector,
    limit: z.int().min(1).max(500).default(200),
    /** What an earlier page gave. */
    continue: z.string().min(1).max(10_000).optional(),
    fields: z.array(z.string().min(1).max(300)).min(1).max(100).optional(),
  },
  output: {
    items: z.array(json),
    continue: z.string().optional(),
    /** How many are left, where the server says so. */
    remaining: z.number().optional(),
    resourceVersion: z.string(),
    complete: z.boolean(),
    serverTime: z.string(),
  },
  say: ({ items, complete }) => `${items.length} objects${complete ? '' : ', and more'}.`,
  async run({ clusterId: id, limit, continue: token, fields, ...selection }, context) {
    const wire = await wireOf(id, context);
    return fittingPage(wire, selection, { limit, token, fields, signal: context.signal });
  },
});

interface PageOptions {
  limit: number;
  token: string | undefined;
  fields: string[] | undefined;
  signal: AbortSignal;
}

/** Asks for smaller pages until one fits into an answer. */
async function fittingPage(wire: KubeWire, selection: Selection, options: PageOptions) {
  const { limit, token, fields, signal } = options;
  const {
    resource,
    items: raw,
    continue: next,
    remaining,
    resourceVersion,
    serverTime,
  } = await listPage(wire, selection, { limit, token, signal });
  const items = raw.map((object): JsonObject => {
    const shown = presentable(object, resource.kind);
    return fields ? project(shown, fields) : shown;
  });
  const bytes = bytesOf(items);
  if (bytes > maxAnswerBytes && items.length > 1) {
    const smaller = Math.max(1, Math.floor((items.length * maxAnswerBytes * 0.8) / bytes));
    return fittingPage(wire, selection, { ...options, limit: Math.min(smaller, limit - 1) });
  }
  return { items, continue: next, remaining, resourceVersion, complete: next === undefined, serverTime };
}
