import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { User } from '../api/reply.ts';
import { ApiError } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import type { ObjectStore } from '../store.ts';

const claimsSchema = z.object({
  sub: z.string(),
  exp: z.number(),
  'kubernetes.io': z.object({
    namespace: z.string(),
    serviceaccount: z.object({ name: z.string(), uid: z.string() }),
  }),
});

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (text: string, key: string): string => createHmac('sha256', key).update(text).digest('base64url');

/** A token for a service account, as the TokenRequest API gives them, but signed with a shared key. */
export function issueToken(
  account: KubeObject,
  options: { key: string; now: number; seconds: number; audiences: string[] },
): string {
  const { name, namespace = '', uid } = account.metadata;
  const iat = Math.floor(options.now / 1000);
  const claims = {
    aud: options.audiences,
    exp: iat + options.seconds,
    iat,
    iss: 'https://kubernetes.default.svc',
    sub: `system:serviceaccount:${namespace}:${name}`,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${sign(text, options.key)}`;
}

const ADMIN: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'], admin: true };

/**
 * Who sends this `Authorization` header. Service accounts are told by the tokens this cluster signed; any other bearer
 * token is the cloud's and may do everything, and so may no token: `kubectl` sends none over plain HTTP.
 */
export function authenticate(
  authorization: string | undefined,
  { store, key }: { store: ObjectStore; key: string },
): User {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const [header, claims, signature, ...more] = token.split('.');
  if (!header || !claims || !signature || more.length > 0) return ADMIN;
  const expected = Buffer.from(sign(`${header}.${claims}`, key));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw unauthorized();
  const {
    sub,
    exp,
    'kubernetes.io': about,
  } = claimsSchema.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
  const account = store.get('serviceaccounts', about.namespace, about.serviceaccount.name);
  if (exp * 1000 < store.now() || account?.metadata.uid !== about.serviceaccount.uid) throw unauthorized();
  return serviceAccountUser(sub, about.namespace);
}

const serviceAccountUser = (name: string, namespace: string): User => ({
  name,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  admin: false,
});

/** The user an admin acts as: `Impersonate-User`, `Impersonate-Group`. */
export function impersonated(user: User, headers: Record<string, string | undefined>): User {
  const name = headers['impersonate-user'];
  if (!name || !user.admin) return user;
  const [, , namespace] = name.startsWith('system:serviceaccount:') ? name.split(':') : [];
  if (namespace) return serviceAccountUser(name, namespace);
  const groups = (headers['impersonate-group'] ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter(Boolean);
  return { name, groups: [...groups, 'system:authenticated'], admin: groups.includes('system:masters') };
}

const unauthorized = (): ApiError => new ApiError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
