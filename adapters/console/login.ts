import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { UserRef } from '../../src/chat/types.ts';
import { createLoginLimit, sessionFor, sessionUser, type Users, verifyPassword } from './auth.ts';
import { type ConsoleEnv, type Refuse, readBody } from './refusal.ts';
import { loginBody } from './wire.ts';

/** Who is at the page: the one local operator where there are no users, else whoever logged in. */

const COOKIE = 'k8s-copilot-session';
const OPERATOR: UserRef = { platform: 'web', tenant: 'console', id: 'operator' };

export interface Door {
  users: Users;
  /** Signs the sessions. A new one ends them all. */
  secret: string;
  clock: () => number;
  refuse: Refuse;
}

export type WhoIs = (c: Context) => Promise<UserRef | undefined>;

/** Finds the person behind a request. */
export function createWhoIs({ users, secret, clock }: Door): WhoIs {
  if (users.size === 0) return async () => OPERATOR;
  return async (c) => {
    const session = await getSignedCookie(c, secret, COOKIE);
    const name = session ? sessionUser(users, session, clock()) : undefined;
    return name === undefined ? undefined : { platform: 'web', tenant: 'console', id: name, name };
  };
}

/** Lets only known people through, and says to the routes behind who it is. */
export function onlyKnown(whoIs: WhoIs, refuse: Refuse): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const user = await whoIs(c);
    if (!user) return refuse(c, 401, 'login-needed');
    c.set('user', user);
    return next();
  };
}

/** What the page is told of this installation and of what it may offer a person. */
type About = (user: UserRef | undefined) => Record<string, string | boolean>;

/** `GET /session` says who is here and where; `POST` logs in, `DELETE` logs out. */
export function sessionRoutes(door: Door, whoIs: WhoIs, about: About): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const limit = createLoginLimit(door.clock);
  const { users, secret, clock, refuse } = door;

  app.get('/session', async (c) => {
    const user = await whoIs(c);
    return c.json({ ...(user ? { user } : {}), auth: users.size === 0 ? 'local' : 'users', ...about(user) });
  });

  app.post('/session', async (c) => {
    const body = await readBody(c, loginBody, refuse);
    if (body instanceof Response) return body;
    const key = `${getConnInfo(c).remote.address} ${body.name}`;
    const waitMs = limit.enter(key);
    if (waitMs > 0) return refuse(c, 429, 'too-many-tries', String(Math.ceil(waitMs / 1000)));
    if (!(await verifyPassword(users, body.name, body.password))) return refuse(c, 401, 'login-failed');
    limit.succeeded(key);
    const secure = c.req.header('origin')?.startsWith('https:') ?? false;
    const cookie = { httpOnly: true, sameSite: 'Strict', path: '/', secure } as const;
    await setSignedCookie(c, COOKIE, sessionFor(users, body.name, clock()), secret, cookie);
    return c.json({ user: { platform: 'web', tenant: 'console', id: body.name, name: body.name } });
  });

  app.delete('/session', (c) => {
    deleteCookie(c, COOKIE, { path: '/' });
    return c.body(null, 204);
  });
  return app;
}
