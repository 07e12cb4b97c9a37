import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DropHow, Json } from './types.ts';
import { isObject, object, parsed, text, type World } from './world.ts';

export const TOPIC_ROBOT = '/v1.0/im/bot/messages/get';
export const TOPIC_CARD = '/v1.0/card/instances/callback';

interface Connection {
  id: number;
  socket: WebSocket;
  tcp: Duplex;
  topics: Set<string>;
  /** `quiet`: told to go; `silence`: dead, but nobody knows; `zombie`: answers pings, hands nothing over. */
  state: 'open' | 'quiet' | 'silence' | 'zombie';
}

/** One thing to hand over, whatever the number of frames it takes. */
interface Parcel {
  topic: string;
  data: Json;
  again: boolean;
  sent: Map<string, number>;
  acked: boolean;
  timer?: NodeJS.Timeout;
  answered: (response: unknown) => void;
}

export interface Stream {
  /** Hands it over to one of the sockets; false where there is none. `again`: until it is acked. */
  deliver(o: { topic: string; data: Json; again: boolean; copies?: number; newIds?: boolean }): {
    sent: boolean;
    answer: Promise<unknown>;
  };
  event(eventType: string, data: Json): void;
  push(frame: object | string): void;
  drop(how: DropHow, atMost?: number): void;
  sockets(): number;
  unacked(): string[];
  close(): void;
}

/** The socket side of Stream mode: tickets, frames, acks, pings, and what comes again. */
export function startStream(world: World, server: Server): Stream {
  const connections = new Set<Connection>();
  const parcels = new Map<string, Parcel>();
  const pending = new Set<Parcel>();
  const pings = new Set<string>();
  const ws = new WebSocketServer({ noServer: true, autoPong: false });
  let opened = 0;

  const pick = (topic: string): Connection | undefined => {
    const able = [...connections].filter(
      (one) => one.state !== 'quiet' && one.socket.readyState === 1 && (topic === '' || one.topics.has(topic)),
    );
    return able[Math.floor(Math.random() * able.length)];
  };

  const write = (to: Connection, frame: object | string): void => {
    if (to.state === 'silence' || to.state === 'zombie') return;
    to.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  };

  const frameOf = (type: string, headers: Json, data: Json): Json => ({
    specVersion: '1.0',
    type,
    headers: {
      appId: world.clientId,
      connectionId: randomUUID(),
      contentType: 'application/json',
      messageId: randomUUID(),
      time: String(world.options.now()),
      ...headers,
    },
    data: JSON.stringify(data),
  });

  const hand = (parcel: Parcel, messageId: string): boolean => {
    const to = pick(parcel.topic);
    if (!to) return false;
    parcel.sent.set(messageId, performance.now());
    parcels.set(messageId, parcel);
    write(to, frameOf('CALLBACK', { topic: parcel.topic, messageId }, parcel.data));
    return true;
  };

  /** Without an ack it comes again, under a frame id of its own. */
  const watch = (parcel: Parcel): void => {
    parcel.timer = setTimeout(() => {
      hand(parcel, randomUUID());
      watch(parcel);
    }, world.options.redeliverMs);
  };

  const onFrame = (from: Connection, source: string): void => {
    const frame = parsed(source);
    const messageId = text(object(object(frame).headers).messageId);
    if (!isObject(frame) || frame.code !== 200 || !messageId || typeof frame.data !== 'string') {
      world.violations.push(`socket ${from.id}: no ack in DingTalk's form: ${source.slice(0, 200)}`);
      return;
    }
    const parcel = parcels.get(messageId);
    const data = parsed(frame.data);
    if (!parcel) {
      if (pings.delete(text(object(data).opaque))) world.pings.answered += 1;
      return;
    }
    if (!isObject(data) || !('response' in data)) world.violations.push(`an ack without a response: ${frame.data}`);
    const ms = performance.now() - (parcel.sent.get(messageId) ?? 0);
    world.acks.push({ messageId, topic: parcel.topic, ms, data });
    parcel.acked = true;
    pending.delete(parcel);
    clearTimeout(parcel.timer);
    parcel.answered(object(data).response);
  };

  const welcome = (socket: WebSocket, tcp: Duplex, topics: Set<string>): void => {
    opened += 1;
    const connection: Connection = { id: opened, socket, tcp, topics, state: 'open' };
    connections.add(connection);
    world.events.push(`open ${connection.id}`);
    socket.on('ping', (data) => connection.state !== 'silence' && socket.pong(data));
    socket.on('message', (data) => connection.state !== 'silence' && onFrame(connection, String(data)));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connections.delete(connection);
      world.events.push(`close ${connection.id}`);
    });
    write(connection, frameOf('SYSTEM', { topic: 'CONNECTED' }, {}));
    write(connection, frameOf('SYSTEM', { topic: 'REGISTERED' }, {}));
  };

  server.on('upgrade', (request: IncomingMessage, tcp: Duplex, head: Buffer) => {
    tcp.on('error', () => undefined);
    const topics = redeem(world, request.url ?? '');
    if (!topics) {
      tcp.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    ws.handleUpgrade(request, tcp, head, (socket) => welcome(socket, tcp, topics));
  });

  const ping = setInterval(() => {
    for (const one of connections) {
      if (one.state !== 'open') continue;
      const opaque = randomUUID();
      pings.add(opaque);
      world.pings.sent += 1;
      write(one, frameOf('SYSTEM', { topic: 'ping' }, { opaque }));
    }
  }, world.options.pingMs);

  return {
    deliver({ topic, data, again, copies = 1, newIds = false }) {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const parcel: Parcel = { topic, data, again, sent: new Map(), acked: false, answered: resolve };
      const first = randomUUID();
      let sent = false;
      for (let copy = 0; copy < copies; copy += 1) sent = hand(parcel, newIds ? randomUUID() : first) || sent;
      if (!sent) return { sent, answer: promise };
      pending.add(parcel);
      if (again) watch(parcel);
      return { sent, answer: promise };
    },
    event(eventType, data) {
      const to = pick('*');
      if (to)
        write(to, frameOf('EVENT', { topic: '*', eventType, eventId: randomUUID(), eventCorpId: world.corpId }, data));
    },
    push(frame) {
      const to = pick('');
      if (to) write(to, frame);
    },
    drop(how, atMost = connections.size) {
      const open = [...connections].filter((one) => one.state === 'open');
      for (const one of open.slice(0, atMost)) dropOne(one, how);
    },
    sockets: () => [...connections].filter((one) => one.socket.readyState === 1).length,
    unacked: () => [...pending].map((one) => [...one.sent.keys()][0] ?? ''),
    close() {
      clearInterval(ping);
      for (const one of pending) clearTimeout(one.timer);
      for (const one of connections) one.socket.terminate();
      ws.close();
    },
  };

  function dropOne(one: Connection, how: DropHow): void {
    if (how === 'close') one.socket.close(1001);
    else if (how === 'reset') (one.tcp as Duplex & { resetAndDestroy(): void }).resetAndDestroy();
    else if (how === 'disconnect') {
      write(one, frameOf('SYSTEM', { topic: 'disconnect' }, { reason: 'connection is expired' }));
      one.state = 'quiet';
      world.events.push(`quiet ${one.id}`);
      setTimeout(() => one.socket.close(1000), world.options.drainMs).unref();
    } else {
      one.state = how;
      world.events.push(`${how} ${one.id}`);
    }
  }
}

/** A ticket opens one socket, once, within its time. */
function redeem(world: World, url: string): Set<string> | undefined {
  const { pathname, searchParams } = new URL(url, 'http://fake');
  const ticket = searchParams.get('ticket') ?? '';
  const known = world.tickets.get(ticket);
  world.tickets.delete(ticket);
  if (world.faults.handshake) return undefined;
  if (pathname !== '/connect' || !known || known.until < world.options.now()) {
    world.violations.push('a socket without a fresh ticket');
    return undefined;
  }
  return known.topics;
}
