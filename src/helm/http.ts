import { isIP } from 'node:net';
import pRetry, { AbortError } from 'p-retry';
import { Agent, type Dispatcher, request } from 'undici';
import { isPublic, lookupPublic } from './addresses.ts';
import { ChartError } from './types.ts';

/** Bounded reading over HTTP, from places an operator has listed and from where these send one on. */

const PATIENCE_MS = 30_000;
const MOST_REDIRECTS = 5;
const TRIES = 2;

export interface Ask {
  url: URL;
  headers?: Record<string, string>;
  /** The value of `authorization`: it goes to this address's origin and nowhere else. */
  authorization?: string | undefined;
  mostBytes: number;
  signal?: AbortSignal | undefined;
}

export interface Told {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Uint8Array;
}

export interface Http {
  /** Any status below 500 and but 429 is an answer. Rejects with ChartError. */
  get(ask: Ask): Promise<Told>;
  close(): Promise<void>;
}

/** `isListed` says of which hosts (with port) an operator has decided that they are to be asked, wherever they are. */
export function createHttp(isListed: (host: string) => boolean): Http {
  const timeouts = { connectTimeout: 10_000, headersTimeout: 15_000, bodyTimeout: 15_000 };
  const listed = new Agent({ ...timeouts, connections: 4 });
  const foreign = new Agent({ ...timeouts, connections: 4, connect: { lookup: lookupPublic } });

  async function once({ url, headers = {}, authorization, mostBytes, signal }: Ask): Promise<Told> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const stop = signal ? AbortSignal.any([signal, patience]) : patience;
    let at = url;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      const dispatcher = isListed(at.host) ? listed : foreign;
      const mine = at.origin === url.origin && authorization !== undefined ? { authorization } : {};
      const answer = await request(at, { dispatcher, headers: { ...headers, ...mine }, signal: stop });
      const next = locationOf(answer, at);
      if (!next) return await told(answer, mostBytes);
      await answer.body.dump();
      requireSafe(next, url, isListed);
      at = next;
    }
    throw new AbortError(unreachable(url, 'it sends one on again and again'));
  }

  return {
    async get(ask) {
      try {
        return await pRetry(() => once(ask), {
          retries: TRIES,
          minTimeout: 200,
          maxTimeout: 1000,
          ...(ask.signal && { signal: ask.signal }),
        });
      } catch (error) {
        if (error instanceof ChartError) throw error;
        throw unreachable(ask.url, codeOf(error), error);
      }
    },
    async close() {
      await Promise.all([listed.destroy(), foreign.destroy()]);
    },
  };
}

async function told({ statusCode, headers, body }: Dispatcher.ResponseData, mostBytes: number): Promise<Told> {
  if (statusCode >= 500 || statusCode === 429) {
    await body.dump();
    throw Object.assign(new Error('busy'), { code: `HTTP ${statusCode}` });
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new AbortError(new ChartError('CHART_TOO_LARGE', `The answer has more than ${mostBytes} bytes`));
    chunks.push(chunk);
  }
  return { status: statusCode, headers, body: Buffer.concat(chunks) };
}

function locationOf({ statusCode, headers: { location } }: Dispatcher.ResponseData, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== 'string') return undefined;
  return URL.parse(location, from.href) ?? undefined;
}

/** Never from https to http, and to inner addresses only where an operator has listed them. */
function requireSafe(to: URL, from: URL, isListed: (host: string) => boolean): void {
  const isKnown = isListed(to.host);
  const isSafe = to.protocol === 'https:' || (to.protocol === 'http:' && isKnown && from.protocol === 'http:');
  const host = to.hostname.replace(/^\[|\]$/g, '');
  if (isSafe && (isKnown || isIP(host) === 0 || isPublic(host))) return;
  throw new AbortError(
    new ChartError('CHART_REFUSED', `${from.host} sends one on to an address that is not to be asked: ${to.host}`),
  );
}

/** Addresses carry signatures in their queries: only the host is named. */
const unreachable = (url: URL, why: string, cause?: unknown) =>
  new ChartError('CHART_UNREACHABLE', `${url.host} cannot be reached: ${why}`, { cause });

function codeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  for (const one of [error, inner])
    if (one instanceof Error && 'code' in one && typeof one.code === 'string') return one.code;
  return error instanceof Error ? error.name : 'unknown';
}
