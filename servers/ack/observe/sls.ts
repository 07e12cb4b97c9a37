import { createHmac } from 'node:crypto';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { CloudOptions } from '../cloud/sdk.ts';
import { ToolFailure } from '../errors.ts';

/** Where a cluster's logs are in SLS, and the keys to read them. Never leaves this server. */
export interface SlsAccess {
  region: string;
  project: string;
  cloudId: string;
  keys: Pick<CloudOptions, 'accessKeyId' | 'accessKeySecret'>;
  /** Host or address to use instead of the region's own. */
  endpoint?: string;
}

export interface LogQuery {
  logstore: string;
  query: string;
  /** Unix seconds: from inclusive, to exclusive. */
  from: number;
  to: number;
  line: number;
}

const timeoutMs = 15_000;
const repeats = 5;
const entriesSchema = z.array(z.record(z.string(), z.string()));

/** The newest entries that fit, and whether all of the time was searched. https://help.aliyun.com/zh/sls/developer-reference/api-sls-2020-12-30-getlogs */
export async function getLogs(access: SlsAccess, query: LogQuery, signal: AbortSignal) {
  for (let attempt = 1; ; attempt += 1) {
    const { entries, complete } = await once(access, query, signal);
    if (complete || attempt === repeats) return { entries, complete };
    await wait(300 * attempt, undefined, { signal });
  }
}

async function once({ project, ...access }: SlsAccess, query: LogQuery, signal: AbortSignal) {
  const { logstore, ...rest } = query;
  const path = `/logstores/${logstore}`;
  const parameters = { type: 'log', ...rest, offset: 0, reverse: true };
  const texts = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const { base, host } = addressOf(access, project);
  const url = new URL(path, base);
  url.search = new URLSearchParams(texts).toString();
  const headers = {
    date: new Date().toUTCString(),
    'x-log-apiversion': '0.6.0',
    'x-log-bodyrawsize': '0',
    'x-log-signaturemethod': 'hmac-sha1',
  };
  const authorization = signature(access.keys, { method: 'GET', path, parameters: texts, headers });
  const { status, progress, body } = await get(url, { ...headers, host, authorization }, signal);
  if (status !== 200) throw failure(status, body, project);
  return { entries: entriesSchema.parse(JSON.parse(body)), complete: progress !== 'Incomplete' };
}

/** A project is part of the host's name; an address of a test or a tunnel is used as it is. */
function addressOf({ region, endpoint }: Pick<SlsAccess, 'region' | 'endpoint'>, project: string) {
  const given = endpoint ?? `${region}.log.aliyuncs.com`;
  const url = new URL(given.includes('://') ? given : `https://${given}`);
  const host = `${project}.${url.host}`;
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return { base: local ? url.origin : `${url.protocol}//${host}`, host };
}

interface Signed {
  method: string;
  path: string;
  parameters: Record<string, string>;
  /** In lower case; `date` and those of SLS. */
  headers: Record<string, string>;
}

/** The Authorization header. https://help.aliyun.com/zh/sls/developer-reference/request-signatures */
export function signature(
  { accessKeyId, accessKeySecret }: SlsAccess['keys'],
  { method, path, parameters, headers }: Signed,
): string {
  const pairs = (of: Record<string, string>, joint: string) =>
    Object.keys(of)
      .sort()
      .map((name) => `${name}${joint}${of[name]}`);
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-(log|acs)-/.test(name)));
  const query = pairs(parameters, '=').join('&');
  const text = [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    headers.date ?? '',
    ...pairs(own, ':'),
    query ? `${path}?${query}` : path,
  ].join('\n');
  return `LOG ${accessKeyId}:${createHmac('sha1', accessKeySecret).update(text).digest('base64')}`;
}

const errorBody = z.object({ errorCode: z.string(), errorMessage: z.string().default('') });

function failure(status: number, body: string, project: string): ToolFailure {
  const parsed = errorBody.safeParse(jsonOf(body));
  const vendor = parsed.data?.errorCode ?? 'UNKNOWN';
  const code = vendor === 'ProjectNotExist' || vendor === 'LogStoreNotExist' ? 'NOT_CONFIGURED' : vendor;
  const message = `SLS project ${project}: ${vendor} ${parsed.data?.errorMessage ?? `status ${status}`}`.slice(0, 1000);
  return new ToolFailure({ code, message, retryable: status >= 500 || status === 429, ambiguous: false });
}

async function get(url: URL, headers: Record<string, string>, signal: AbortSignal) {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'http:' ? requestPlain : requestSecure;
      send(url, { headers, signal: AbortSignal.any([signal, timeout]) }, resolve)
        .on('error', reject)
        .end();
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const progress = response.headers['x-log-progress'];
    return { status: response.statusCode ?? 0, progress, body: Buffer.concat(chunks).toString() };
  } catch (cause) {
    const code = timeout.aborted ? 'Timeout' : 'Unreachable';
    const message = `SLS could not be used: ${cause instanceof Error ? cause.message : ''}`;
    throw new ToolFailure({ code, message, retryable: true, ambiguous: false }, cause);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
