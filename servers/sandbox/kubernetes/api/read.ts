import { z } from 'zod';
import { ApiError, badRequest, expired, notFound } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import { keyOf } from '../shelves.ts';
import type { ObjectStore } from '../store.ts';
import { viewFor } from './render.ts';
import { type Call, json, type Reply, wholeNumber } from './reply.ts';
import { fieldTest, labelTest } from './selectors.ts';

/** The object a call names. Throws NotFound. */
export function stored({ cluster, target }: Call): KubeObject {
  const { resource, namespace, name = '' } = target;
  const found = cluster.store.get(resource.plural, namespace, name);
  if (!found) throw notFound(resource, name);
  return found;
}

/** Answers GET of one object. */
export const getOne = (call: Call): Reply => json(viewFor(call).object(stored(call)));

/** The test of a call's selectors, and whether it has any. */
export function selection({ query, target }: Call): { test(object: KubeObject): boolean; any: boolean } {
  const labels = labelTest(query.get('labelSelector') ?? '');
  const fields = fieldTest(target.resource.plural, query.get('fieldSelector') ?? '');
  return {
    test: (object) => labels(object.metadata.labels ?? {}) && fields(object),
    any: Boolean(query.get('labelSelector') || query.get('fieldSelector')),
  };
}

/** Where a list that was cut goes on: at which version, and after which key. */
const tokenSchema = z.object({ v: z.literal('meta.k8s.io/v1'), rv: z.string(), start: z.string() });
type Token = z.infer<typeof tokenSchema>;

const encodeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function decodeToken(text: string): Token {
  try {
    return tokenSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw badRequest('continue key is not valid: the token could not be read');
  }
}

/** Answers GET of a collection: a page of it as it stood at one version. https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export function list(call: Call): Reply {
  const { cluster, query, target } = call;
  const { store } = cluster;
  const limit = wholeNumber(query, 'limit') || Number.POSITIVE_INFINITY;
  const token = query.get('continue') ? decodeToken(query.get('continue') ?? '') : undefined;
  const version = token?.rv ?? exactVersion(query, store) ?? store.resourceVersion();
  const { test, any } = selection(call);
  const all = itemsAt(store, { plural: target.resource.plural, namespace: target.namespace }, version);
  if (!all) throw expired(token ? TOO_OLD_TOKEN : `The resourceVersion for the provided list is too old.`);
  const start = token?.start;
  const rest = all.filter((object) => (start === undefined || keyOf(object) > start) && test(object));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const left = rest.length - items.length;
  const metadata = {
    resourceVersion: version,
    ...(left > 0 && last && { continue: encodeToken({ v: 'meta.k8s.io/v1', rv: version, start: keyOf(last) }) }),
    ...(left > 0 && !any && { remainingItemCount: left }),
  };
  return json(viewFor(call).list({ items, metadata }));
}

const TOO_OLD_TOKEN =
  'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.';

function exactVersion(query: URLSearchParams, store: ObjectStore): string | undefined {
  const asked = query.get('resourceVersion');
  if (!asked || asked === '0') return undefined;
  if (!/^\d+$/.test(asked))
    throw badRequest(
      `resourceVersion: Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`,
    );
  const current = store.resourceVersion();
  if (Number(asked) > Number(current)) throw tooLarge(asked, current);
  return query.get('resourceVersionMatch') === 'Exact' ? asked : undefined;
}

const tooLarge = (asked: string, current: string): ApiError =>
  new ApiError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      retryAfterSeconds: 1,
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    },
  });

/** The objects as they were at a version: today's with later changes undone. Undefined when those were forgotten. */
function itemsAt(
  store: ObjectStore,
  { plural, namespace }: { plural: string; namespace: string | undefined },
  version: string,
): readonly KubeObject[] | undefined {
  const today = store.list(plural, namespace);
  if (version === store.resourceVersion()) return today;
  const later = store.since(version)?.filter((change) => {
    return change.plural === plural && (namespace === undefined || change.object.metadata.namespace === namespace);
  });
  if (!later || later.length === 0) return later && today;
  const items = new Map(today.map((object) => [keyOf(object), object]));
  for (const { object, previous } of later.toReversed()) {
    if (previous) items.set(keyOf(object), previous);
    else items.delete(keyOf(object));
  }
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
