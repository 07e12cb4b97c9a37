import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** None of the senders signs what it sends: a token says who may, or the machine is the fence. */

export interface Fence {
  /** HOOK_TOKEN. */
  token?: string | undefined;
  /** Whether the console listens on loopback only. */
  loopbackOnly: boolean;
}

export interface Refusal {
  status: 400 | 401 | 403 | 413 | 503;
  code: string;
  message: string;
  hint: string;
}

/** Why a request may not bring alerts; undefined when it may. `inPath` is the token of senders that cannot set headers. */
export function refusalToTake(headers: Headers, fence: Fence, inPath: string | undefined): Refusal | undefined {
  if (fence.token === undefined) return fence.loopbackOnly && isLocal(headers) ? undefined : TOKEN_NEEDED;
  const bearer = /^Bearer +(\S+)\s*$/i.exec(headers.get('authorization') ?? '')?.[1];
  const known = [bearer, inPath].some((given) => given !== undefined && same(given, fence.token ?? ''));
  return known ? undefined : TOKEN_WRONG;
}

const TOKEN_NEEDED: Refusal = {
  status: 403,
  code: 'hook-token-needed',
  message: 'Without a token alerts are taken from this machine only.',
  hint: 'Set HOOK_TOKEN, see .env.example, and give it to the sender.',
};

const TOKEN_WRONG: Refusal = {
  status: 401,
  code: 'hook-token-wrong',
  message: 'The token is missing or wrong.',
  hint: 'Send "Authorization: Bearer HOOK_TOKEN", or end the address with /HOOK_TOKEN.',
};

/** Digests have one length, so that nothing can be learnt from how long the comparison takes. */
function same(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** A program on this machine: a loopback name, so that no foreign name points here, and no page of another site. */
function isLocal(headers: Headers): boolean {
  const host = headers.get('host') ?? '';
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site') ?? 'none';
  const own = origin === null || (URL.canParse(origin) && new URL(origin).host === host);
  return isLoopback(host) && own && (site === 'none' || site === 'same-origin');
}

function isLoopback(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname;
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}
