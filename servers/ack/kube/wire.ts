import { type IncomingMessage, Agent as PlainAgent, request as requestPlain } from 'node:http';
import { type RequestOptions, request as requestSecure, Agent as SecureAgent } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ToolFailure } from '../errors.ts';
import { fromStatus, unreachable } from './failure.ts';

type Query = Record<string, string | number | boolean | undefined>;

/** One request to an API server. */
interface KubeCall {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the server's address, encoded. */
  path: string;
  query?: Query;
  body?: unknown;
  /** Of the body; JSON where it is not given. */
  contentType?: string;
  /** Plain text instead of JSON, as logs are. */
  text?: boolean;
  signal: AbortSignal;
  timeoutMs?: number;
}

/** What came back: parsed JSON, or text where text was asked for. */
interface KubeAnswer {
  body: unknown;
  /** Of HTTP: 201 where something was made. */
  status: number;
  /** The server's own time, ISO-8601: a sandbox's clock is not ours. */
  serverTime: string;
}

/** A way to one API server, with its credentials. */
export interface KubeWire {
  /** Throws a `ToolFailure` for anything but success. */
  send(call: KubeCall): Promise<KubeAnswer>;
  /** The body as it arrives, for watches. Ends with the signal. */
  stream(call: Omit<KubeCall, 'timeoutMs' | 'body'>): Promise<IncomingMessage>;
  /** No new request is kept alive; those under way end by themselves. */
  retire(): void;
}

const timeoutMs = 20_000;
const bodyLimit = 48 * 1024 * 1024;

/**
 * Requests over Node's own HTTP, with the credentials and TLS settings of a kubeconfig, which are looked up for each request so
 * that tokens are renewed. https://github.com/kubernetes-client/javascript
 */
export function openWire(config: KubeConfig): KubeWire {
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, '') ?? '';
  const secure = !server.startsWith('http:');
  const own = secure ? new SecureAgent({ keepAlive: true }) : new PlainAgent({ keepAlive: true });
  const proxied = config.getCurrentCluster()?.proxyUrl !== undefined;

  async function begin(call: KubeCall, signal: AbortSignal): Promise<IncomingMessage> {
    const access: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(access);
    } catch (cause) {
      throw unreachable(`The credentials for ${server} could not be had: ${firstLine(cause)}`, false, cause);
    }
    const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      ...access.headers,
      accept: call.text ? '*/*' : 'application/json',
      ...(payload !== undefined && {
        'content-type': call.contentType ?? 'application/json',
        'content-length': Buffer.byteLength(payload),
      }),
    };
    const agent = proxied ? access.agent : own;
    const options = { ...access, agent, headers, method: call.method ?? 'GET', signal };
    return new Promise((resolve, reject) => {
      const send = secure ? requestSecure : requestPlain;
      send(urlOf(server, call), options, resolve).on('error', reject).end(payload);
    });
  }

  async function send(call: KubeCall): Promise<KubeAnswer> {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? timeoutMs);
    const changes = call.method !== undefined && call.method !== 'GET';
    try {
      const response = await begin(call, AbortSignal.any([call.signal, timeout]));
      const text = await readAll(response);
      const status = response.statusCode ?? 0;
      if (status >= 300) throw fromStatus(status, text, response.headers['retry-after'], changes);
      return { body: call.text ? text : JSON.parse(text), status, serverTime: timeOf(response) };
    } catch (thrown) {
      if (thrown instanceof ToolFailure) throw thrown;
      const reason = timeout.aborted ? 'it did not answer in time' : firstLine(thrown);
      throw unreachable(`The API server ${server} could not be used: ${reason}`, changes && maybeSent(thrown), thrown);
    }
  }

  async function stream(call: KubeCall): Promise<IncomingMessage> {
    try {
      const response = await begin(call, call.signal);
      const status = response.statusCode ?? 0;
      if (status < 300) return response;
      throw fromStatus(status, await readAll(response), response.headers['retry-after'], false);
    } catch (thrown) {
      if (thrown instanceof ToolFailure) throw thrown;
      throw unreachable(`The API server ${server} could not be used: ${firstLine(thrown)}`, false, thrown);
    }
  }

  function retire(): void {
    own.maxFreeSockets = 0;
    for (const sockets of Object.values(own.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  return { send, stream, retire };
}

/** The server's time of an answer, from its Date header (RFC 9110). */
function timeOf(response: IncomingMessage): string {
  const date = Date.parse(response.headers.date ?? '');
  return new Date(Number.isNaN(date) ? Date.now() : date).toISOString();
}

function urlOf(server: string, { path, query = {} }: KubeCall): URL {
  const url = new URL(server + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > bodyLimit) throw new Error(`the answer is longer than ${bodyLimit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Whether a failed request may have reached the server. */
const maybeSent = (thrown: unknown) =>
  !(thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && unsent.has(thrown.code));

const firstLine = (thrown: unknown) =>
  (thrown instanceof Error ? thrown.message || thrown.name : String(thrown)).split('\n')[0]?.slice(0, 300) ?? '';
