import type { Server } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { accessRoutes, oldAccessRoutes, startDeafServer } from './access-api.ts';
import { cardRoutes } from './card-api.ts';
import { serve } from './http.ts';
import { createPeople } from './people.ts';
import { contactRoutes, oldRoutes } from './people-api.ts';
import { robotRoutes, webhookRoutes } from './robot-api.ts';
import { type Stream, startStream } from './stream.ts';
import type { FakeDingTalk, FakeFaults, FakeOptions } from './types.ts';
import { conversationOf, createWorld, type World } from './world.ts';

export type * from './types.ts';

/**
 * A DingTalk of our own on two local ports: gateway, Stream mode, robot, cards, media. It enforces what is known of the
 * real one's limits; each refusal that is the bot's fault stands in `violations`. Where DingTalk's answer is not known, the
 * code says that it is a guess.
 */
export async function startFakeDingTalk(options: FakeOptions = {}): Promise<FakeDingTalk> {
  const world = createWorld(options);
  const api = serve(world, { ...accessRoutes, ...robotRoutes, ...cardRoutes, ...contactRoutes });
  const oapi = serve(world, { ...oldAccessRoutes, ...webhookRoutes, ...oldRoutes });
  const deaf = startDeafServer();
  const stream = startStream(world, api);
  world.bases = { api: await listen(api), oapi: await listen(oapi) };
  world.deafPort = Number(new URL(await listen(deaf)).port);
  return {
    ...shown(world),
    ...createPeople(world, stream),
    apiBase: world.bases.api,
    oapiBase: world.bases.oapi,
    get gatewayOpens() {
      return world.calls.filter((call) => call.api === 'POST /v1.0/gateway/connections/open').length;
    },
    messages: (conversation) => world.said.get(conversationOf(world, conversation)) ?? [],
    event: stream.event,
    push: stream.push,
    sockets: stream.sockets,
    unacked: stream.unacked,
    faults: faultsOf(world, stream),
    settled: (done, ms = 10_000) => settled(world, done, ms),
    async close() {
      stream.close();
      deaf.close();
      await Promise.all([shut(api), shut(oapi)]);
    },
  };
}

const shown = (world: World) => ({
  clientId: world.clientId,
  clientSecret: world.clientSecret,
  robotCode: world.robotCode,
  corpId: world.corpId,
  templateId: world.templateId,
  users: world.users,
  groups: world.groups,
  cards: world.cards,
  media: world.media,
  reactions: world.reactions,
  dings: world.dings,
  calls: world.calls,
  acks: world.acks,
  lost: world.lost,
  pings: world.pings,
  subscriptions: world.subscriptions,
  events: world.events,
  violations: world.violations,
  bans: world.bans,
});

const faultsOf = (world: World, stream: Stream): FakeFaults => ({
  refuseHandshake: (on) => {
    world.faults.handshake = on;
  },
  refuseAuth: (on) => {
    world.faults.auth = on;
  },
  dropSockets: stream.drop,
  fail: (api, code, times) => world.faults.fail.set(api, { code, times }),
  slow: (api, ms) => world.faults.slow.set(api, ms),
  noContacts: (on) => {
    world.faults.contacts = !on;
  },
  expireTokens: () => world.tokens.clear(),
  deafEndpoint: (on) => {
    world.faults.deaf = on;
  },
});

async function settled(world: World, done: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!done()) {
    if (performance.now() > end) {
      const refused = world.violations.slice(-5).join('\n') || 'nothing';
      throw new Error(
        `It did not come within ${ms} ms. Refused: ${refused}. Sockets: ${world.events.slice(-6).join(', ')}`,
      );
    }
    await wait(10);
  }
}

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function shut(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
