import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { applyPatch } from 'rfc6902';

/** Objects as the fake holds them: loose, as a test writes them down. */
export interface Thing {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown> & { name: string; namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: what a test writes down is whatever it needs
  [field: string]: any;
}

interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  contentType: string;
  authorization: string | undefined;
}

type Interception = (call: Received, response: ServerResponse) => boolean | undefined;

const plurals: Record<string, string> = {
  Ingress: 'ingresses',
  Endpoints: 'endpoints',
  NetworkPolicy: 'networkpolicies',
};
const pluralOf = (kind: string) => plurals[kind] ?? `${kind.toLowerCase()}s`;

/**
 * A small API server over real HTTP: get, list in pages, watch, the three patches (a strategic one merges lists by name),
 * delete, evict, logs, access reviews. Knows no controllers and no validation.
 */
export async function startFakeKube(things: Thing[] = []) {
  const store = new Map<string, Thing>();
  const received: Received[] = [];
  const history: { version: number; plural: string; line: string }[] = [];
  const watchers = new Set<{ plural: string; response: ServerResponse }>();
  let version = 1000;
  let now = Date.parse('2026-11-25T08:00:00Z');
  let intercept: Interception = () => undefined;
  const logs = new Map<string, string>();

  const keyOf = (plural: string, namespace: string | undefined, name: string) => `${plural}/${namespace ?? ''}/${name}`;
  const announce = (type: string, plural: string, object: Thing) => {
    history.push({ version, plural, line: `${JSON.stringify({ type, object })}\n` });
    for (const watcher of watchers) {
      if (watcher.plural === plural && !watcher.response.writableEnded) watcher.response.write(history.at(-1)?.line);
    }
  };

  function put(thing: Thing, dryRun = false): Thing {
    const plural = pluralOf(thing.kind);
    const key = keyOf(plural, thing.metadata.namespace, thing.metadata.name);
    const old = store.get(key);
    const specChanged = old && JSON.stringify(old.spec) !== JSON.stringify(thing.spec);
    const generation = Number(old?.metadata.generation ?? thing.metadata.generation ?? 1) + (specChanged ? 1 : 0);
    const next = structuredClone({
      ...thing,
      metadata: {
        creationTimestamp: new Date(now).toISOString(),
        ...thing.metadata,
        uid: thing.metadata.uid ?? old?.metadata.uid ?? `uid-${thing.kind}-${thing.metadata.name}-${version}`,
        generation,
        resourceVersion: String(dryRun ? version : ++version),
      },
    });
    if (dryRun) return next;
    store.set(key, next);
    announce(old ? 'MODIFIED' : 'ADDED', plural, next);
    return next;
  }

  function remove(plural: string, namespace: string | undefined, name: string) {
    const key = keyOf(plural, namespace, name);
    const old = store.get(key);
    store.delete(key);
    version += 1;
    if (old) announce('DELETED', plural, { ...old, metadata: { ...old.metadata, resourceVersion: String(version) } });
    return old;
  }

  for (const thing of things) put(thing);

  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    received.push(call);
    response.setHeader('date', new Date(now).toUTCString());
    response.setHeader('content-type', 'application/json');
    if (intercept(call, response)) return;
    answer(call, response);
  });

  function answer(call: Received, response: ServerResponse) {
    if (call.path === '/version') return send(response, 200, { gitVersion: 'v1.36.1' });
    const match =
      /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?$/.exec(
        call.path,
      );
    const [, namespace, plural = '', name, sub] = match ?? [];
    if (plural === 'selfsubjectaccessreviews')
      return send(response, 201, { ...(call.body as object), status: { allowed: true } });
    if (name === undefined) return collection(call, response, plural, namespace);
    const object = store.get(keyOf(plural, namespace, decodeURIComponent(name)));
    if (!object) return status(response, 404, 'NotFound', `${plural} "${name}" not found`);
    if (sub === 'log') return sendLog(response, call, `${namespace}/${name}`);
    if (sub === 'eviction') {
      if (call.query.get('dryRun') !== 'All') remove(plural, namespace, name);
      return send(response, 201, { kind: 'Status', status: 'Success' });
    }
    if (call.method === 'PATCH') return patch(call, response, object);
    if (call.method === 'DELETE') {
      const wanted = (call.body as { preconditions?: { uid?: string } } | undefined)?.preconditions?.uid;
      if (wanted && wanted !== object.metadata.uid)
        return status(response, 409, 'Conflict', 'Precondition failed: UID in precondition');
      if (call.query.get('dryRun') !== 'All') remove(plural, namespace, name);
      return send(response, 200, object);
    }
    send(response, 200, object);
  }

  function collection(call: Received, response: ServerResponse, plural: string, namespace: string | undefined) {
    if (call.query.get('watch') === 'true') {
      response.writeHead(200);
      response.flushHeaders();
      const from = Number(call.query.get('resourceVersion'));
      for (const change of history) if (change.plural === plural && change.version > from) response.write(change.line);
      const watcher = { plural, response };
      watchers.add(watcher);
      response.on('close', () => watchers.delete(watcher));
      return;
    }
    const all = [...store.values()].filter(
      (thing) =>
        pluralOf(thing.kind) === plural &&
        (namespace === undefined || thing.metadata.namespace === namespace) &&
        selected(thing, call.query),
    );
    const limit = Number(call.query.get('limit') ?? 0) || all.length;
    const from = Number(call.query.get('continue') ?? 0);
    const rest = all.length - from - limit;
    send(response, 200, {
      kind: 'List',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: String(version),
        ...(rest > 0 && { continue: String(from + limit), remainingItemCount: rest }),
      },
      // The items of real lists do not repeat their kind.
      items: all.slice(from, from + limit).map(({ kind: _, apiVersion: __, ...item }) => item),
    });
  }

  function patch(call: Received, response: ServerResponse, object: Thing) {
    const next = structuredClone(object);
    if (call.contentType === 'application/json-patch+json') {
      const failed = applyPatch(next, call.body as Parameters<typeof applyPatch>[1]).find((error) => error !== null);
      if (failed) return status(response, 422, 'Invalid', `the server rejected our request: ${failed.message}`);
    } else merge(next, call.body as Record<string, unknown>, call.contentType.includes('strategic'));
    if (next.metadata.resourceVersion !== object.metadata.resourceVersion)
      return status(
        response,
        409,
        'Conflict',
        'the object has been modified; please apply your changes to the latest version',
      );
    send(response, 200, put(next, call.query.get('dryRun') === 'All'));
  }

  function sendLog(response: ServerResponse, call: Received, pod: string) {
    const previous = call.query.get('previous') === 'true' ? '/previous' : '';
    const lines = (logs.get(`${pod}/${call.query.get('container')}${previous}`) ?? '').split('\n');
    response.setHeader('content-type', 'text/plain');
    response.end(lines.slice(-Number(call.query.get('tailLines') ?? 1e9)).join('\n'));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    received,
    logs,
    put,
    remove,
    get: (kind: string, name: string, namespace?: string) => store.get(keyOf(pluralOf(kind), namespace, name)),
    /** Answers a call itself by returning true. */
    intercept: (by: Interception) => {
      intercept = by;
    },
    advance: (ms: number) => {
      now += ms;
    },
    get now() {
      return now;
    },
    watching: (plural: string) =>
      [...watchers].filter((watcher) => watcher.plural === plural).map(({ response }) => response),
    writes: () => received.filter(({ method }) => method !== 'GET'),
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

export type FakeKube = Awaited<ReturnType<typeof startFakeKube>>;

export function status(response: ServerResponse, code: number, reason: string, message: string) {
  send(response, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, code });
}

export function send(response: ServerResponse, code: number, body: unknown) {
  response.writeHead(code).end(JSON.stringify(body));
}

async function readCall(request: IncomingMessage): Promise<Received> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const raw = await text(request);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: raw === '' ? undefined : JSON.parse(raw),
    contentType: request.headers['content-type'] ?? '',
    authorization: request.headers.authorization,
  };
}

function selected(thing: Thing, query: URLSearchParams): boolean {
  const at = (path: string) =>
    path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], thing);
  const holds = (selector: string | null, read: (key: string) => unknown) =>
    (selector ?? '')
      .split(',')
      .filter(Boolean)
      .every((term) => {
        const [, key = '', operator, value = ''] = /^([^!=]+)(!?=)=?(.*)$/.exec(term) ?? [];
        return (String(read(key) ?? '') === value) === (operator === '=');
      });
  const labels = (thing.metadata.labels ?? {}) as Record<string, string>;
  return holds(query.get('fieldSelector'), at) && holds(query.get('labelSelector'), (key) => labels[key]);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(into: Record<string, unknown>, from: Record<string, unknown>, strategic: boolean): void {
  if (from.$patch === 'replace') for (const key of Object.keys(into)) delete into[key];
  for (const [key, value] of Object.entries(from)) {
    if (key.startsWith('$')) continue;
    const old = into[key];
    if (value === null) delete into[key];
    else if (isObject(value)) {
      const inner = isObject(old) ? old : {};
      merge(inner, value, strategic);
      into[key] = inner;
    } else if (strategic && Array.isArray(value) && Array.isArray(old) && value.every((each) => each?.name)) {
      for (const element of value) {
        const same = old.find((each) => each.name === element.name);
        if (same) merge(same, element, true);
        else old.push(element);
      }
    } else into[key] = value;
  }
}
