import { type App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { EnvHttpProxyAgent } from 'undici';
import { delay } from './delay.ts';

/** How long Slack may take to greet a new socket. */
const HELLO_MS = 15_000;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;
/** A socket that lived so long was a good one: the next is opened at once. */
const GOOD_MS = 5000;
/** How long a peer may take to answer our close before the socket is cut. */
const CLOSE_MS = 500;

export interface SocketOptions {
  app: App;
  appToken: string;
  apiUrl?: string | undefined;
  logger: Logger;
  clock: () => number;
  /** Told whenever the socket opens, and with a reason when it cannot be opened or is lost. */
  onState(open: boolean, reason?: string): void;
  onError(error: unknown, where: string): void;
}

/** One socket that is opened again whenever it is lost, until it is stopped. */
export interface Socket {
  /** Resolves when the first attempt has come to something. */
  readonly tried: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Keeps one socket open. Reconnecting is done here and not by socket-mode, because there it waits five seconds first and
 * a refusal becomes an unhandled rejection: https://github.com/slackapi/node-slack-sdk/tree/main/packages/socket-mode
 */
export function keepSocket(options: SocketOptions): Socket {
  const stopping = new AbortController();
  let failures = 0;
  let wasTried = () => {};
  const tried = new Promise<void>((resolve) => {
    wasTried = resolve;
  });

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      const began = options.clock();
      const reason = await liveOnce(options, stopping.signal, wasTried);
      if (stopping.signal.aborted) break;
      options.onState(false, reason);
      wasTried();
      failures = reason === undefined && options.clock() - began >= GOOD_MS ? 0 : failures + 1;
      // A socket that Slack closed is no failure: only the second in a row waits.
      if (reason !== undefined || failures > 1) await delay(backoff(failures), stopping.signal);
    }
    wasTried();
  }

  const living = live().catch((error: unknown) => options.onError(error, 'socket'));
  return {
    tried,
    async stop() {
      stopping.abort();
      await living;
    },
  };
}

/** From a second to a minute, and never two processes in step. */
export function backoff(failures: number): number {
  const ms = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, failures - 1));
  return ms * (0.75 + Math.random() * 0.5);
}

/** Opens a socket and resolves when it is closed: with the reason where it never opened. */
async function liveOnce(
  options: SocketOptions,
  signal: AbortSignal,
  wasTried: () => void,
): Promise<string | undefined> {
  const over = new AbortController();
  const end = () => over.abort();
  // Told to leave, one goes, whether or not the other side still answers the close.
  const { client, start } = openReceiver(options, end);
  let isClosed = false;
  client.once('disconnected', () => {
    isClosed = true;
    end();
  });
  signal.addEventListener('abort', end, { once: true });
  const hello = new AbortController();
  try {
    const late = delay(HELLO_MS, hello.signal).then(() => 'Slack opened no socket in time');
    const ended = aborted(over.signal).then(() => 'the socket closed before Slack greeted it');
    const greeted = start().then(() => undefined, reasonOfStart);
    const reason = await Promise.race([greeted, ended, late]);
    hello.abort();
    // One that is greeted after all, when nobody waits for it any more, must not stay open.
    if (reason !== undefined) void greeted.then(() => client.disconnect());
    if (reason !== undefined) return reason;
    options.onState(true);
    wasTried();
    await ended;
    return undefined;
  } finally {
    hello.abort();
    signal.removeEventListener('abort', end);
    if (!isClosed) await close(client);
  }
}

function openReceiver(options: SocketOptions, onLeave: () => void) {
  const { app, appToken, apiUrl, logger, onError } = options;
  const dispatcher = proxyOfNode();
  const receiver = new SocketModeReceiver({
    appToken,
    ...(dispatcher && { dispatcher }),
    logger,
    logLevel: LogLevel.WARN,
    autoReconnectEnabled: false,
    // Its own object: socket-mode writes its retry rules into the options it is given.
    installerOptions: {
      clientOptions: {
        ...(apiUrl && { slackApiUrl: apiUrl }),
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: HELLO_MS,
      },
    },
    processEventErrorHandler: async ({ error }) => {
      onError(error, 'event');
      return false;
    },
  });
  receiver.init(app);
  guardFrames(receiver, onError);
  receiver.client.on('ws_message', (frame: unknown) => {
    if (isLeave(frame)) onLeave();
  });
  return { client: receiver.client, start: () => receiver.start() };
}

/** socket-mode knows nothing of the proxy that Node's own calls take: https://nodejs.org/api/cli.html#node_use_env_proxy1 */
function proxyOfNode(): EnvHttpProxyAgent | undefined {
  if (process.env.NODE_USE_ENV_PROXY !== '1') return undefined;
  return new EnvHttpProxyAgent({ allowH2: false, proxyTunnel: true });
}

/** A frame without the parts it should have throws inside socket-mode, where nobody catches it: it is caught here. */
function guardFrames({ client }: SocketModeReceiver, onError: SocketOptions['onError']): void {
  const listeners = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  for (const listener of listeners)
    client.on('ws_message', async (...frame: unknown[]) => {
      try {
        await Reflect.apply(listener, client, frame);
      } catch (error) {
        onError(error, 'frame');
      }
    });
}

/** Slack renews its sockets every few hours: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
function isLeave(frame: unknown): boolean {
  if (typeof frame !== 'string' || !/"type"\s*:\s*"disconnect"/.test(frame)) return false;
  try {
    const read: unknown = JSON.parse(frame);
    return typeof read === 'object' && read !== null && 'type' in read && read.type === 'disconnect';
  } catch {
    return false;
  }
}

/** Closes a socket whatever its peer does: asked a second time, socket-mode cuts it. */
async function close(client: SocketModeReceiver['client']): Promise<void> {
  const gone = new AbortController();
  const closed = client.disconnect().then(() => gone.abort());
  await Promise.race([closed, delay(CLOSE_MS, gone.signal)]);
  if (gone.signal.aborted) return;
  await Promise.race([client.disconnect(), delay(CLOSE_MS, gone.signal)]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function reasonOfStart(cause: unknown): string {
  const data = typeof cause === 'object' && cause !== null && 'data' in cause ? cause.data : undefined;
  if (typeof data === 'object' && data !== null && 'error' in data && typeof data.error === 'string') return data.error;
  return cause instanceof Error ? cause.message : 'the socket closed before Slack greeted it';
}
