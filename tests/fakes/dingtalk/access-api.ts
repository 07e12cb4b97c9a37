import { randomUUID } from 'node:crypto';
import { createServer as createDeafServer } from 'node:net';
import { type Answer, type Call, ok, problem, type Routes, refuse } from './http.ts';
import { isObject, text, type World } from './world.ts';

/** Credentials and where to connect. https://open.dingtalk.com/document/development/obtain-the-access-token-of-an-internal-app */
export const accessRoutes: Routes = {
  'POST /v1.0/oauth2/accessToken': { token: 'none', handle: accessToken },
  'POST /v1.0/gateway/connections/open': { token: 'none', handle: openConnection },
};

/** The old form, which the SDK uses: the secret stands in the address. */
export const oldAccessRoutes: Routes = {
  'GET /gettoken': {
    token: 'none',
    handle(world, { query }) {
      const good = !world.faults.auth && matches(world, query.get('appkey'), query.get('appsecret'));
      if (!good) return ok({ errcode: 40089, errmsg: '不合法的corpid或corpsecret' });
      return ok({ errcode: 0, errmsg: 'ok', access_token: newToken(world), expires_in: world.options.tokenSeconds });
    },
  },
};

function accessToken(world: World, { body }: Call): Answer {
  if (world.faults.auth || !matches(world, body.appKey, body.appSecret))
    return problem(400, 'invalidClientIdOrSecret', '无效的clientId或者clientSecret');
  return ok({ accessToken: newToken(world), expireIn: world.options.tokenSeconds });
}

function openConnection(world: World, { body, headers }: Call): Answer {
  if (!headers.accept?.includes('json')) world.violations.push('the gateway would answer XML: Accept is missing');
  if (world.faults.auth || !matches(world, body.clientId, body.clientSecret))
    return problem(401, 'authFailed', '鉴权失败');
  const asked = Array.isArray(body.subscriptions) ? body.subscriptions : [];
  const subscriptions = asked.filter(isObject).map((one) => ({ type: text(one.type), topic: text(one.topic) }));
  world.subscriptions.push(subscriptions);
  if (subscriptions.length === 0) return refuse(world, 'invalidSubscriptions', 'a connection without subscriptions');
  const ticket = randomUUID();
  const topics = new Set(subscriptions.map((one) => one.topic));
  world.tickets.set(ticket, { until: world.options.now() + world.options.ticketMs, topics });
  const host = new URL(world.bases.api).host;
  return ok({ endpoint: `ws://${world.faults.deaf ? deafHost(world) : host}/connect`, ticket });
}

const matches = (world: World, id: unknown, secret: unknown): boolean =>
  id === world.clientId && secret === world.clientSecret;

function newToken(world: World): string {
  const token = randomUUID().replaceAll('-', '');
  world.issued.add(token);
  world.tokens.set(token, world.options.now() + world.options.tokenSeconds * 1_000);
  return token;
}

const deafHost = (world: World): string => `127.0.0.1:${world.deafPort}`;

/** A port that takes connections and never says a word. */
export function startDeafServer(): ReturnType<typeof createDeafServer> {
  return createDeafServer((socket) => socket.on('error', () => undefined).unref());
}
