import type { Health } from '../../src/chat/types.ts';
import { neededScopes, vitalScopes } from './access.ts';
import { type Api, createApi } from './api.ts';
import { delay } from './delay.ts';
import { Door, type Handlers } from './door.ts';
import { isBadToken, reasonOf, type SlackCallError } from './errors.ts';
import { createFreshness, openHttp } from './http.ts';
import { libraryLog } from './log.ts';
import type { SlackOptions } from './options.ts';
import { backoff, keepSocket, type Socket } from './socket.ts';
import { authAnswer, type Identity } from './wire.ts';

/** Two, so that a click finds one while Slack renews the other: it sends clicks and commands once only. */
const SOCKETS = 2;
/** How soon a token that was refused later on is tried again; one that lacks scopes is looked at once a minute. */
const RECHECK_MS = 2000;
const RECHECK_SCOPES_MS = 60_000;

/** The connection to one workspace. It comes up by itself as soon as Slack lets it. */
export interface Connection {
  api: Api;
  /** Resolves when the first attempt has come to something. */
  readonly tried: Promise<void>;
  health(): Health;
  stop(): Promise<void>;
}

export interface ConnectionOptions extends SlackOptions {
  /** Called once, when it is known who the bot is and before anything comes in. */
  onIdentity(me: Identity, api: Api): Handlers;
}

/** What is known of the connection's parts; `health` is made of it. */
interface State {
  me?: Identity;
  /** Why the bot token is of no use. */
  token?: string;
  missing: string[];
  sockets: boolean[];
  /** Why no socket could be opened. */
  socket?: string;
  http?: string;
  httpError?: string;
  stopped?: boolean;
}

export function connect(options: ConnectionOptions): Connection {
  const { appToken, apiUrl, clock, onError } = options;
  const logger = libraryLog(options.log);
  const state: State = { missing: [], sockets: [] };
  const stopping = new AbortController();
  const stops: (() => Promise<void>)[] = [];
  let health: Health = { ok: false, detail: 'connecting', since: clock() };

  function changed(change: Partial<State>): void {
    Object.assign(state, change);
    const { ok, detail } = judge(state, appToken !== undefined);
    if (ok !== health.ok || detail !== health.detail) options.log.info({ ok, detail }, 'Slack connection changed');
    health = { ok, detail, since: ok === health.ok ? health.since : clock() };
  }

  const api = createApi({
    token: options.botToken,
    apiUrl,
    logger,
    onRefusal: (error) => noteRefusal(error, state, changed),
  });

  /** Who the bot is; tried again until Slack says so. https://docs.slack.dev/reference/methods/auth.test */
  async function introduce(tried: () => void): Promise<Identity | undefined> {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      try {
        const me = authAnswer.parse(await api.call('auth.test', {}));
        changed({ me, token: '', missing: missingOf(me) });
        return me;
      } catch (error) {
        const reason = reasonOf(error) ?? 'an answer that could not be read';
        changed({ token: reason });
        onError(error, 'auth.test');
        tried();
        await delay(backoff(failures), stopping.signal);
      }
    }
    return undefined;
  }

  /** A token that was refused later on, or lacks scopes, may be mended at any time. */
  async function recheck(): Promise<void> {
    let looked = clock();
    while (!stopping.signal.aborted) {
      await delay(RECHECK_MS, stopping.signal);
      const isDue = state.missing.length > 0 && clock() - looked >= RECHECK_SCOPES_MS;
      if (!state.token && !isDue) continue;
      await introduce(() => {});
      looked = clock();
    }
  }

  async function open(tried: () => void): Promise<void> {
    const me = await introduce(tried);
    if (!me) return;
    const door = new Door({
      token: options.botToken,
      me,
      apiUrl,
      logger,
      handlers: options.onIdentity(me, api),
      freshness: createFreshness(clock),
    });
    if (appToken) await openSockets(door, appToken);
    else await openDoor(door, tried);
    tried();
    await recheck();
  }

  async function openSockets(app: Door, token: string): Promise<void> {
    const sockets: Socket[] = [];
    state.sockets = Array.from({ length: SOCKETS }, () => false);
    for (let n = 0; n < SOCKETS; n += 1) {
      const onState = (isOpen: boolean, reason?: string) =>
        changed({
          sockets: state.sockets.map((was, other) => (other === n ? isOpen : was)),
          socket: isOpen ? '' : (reason ?? state.socket ?? ''),
        });
      sockets.push(keepSocket({ app, appToken: token, apiUrl, logger, clock, onState, onError }));
    }
    stops.push(async () => {
      await Promise.all(sockets.map((socket) => socket.stop()));
    });
    await Promise.race(sockets.map((socket) => socket.tried));
  }

  async function openDoor(app: Door, tried: () => void): Promise<void> {
    const { signingSecret, httpHost: host, httpPort: port } = options;
    if (!signingSecret || port === undefined) {
      changed({
        httpError:
          'nothing can come in. Set SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET and SLACK_HTTP_PORT; see docs/slack.md',
      });
      return;
    }
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      try {
        const http = await openHttp({ app, signingSecret, host, port, logger, onError });
        stops.push(http.stop);
        changed({ http: http.url, httpError: '' });
        return;
      } catch (error) {
        onError(error, 'http');
        const why = error instanceof Error ? error.message : 'unknown';
        changed({ httpError: `cannot listen on ${host}:${port} (${why}). Set SLACK_HTTP_PORT to a free port` });
        tried();
        await delay(backoff(failures), stopping.signal);
      }
    }
  }

  let wasTried = () => {};
  const tried = new Promise<void>((resolve) => {
    wasTried = resolve;
  });
  const running = open(wasTried).catch((error: unknown) => {
    onError(error, 'connection');
    wasTried();
  });

  return {
    api,
    tried,
    health: () => health,
    async stop() {
      stopping.abort();
      await Promise.all(stops.map((stop) => stop()));
      await running;
      changed({ stopped: true });
    },
  };
}

function missingOf(me: Identity): string[] {
  const scopes = me.response_metadata?.scopes;
  return scopes ? neededScopes().filter((scope) => !scopes.includes(scope)) : [];
}

function noteRefusal(error: SlackCallError, state: State, changed: (change: Partial<State>) => void): void {
  if (error.method === 'auth.test') return;
  if (isBadToken(error.reason)) changed({ token: error.reason });
  const needed = (error.needed ?? '').split(',').map((scope) => scope.trim());
  if (error.reason === 'missing_scope')
    changed({ missing: [...new Set([...state.missing, ...needed.filter(Boolean)])] });
}

/** Whether people can be heard and answered, and if not, how to mend it. */
function judge(state: State, bySocket: boolean): { ok: boolean; detail: string } {
  if (state.stopped) return { ok: false, detail: 'stopped' };
  if (state.token) return { ok: false, detail: ofToken(state.token) };
  if (!state.me) return { ok: false, detail: 'connecting' };
  const scopes = state.missing.length > 0 ? ofScopes(state.missing) : '';
  const lacksVital = state.missing.some((scope) => vitalScopes.includes(scope));
  const open = state.sockets.filter(Boolean).length;
  const isHeard = bySocket ? open > 0 : state.http !== undefined && !state.httpError;
  const how = bySocket ? ofSockets(open, state.socket) : state.httpError || `listens on ${state.http}`;
  return { ok: isHeard && !lacksVital, detail: [how, scopes].filter(Boolean).join('; ') };
}

function ofToken(reason: string): string {
  return isBadToken(reason)
    ? `Slack refuses the bot token (${reason}). Reinstall the app and set SLACK_BOT_TOKEN; see docs/slack.md`
    : `Slack cannot be reached (${reason}). Tried again by itself; check the network and SLACK_API_URL`;
}

function ofScopes(missing: string[]): string {
  return `the token lacks ${missing.join(', ')}. Add them under OAuth & Permissions, or update the app from deploy/slack/manifest.json, and reinstall it`;
}

function ofSockets(open: number, reason: string | undefined): string {
  if (open > 0) return `${open} of ${SOCKETS} sockets`;
  if (!reason) return 'no socket is open; tried again by itself';
  return isBadToken(reason)
    ? `Slack refuses the app token (${reason}). Make one with connections:write and set SLACK_APP_TOKEN; see docs/slack.md`
    : `no socket could be opened (${reason}); tried again by itself`;
}
