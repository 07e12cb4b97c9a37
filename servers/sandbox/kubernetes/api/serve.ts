import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { authenticate, impersonated } from '../auth/tokens.ts';
import { ApiError, badRequest } from '../errors.ts';
import type { OpenCluster } from '../open.ts';
import { json, type KubeRequest, type Reply, type Sink } from './reply.ts';
import { route } from './route.ts';

const MAX_BODY_BYTES = 3 * 1024 * 1024;
/** A watcher that leaves this much unread is cut off, as the real server does with slow ones. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

interface Parts {
  open(id: string): OpenCluster | undefined;
  now(): number;
  /** The Kubernetes version of a cluster. */
  version(id: string): string;
}

/** The HTTP side of all clusters. */
export function createServing(parts: Parts) {
  const endings = new Set<() => void>();

  const stream = (response: ServerResponse, reply: Extract<Reply, { kind: 'stream' }>) => {
    response.writeHead(200, { 'content-type': reply.contentType, ...stamp(parts.now()) });
    response.flushHeaders();
    const stop = reply.start(sinkOf(response));
    const end = () => {
      stop();
      response.end();
      endings.delete(end);
    };
    endings.add(end);
    response.on('close', end);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const reply = body ? answer(parts, request, body) : json(tooLarge().status(), 413);
    if (reply.kind === 'stream') stream(response, reply);
    else write(response, reply, parts.now());
  };
  const endStreams = () => {
    for (const end of [...endings]) end();
  };
  return { handle, endStreams };
}

/** The time of the world, which clients take for now. */
const stamp = (now: number) => ({ date: new Date(now).toUTCString(), 'cache-control': 'no-cache, private' });

const sinkOf = (response: ServerResponse): Sink => ({
  write(text) {
    if (response.destroyed || response.writableEnded) return false;
    response.write(text);
    if (response.writableLength <= MAX_UNREAD_BYTES) return true;
    response.destroy();
    return false;
  },
  end: () => void response.end(),
});

function answer(parts: Parts, request: IncomingMessage, body: Buffer): Reply {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const [, , id = '', ...rest] = url.pathname.split('/');
  const { method = 'GET' } = request;
  try {
    const cluster = parts.open(id);
    if (!cluster) throw new ApiError({ code: 503, reason: 'ServiceUnavailable', message: 'the API server is not up' });
    const headers = plainHeaders(request.headers);
    const user = impersonated(
      authenticate(headers.authorization, { store: cluster.raw, key: cluster.tokenKey }),
      headers,
    );
    const { raw, motion, tokenKey } = cluster;
    const served: KubeRequest = {
      cluster: { id, store: raw, motion, tokenKey, version: parts.version(id) },
      method,
      path: `/${rest.join('/')}`,
      query: url.searchParams,
      headers,
      body,
      user,
    };
    const reply = route(served);
    // A client may rely on what it was told is written.
    if (method !== 'GET') cluster.archive.flush();
    return reply;
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): Reply {
  const refusal = asApiError(error);
  const retry = refusal.details?.retryAfterSeconds;
  const headers = retry === undefined ? {} : { 'retry-after': String(retry) };
  return { kind: 'json', status: refusal.code, body: refusal.status(), headers };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ZodError) return badRequest(`${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`);
  if (error instanceof URIError) return badRequest(error.message);
  const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
  return new ApiError({ code: 500, reason: 'InternalError', message });
}

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );

function write(response: ServerResponse, reply: Exclude<Reply, { kind: 'stream' }>, now: number): void {
  if (reply.kind === 'raw') {
    response.writeHead(reply.status, { 'content-type': reply.contentType, ...stamp(now) });
    response.end(reply.body);
    return;
  }
  response.writeHead(reply.status, { 'content-type': 'application/json', ...stamp(now), ...reply.headers });
  response.end(JSON.stringify(reply.body));
}

const tooLarge = (): ApiError =>
  new ApiError({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity too large: limit is ${MAX_BODY_BYTES}`,
  });

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
