import { setTimeout as sleep } from 'node:timers/promises';
import { chatMethods, type Method } from './chat.ts';
import { directoryMethods } from './directory.ts';
import { fileMethods } from './files.ts';
import { createRates } from './rates.ts';
import { streamMethods } from './streams.ts';
import type { Faults, Json } from './types.ts';
import { viewMethods } from './views.ts';
import { Refusal, type World } from './world.ts';

/** One call of the Web API: who asks, whether he may, how often, and what comes of it. */

const methods: Record<string, Method> = {
  ...directoryMethods,
  ...chatMethods,
  ...streamMethods,
  ...viewMethods,
  ...fileMethods,
};

/** What each method needs: the `scopes` of its reference page. One of them is enough. */
const SCOPES: Record<string, string[]> = {
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.appendStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'reactions.add': ['reactions:write'],
  'reactions.remove': ['reactions:write'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'usergroups.list': ['usergroups:read'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read', 'im:read'],
  'conversations.open': ['im:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.info': ['files:read'],
  'files.delete': ['files:write'],
  'assistant.threads.setStatus': ['assistant:write', 'chat:write'],
  'assistant.threads.setTitle': ['assistant:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'agents.sessions.setStatus': ['chat:write'],
  'agents.sessions.rename': ['chat:write'],
};
/** Answers that tell a state rather than a mistake: they are no violation. */
const STATES = ['already_reacted', 'no_reaction', 'hash_conflict', 'user_not_found', 'users_not_found'];

export interface Tokens {
  bot: string;
  app: string;
  /** A fresh address for a socket. */
  ticket(): string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Json;
  /** The line is cut instead of answering. */
  cut?: boolean;
}

export type ApiFaults = Omit<Faults, 'dropSockets' | 'refuseSockets' | 'unprocessedFiles'>;

export interface WebApi {
  call(method: string, body: Json, token: string | undefined): Promise<Answer>;
  faults: ApiFaults;
}

/** Calls that were sent before the first 429 arrived are no disobedience. */
const GRACE_MS = 250;

interface Hold {
  method: string;
  channel?: string;
  until: number;
  toldAt?: number;
}

export function createWebApi(world: World, tokens: Tokens): WebApi {
  const rate = createRates(world.now);
  const failing = new Map<string, string[]>();
  const slow = new Map<string, number>();
  const holds: Hold[] = [];
  let refusing: string | undefined;

  /** Throws while a 429 that a test asked for holds. */
  function checkHold(method: string, channel: string): void {
    const now = world.now();
    const hold = holds.find(
      (one) => one.method === method && now < one.until && (one.channel === undefined || one.channel === channel),
    );
    if (!hold) return;
    if (hold.toldAt !== undefined && now - hold.toldAt > GRACE_MS)
      world.violations.push(`${method}: asked again ${hold.until - now} ms before Retry-After had passed`);
    hold.toldAt ??= now;
    throw new Injected('ratelimited', { retryAfter: Math.ceil((hold.until - now) / 1000) });
  }

  function authorise(method: string, token: string | undefined): void {
    if (!token) throw new Refusal('not_authed');
    if (refusing) throw new Injected(refusing);
    const connecting = method === 'apps.connections.open';
    if (token === (connecting ? tokens.bot : tokens.app)) throw new Refusal('not_allowed_token_type');
    if (token !== (connecting ? tokens.app : tokens.bot)) throw new Refusal('invalid_auth');
    const needed = SCOPES[method];
    if (needed && !needed.some((scope) => world.scopes.has(scope)))
      throw new Refusal('missing_scope', { details: [`needs ${needed.join(' or ')}`] });
  }

  function work(method: string, body: Json, token: string | undefined): Json {
    const fault = failing.get(method)?.shift();
    if (fault && fault !== 'lost-answer') throw new Injected(fault);
    authorise(method, token);
    const channel = String(body.channel ?? '');
    checkHold(method, channel);
    rate(method, channel);
    if (method === 'apps.connections.open') return { url: tokens.ticket() };
    const handler = methods[method];
    if (!handler) throw new Refusal('unknown_method');
    const done = handler(world, body);
    if (fault) throw new Injected(fault);
    return done;
  }

  return {
    async call(method, body, token) {
      const at = world.now();
      const pause = slow.get(method);
      if (pause) await sleep(pause);
      let answer: Answer;
      try {
        answer = { status: 200, headers: {}, body: { ok: true, ...work(method, body, token) } };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (!(error instanceof Injected) && !STATES.includes(error.error))
          world.violations.push(`${method}: ${error.error}${error.details.map((one) => ` ${one}`).join(';')}`);
        answer = refusalOf(method, error, world);
      }
      world.calls.push({ method, at, body, answer: String(answer.body.ok ? 'ok' : answer.body.error) });
      answer.headers['x-oauth-scopes'] = [...world.scopes].join(',');
      return answer;
    },
    faults: {
      rateLimit: (method, seconds, channel) =>
        holds.push({ method, until: world.now() + seconds * 1000, ...(channel !== undefined && { channel }) }),
      fail: (method, error, times) =>
        failing.set(
          method,
          Array.from({ length: times }, () => error),
        ),
      refuseAuth: (on, error = 'invalid_auth') => {
        refusing = on ? error : undefined;
      },
      slow: (method, ms) => slow.set(method, ms),
    },
  };
}

/** A refusal that a test has asked for. */
class Injected extends Refusal {}

function refusalOf(method: string, refusal: Refusal, world: World): Answer {
  const http = /^http:(\d+)$/.exec(refusal.error);
  const cut = refusal.error === 'reset' || refusal.error === 'lost-answer';
  return {
    status: refusal.retryAfter !== undefined ? 429 : Number(http?.[1] ?? 200),
    headers: refusal.retryAfter === undefined ? {} : { 'retry-after': String(refusal.retryAfter) },
    body: {
      ok: false,
      error: refusal.error,
      ...(refusal.error === 'missing_scope' && {
        needed: SCOPES[method]?.join(','),
        provided: [...world.scopes].join(','),
      }),
      ...(refusal.details.length > 0 && { response_metadata: { messages: refusal.details } }),
    },
    ...(cut && { cut }),
  };
}

/** Texts, which are never JSON even where they look like it. */
const TEXTS = ['text', 'markdown_text', 'initial_comment', 'status', 'title', 'filename'];

/** A form's fields, with what is JSON in them read. */
export function fieldsOf(form: string): Json {
  const fields: Json = {};
  for (const [key, value] of new URLSearchParams(form)) fields[key] = readField(key, value);
  return fields;
}

function readField(key: string, value: string): unknown {
  if (TEXTS.includes(key) || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
