import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createTranscript } from '../../src/chat/transcript.ts';
import type { ChatPort, Health, Intake, UserRef } from '../../src/chat/types.ts';
import type { Store } from '../../src/storage/store.ts';
import { parseUsers, type Users } from './auth.ts';
import { channelRoutes } from './channels.ts';
import { demoRoutes } from './demo.ts';
import { documentFence, fence, isLoopback, onlyLoopbackNames, onlySameSite } from './guard.ts';
import { inboundRoutes } from './inbound.ts';
import { createWhoIs, onlyKnown, sessionRoutes } from './login.ts';
import { deliver, outboundRoutes } from './outbound.ts';
import { pageRoutes } from './pages.ts';
import { previewRoutes } from './preview.ts';
import { readRoutes } from './reads.ts';
import { type ConsoleEnv, createRefuse, loadTexts } from './refusal.ts';
import { reportPages, reportRoutes } from './reports.ts';
import { ConsoleError, type ConsoleProbes, type ConsoleSources } from './wire.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** How long requests under way may take to end when the console stops. */
const GRACE_MS = 500;
/** Longer than proxies and clients keep an idle connection: who closes first may break a request that was just sent. */
const KEEP_ALIVE_MS = 65_000;

export interface ConsoleOptions {
  /** CONSOLE_HOST and CONSOLE_PORT; port 0 takes a free one. */
  host: string;
  port: number;
  /** CONSOLE_USERS as it is set; empty on loopback means one local operator. */
  users: string;
  /** Signs session cookies; keep it in DATA_DIR, so that a restart logs nobody out. */
  sessionSecret: string;
  store: Store;
  sources: ConsoleSources;
  probes: ConsoleProbes;
  /** The folder templates/messages. */
  messages: string;
  /** Answers everything below `/hooks`, which has its own guard. Absent: there are no hooks. */
  hooks?: (request: Request) => Promise<Response>;
  /** What the page says of this installation: `backend` as in ACK_BACKEND, `version` of the package. */
  about: { backend: string; version: string };
  clock: () => number;
  newId: () => string;
  /** Told of what went wrong inside a request; the caller got a plain 500. */
  onError: (error: unknown) => void;
}

/** The console: the HTTP API of the design and the page on it, as a chat platform. `url` is known once it has started. */
export interface Console extends ChatPort {
  readonly url: string;
}

/** Makes the console. Throws `console-users-invalid`, and `console-needs-users` off loopback; `start` may throw `console-port-taken`. */
export function createConsole(options: ConsoleOptions): Console {
  const users = parseUsers(options.users);
  if (users.size === 0 && !isLoopback(options.host)) throw needsUsers(options.host);
  const transcript = createTranscript(options.store, options.clock);
  let health: Health = { ok: false, detail: 'not started', since: options.clock() };
  let running: { server: Server; stopping: AbortController } | undefined;
  let url = '';

  return {
    platform: 'web',
    minUpdateMs: 100,
    get url() {
      return url;
    },
    async start(intake) {
      const stopping = new AbortController();
      const app = consoleApp({ ...options, users, intake, transcript, stopping: stopping.signal });
      // `createServer` is node:http's own unless told otherwise.
      const server = createAdaptorServer({ fetch: app.fetch }) as Server;
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      const port = await listen(server, options);
      running = { server, stopping };
      url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
      health = { ok: true, detail: url, since: options.clock() };
    },
    deliver: (delivery) => deliver(transcript, delivery),
    health: () => health,
    async stop() {
      if (!running) return;
      const { server, stopping } = running;
      running = undefined;
      health = { ok: false, detail: 'stopped', since: options.clock() };
      stopping.abort();
      await new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      });
    },
  };
}

type Parts = Omit<ConsoleOptions, 'users'> & {
  users: Users;
  intake: Intake;
  transcript: ReturnType<typeof createTranscript>;
  stopping: AbortSignal;
};

function consoleApp(parts: Parts): Hono<ConsoleEnv> {
  const { users, sources, probes, transcript, about, hooks } = parts;
  const texts = loadTexts(parts.messages);
  const refuse = createRefuse(texts);
  const door = { users, secret: parts.sessionSecret, clock: parts.clock, refuse };
  const whoIs = createWhoIs(door);
  const app = new Hono<ConsoleEnv>();

  app.onError((error, c) => {
    parts.onError(error);
    return refuse(c, 500, 'internal');
  });
  app.notFound((c) => refuse(c, 404, 'not-found'));
  app.use('/reports/*', documentFence);
  app.use(fence);
  // The process is alive whatever has become of its chats.
  app.get('/healthz', (c) => c.json({ ok: true, chats: probes.chats() }));
  app.get('/readyz', async (c) => {
    const ready = await probes.ready();
    return c.json(ready, ready.ok ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const { contentType, text } = await probes.metrics();
    return c.body(text, 200, { 'content-type': contentType });
  });
  if (hooks) app.all('/hooks/*', (c) => hooks(c.req.raw));
  if (users.size === 0) app.use(onlyLoopbackNames(refuse));
  app.use(onlySameSite(refuse));
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => refuse(c, 413, 'too-large') }));
  const mayPreview = (user?: UserRef) => user && sources.preview?.allows({ user, language: 'en' });
  const aboutFor = (user?: UserRef) => ({
    ...about,
    ...(sources.demo && { demo: true }),
    ...(mayPreview(user) && { preview: true }),
  });
  app.route('/api/v1', sessionRoutes(door, whoIs, aboutFor));
  app.use('/api/*', onlyKnown(whoIs, refuse));
  app.use('/api/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  app.route('/api/v1', inboundRoutes({ ...parts, texts, refuse }));
  app.route('/api/v1', outboundRoutes({ ...parts, refuse }));
  app.route('/api/v1', readRoutes(sources, transcript, refuse));
  app.route('/api/v1', channelRoutes(sources, refuse));
  app.route('/api/v1', reportRoutes(sources.reports, refuse));
  app.route('/api/v1', demoRoutes(sources.demo, refuse));
  app.route('/api/v1', previewRoutes(sources.preview, refuse));
  app.route('/', reportPages(sources.reports, whoIs));
  app.route('/', pageRoutes(texts, refuse));
  return app;
}

function listen(server: Server, { host, port }: ConsoleOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(portTaken(host, port, cause)));
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => resolve((server.address() as AddressInfo).port));
  });
}

function needsUsers(host: string): ConsoleError {
  return new ConsoleError(
    'console-needs-users',
    `The console does not listen on ${host} without users: everyone who reaches it could approve changes`,
    'Set CONSOLE_USERS, or CONSOLE_HOST=127.0.0.1, see .env.example',
  );
}

function portTaken(host: string, port: number, cause: Error): ConsoleError {
  return new ConsoleError(
    'console-port-taken',
    `The console cannot listen on ${host}:${port}: ${cause.message}`,
    'Stop the other program, or set CONSOLE_PORT',
    { cause },
  );
}
