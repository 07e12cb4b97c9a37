import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { readAlerts } from './inbound.ts';
import { type Refusal, refusalToTake } from './verify.ts';
import type { AlertSource, IncomingAlert } from './wire.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MOST_ALERTS = 5000;

export interface AlertHookOptions {
  /** HOOK_TOKEN. Without one, alerts are taken from this machine only, and only where the console is on loopback. */
  token?: string | undefined;
  loopbackOnly: boolean;
  /** Stores the alerts, and answers when they are safe; they are worked on later. */
  take(source: AlertSource, alerts: IncomingAlert[]): Promise<void>;
  onError: (error: unknown) => void;
  clock: () => number;
}

/** The webhooks below `/hooks`: Alertmanager's, ARMS' and CloudMonitor's. What was answered 202 is stored. */
export interface AlertHooks {
  fetch(request: Request): Promise<Response>;
}

/** Makes the webhooks. */
export function createAlertHooks(options: AlertHookOptions): AlertHooks {
  const app = new Hono();
  app.notFound((c) => refuse(c, { ...NO_HOOK, status: 404 }));
  app.onError((error, c) => {
    options.onError(error);
    return refuse(c, NOT_STORED);
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => refuse(c, TOO_LARGE) }));
  for (const source of ['alertmanager', 'arms', 'cloudmonitor'] as const) {
    app.post(`/hooks/${source}`, (c) => take(c, source, options));
    app.post(`/hooks/${source}/:token`, (c) => take(c, source, options, c.req.param('token')));
  }
  return { fetch: async (request) => app.fetch(request) };
}

async function take(c: Context, source: AlertSource, options: AlertHookOptions, inPath?: string): Promise<Response> {
  const refusal = refusalToTake(c.req.raw.headers, options, inPath);
  if (refusal) return refuse(c, refusal);
  const read = readAlerts(source, await c.req.text(), options.clock());
  if ('complaint' in read) return refuse(c, { ...MISFIT, message: read.complaint });
  if (read.alerts.length > MOST_ALERTS) return refuse(c, TOO_MANY);
  if (read.alerts.length > 0) await options.take(source, read.alerts);
  return c.json({ accepted: read.alerts.length }, 202);
}

function refuse(c: Context, { status, ...error }: Omit<Refusal, 'status'> & { status: Refusal['status'] | 404 }) {
  return c.json(error, status, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
}

const NO_HOOK = {
  code: 'not-found',
  message: 'There is no such hook.',
  hint: 'POST to /hooks/alertmanager, /hooks/arms or /hooks/cloudmonitor.',
};

const MISFIT = { status: 400, code: 'invalid-body', hint: 'See docs/alerts.md for what each sender sends.' } as const;

const TOO_LARGE: Refusal = {
  status: 413,
  code: 'too-large',
  message: 'The body is larger than 1 MiB.',
  hint: 'Group alerts by alertname, cluster and namespace, so that each body is small.',
};

const TOO_MANY: Refusal = {
  status: 413,
  code: 'too-many-alerts',
  message: `More than ${MOST_ALERTS} alerts in one body.`,
  hint: 'Group alerts by alertname, cluster and namespace, so that each body is small.',
};

/** Senders try again after a 5xx, so nothing is lost. */
const NOT_STORED: Refusal = {
  status: 503,
  code: 'not-stored',
  message: 'The alerts could not be stored.',
  hint: 'Send them again. The reason is in the log.',
};
