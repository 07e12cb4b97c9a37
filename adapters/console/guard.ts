import { isIPv4 } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Refuse } from './refusal.ts';

/** What stands before every route: the headers that fence the page in, and who may call from where. */

/** Whether a host name or address reaches this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

const OTHERS = {
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
  // The console often stands behind somebody else's TLS, or none: that is not ours to promise.
  strictTransportSecurity: false,
} as const;

/** A page that can load and run its own files only; only DOMPurify may turn text into HTML. */
export const fence: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ['dompurify'],
  },
  ...OTHERS,
});

/** A document of ours that is complete on its own: its own style and pictures, nothing that runs, nothing that it loads or sends. */
export const documentFence: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'unsafe-inline'"],
    imgSrc: ['data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    sandbox: ['allow-downloads', 'allow-modals'],
  },
  ...OTHERS,
});

/** Refuses names that are not this machine's, so that a foreign name pointed at loopback (DNS rebinding) finds nothing. */
export function onlyLoopbackNames(refuse: Refuse): MiddlewareHandler {
  return async (c, next) => {
    const host = hostName(c.req.header('host') ?? '');
    return isLoopback(host) ? next() : refuse(c, 403, 'host-not-allowed', host);
  };
}

/** Refuses changes asked for by another site's page. Callers that are no browser send neither header. */
export function onlySameSite(refuse: Refuse): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const site = c.req.header('sec-fetch-site') ?? 'same-origin';
    const origin = c.req.header('origin');
    const own = origin === undefined || hostOf(origin) === c.req.header('host');
    return own && (site === 'same-origin' || site === 'none') ? next() : refuse(c, 403, 'cross-site');
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function hostName(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
}
