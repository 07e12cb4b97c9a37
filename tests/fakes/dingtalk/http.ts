import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { overRate, rateOf } from './limits.ts';
import type { FakeCall, Json } from './types.ts';
import { object, parsed, text, type World } from './world.ts';

export interface Call {
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  raw: Buffer;
  body: Json;
  /** What stands behind a route that ends in a slash. */
  rest: string;
}

export interface Answer {
  status: number;
  body: unknown;
}

export interface Route {
  /** Which kind of token it wants. */
  token: 'header' | 'query' | 'none';
  handle(world: World, call: Call): Answer;
}

export type Routes = Record<string, Route>;

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** A refusal in the form of the new API; not yet a violation. */
export const problem = (status: number, code: string, message: string): Answer => ({
  status,
  body: { code, requestid: 'FAKE-REQUEST', message },
});

/** A refusal that is the bot's own fault. */
export function refuse(world: World, code: string, message: string): Answer {
  world.violations.push(`${code}: ${message}`);
  return problem(400, code, message);
}

/** The same in the form of the old API: HTTP 200, and an `errcode`. */
export function refuseOld(world: World, errcode: number, errmsg: string): Answer {
  world.violations.push(`${errcode}: ${errmsg}`);
  return ok({ errcode, errmsg });
}

/** One server with its routes; what is unknown is a 404 and a violation. */
export function serve(world: World, routes: Routes): Server {
  return createServer((request, response) => {
    answer(world, routes, request)
      .catch((cause) => problem(500, 'fake.broken', String(cause)))
      .then((reply) => send(response, reply));
  });
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  const bytes = Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
  });
  response.end(bytes);
}

async function answer(world: World, routes: Routes, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const [name, rest] = routeOf(routes, `${request.method} ${url.pathname}`);
  const raw = await bytesOf(request);
  const call = {
    query: url.searchParams,
    headers: request.headers,
    raw,
    body: object(parsed(raw.toString('utf8'))),
    rest,
  };
  const api = name === 'POST /robot/sendBySession' ? 'webhook' : name;
  const record: FakeCall = { api, time: world.options.now(), body: call.body, status: 0, code: '' };
  world.calls.push(record);
  const slow = world.faults.slow.get(api);
  if (slow) await wait(slow, undefined, { ref: false });
  const reply = judged(world, { name, api, route: routes[name] }, call);
  record.status = reply.status;
  record.code = text(object(reply.body).code) || String(object(reply.body).errcode ?? '');
  return reply;
}

function judged(world: World, at: { name: string; api: string; route: Route | undefined }, call: Call): Answer {
  const fault = takeFault(world, at.api);
  if (fault) return fault;
  if (!at.route) {
    world.violations.push(`unknown API: ${at.name}`);
    return problem(404, 'InvalidAction.NotFound', `Specified api is not found: ${at.name}`);
  }
  const rate = at.api === 'webhook' ? undefined : rateOf(at.name);
  if (rate && overRate(world, rate.key, rate.perSecond)) {
    world.violations.push(`QpsLimit: ${at.name}`);
    return problem(403, 'Forbidden.AccessDenied.QpsLimitForApi', 'QPS limit of the API is reached');
  }
  return tokenRefusal(world, at.route, call) ?? at.route.handle(world, call);
}

function takeFault(world: World, api: string): Answer | undefined {
  const fault = world.faults.fail.get(api);
  if (!fault || fault.times <= 0) return undefined;
  fault.times -= 1;
  const { code } = fault;
  const [, sub] = /^88\/(\d+)$/.exec(String(code)) ?? [];
  if (sub !== undefined) return ok({ errcode: 88, sub_code: sub, errmsg: `ding talk error[subcode=${sub}]` });
  if (typeof code === 'string') return problem(code.startsWith('Forbidden') ? 403 : 400, code, 'as the test wants it');
  return code < 600
    ? problem(code, `fake.${code}`, 'as the test wants it')
    : ok({ errcode: code, errmsg: 'as the test wants it' });
}

/** One that was never given out, or none at all, is the bot's fault; one that has run out is not. */
function tokenRefusal(world: World, route: Route, call: Call): Answer | undefined {
  if (route.token === 'none') return undefined;
  const token = route.token === 'query' ? call.query.get('access_token') : call.headers['x-acs-dingtalk-access-token'];
  if (typeof token === 'string' && (world.tokens.get(token) ?? 0) > world.options.now()) return undefined;
  if (typeof token !== 'string' || !world.issued.has(token)) world.violations.push('a call without a token of ours');
  return route.token === 'query'
    ? ok({ errcode: 40014, errmsg: '不合法的access_token' })
    : problem(401, 'InvalidAuthentication', '不合法的access_token');
}

function routeOf(routes: Routes, name: string): [string, string] {
  if (routes[name]) return [name, ''];
  const prefix = Object.keys(routes).find((one) => one.endsWith('/') && name.startsWith(one));
  return prefix ? [prefix, decodeURIComponent(name.slice(prefix.length))] : [name, ''];
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
