import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCourier } from './courier.ts';
import { bytesOf, receive } from './files.ts';
import { httpAttempt, signature } from './http-events.ts';
import { createInteractions } from './interactions.ts';
import { createPeople } from './people.ts';
import { answerResponseUrl } from './responses.ts';
import { createSockets } from './socket.ts';
import type { Courier, FakeChannel, FakeSlack, FakeSlackOptions, FakeUser, Json } from './types.ts';
import { createWebApi, fieldsOf, type WebApi } from './web-api.ts';
import { createWorld, people, type World } from './world.ts';

export type * from './types.ts';

/**
 * A Slack workspace on 127.0.0.1 that speaks the real wire (Web API, socket mode, uploads, response URLs, signed requests) and
 * refuses what Slack refuses. Never compared with the real service: limits and codes come from its documentation and issues.
 */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const world = createWorld(options);
  const tokens = { bot: 'xoxb-fake-bot', app: 'xapp-fake-app', secret: 'fake-signing-secret' };
  const sockets = createSockets(world, options);
  const api = createWebApi(world, { bot: tokens.bot, app: tokens.app, ticket: () => sockets.ticket() });
  let eventsUrl: string | undefined;
  const courier: Courier = createCourier(world, options, () =>
    eventsUrl === undefined
      ? sockets.send
      : httpAttempt(world, options, { url: eventsUrl, secret: tokens.secret, acks: sockets.acks }),
  );
  const does = createPeople(world, () => courier, options.command ?? '/k8s');
  const acts = createInteractions(world, () => courier);

  const server = createServer((request, response) => {
    serve(world, api, request, response).catch((error: unknown) => {
      world.violations.push(`fake: ${error instanceof Error ? error.stack : error}`);
      response.destroy();
    });
  });
  server.on('upgrade', (request, tcp, head) => sockets.upgrade(request, tcp, head));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  furnish(world);

  return {
    apiUrl: `${world.origin}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    signingSecret: tokens.secret,
    team: world.team,
    botUser: world.botUser,
    users: world.users,
    channels: world.channels,
    scopes: world.scopes,
    views: world.views,
    files: world.files,
    calls: world.calls,
    acks: sockets.acks,
    lost: world.lost,
    violations: world.violations,
    addUser: (user) => addUser(world, user),
    addChannel: (channel) => addChannel(world, channel),
    ...does,
    click: async (clicking) => acts.click(clicking),
    clickInView: async (o) => acts.clickInView(o),
    shortcut: async (o) => acts.shortcut(o),
    submit: acts.submit,
    closeView: acts.closeView,
    push: sockets.push,
    messages: (channel) => world.channels.get(channel)?.messages ?? [],
    home: (user) => world.homes.get(user),
    unacked: sockets.unacked,
    sockets: sockets.count,
    opened: sockets.opened,
    settled,
    deliverTo: (url) => {
      eventsUrl = url;
    },
    sign: (body, at = world.now()) => signature(tokens.secret, body, at),
    faults: {
      ...api.faults,
      dropSockets: sockets.drop,
      refuseSockets: sockets.refuse,
      unprocessedFiles: (times) => {
        world.pendingLooks = times;
      },
    },
    async close() {
      courier.stop();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function settled(done: () => boolean | Promise<boolean>, ms = 5000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`Not settled within ${ms} ms: ${done}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function addUser(world: World, user: Partial<FakeUser> & { id: string }): FakeUser {
  const whole = {
    name: user.id.toLowerCase(),
    team: world.team,
    emailConfirmed: true,
    tz: 'Etc/UTC',
    locale: 'en-US',
    ...user,
  };
  world.users.set(user.id, whole);
  return whole;
}

function addChannel(world: World, channel: Partial<FakeChannel> & { id: string }): FakeChannel {
  const whole: FakeChannel = {
    name: channel.id.toLowerCase(),
    kind: 'channel',
    members: new Set(world.users.keys()),
    archived: false,
    messages: [],
    ...channel,
  };
  world.channels.set(channel.id, whole);
  return whole;
}

/** `C0OPS` and `C0DEV` with everybody in them, and `C0AWAY` without the bot. */
function furnish(world: World): void {
  for (const user of people(world.team)) world.users.set(user.id, user);
  addChannel(world, { id: 'C0OPS', name: 'ops' });
  addChannel(world, { id: 'C0DEV', name: 'dev' });
  const away = addChannel(world, { id: 'C0AWAY', name: 'away' });
  away.members.delete(world.botUser);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function serve(world: World, api: WebApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', world.origin).pathname;
  const [, door = '', name = ''] = path.split('/');
  const type = request.headers['content-type'] ?? '';
  const raw = await bodyOf(request);
  const text = (status: number, body: string) => {
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(body);
  };
  if (door === 'upload') return text(receive(world, name, bytesOf(type, raw)), 'OK');
  const body = type.startsWith('application/json')
    ? (JSON.parse(raw.toString() || '{}') as Json)
    : fieldsOf(raw.toString());
  if (door === 'response') {
    const answer = answerResponseUrl(world, name, body);
    return text(answer.status, answer.text);
  }
  if (door !== 'api' || !name) return text(404, 'not found');
  const { token, ...fields } = body;
  const bearer = request.headers.authorization?.replace(/^Bearer /, '');
  const answer = await api.call(name, fields, bearer ?? (token === undefined ? undefined : String(token)));
  if (answer.cut) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...answer.headers });
  response.end(JSON.stringify(answer.body));
}
