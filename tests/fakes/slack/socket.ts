import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Ack, Drop, Envelope, EnvelopeType, FakeSlackOptions, Json } from './types.ts';
import type { World } from './world.ts';

/** Socket mode: https://docs.slack.dev/apis/events-api/using-socket-mode */

interface Line {
  socket: WebSocket;
  tcp: Duplex;
  /** Slack sends nothing more here: it is being refreshed. */
  leaving: boolean;
  /** Swallows all that is sent to it. A silent one answers no ping either. */
  dead: boolean;
  pinger: NodeJS.Timeout;
}

interface Waiting {
  type: EnvelopeType;
  at: number;
  line: Line;
  done(answer: Json | undefined): void;
}

export interface Sockets {
  /** A fresh address for one connection. */
  ticket(): string;
  upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void;
  /** One attempt at one socket. Undefined: nobody took it in time. */
  send(envelope: Envelope, attempt: number, reason: string): Promise<Json | undefined>;
  push(frame: object | string): void;
  drop(how: Drop, count?: number): void;
  refuse(on: boolean): void;
  count(): number;
  opened(): number;
  unacked(): string[];
  acks: Ack[];
  close(): void;
}

const MOST_SOCKETS = 10;

export function createSockets(world: World, options: FakeSlackOptions): Sockets {
  const ackMs = options.ackMs ?? 3000;
  const noticeMs = options.zombieMs ?? 10_000;
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  const lines: Line[] = [];
  const waiting = new Map<string, Waiting>();
  const neverAcked = new Set<string>();
  const acks: Ack[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let refused = false;
  let opened = 0;
  let turn = 0;

  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
    return timer;
  };
  /** A socket Slack believes to be good. It cannot know that one is dead. */
  const alive = () => lines.filter((line) => !line.leaving && line.socket.readyState === line.socket.OPEN);

  function accept(socket: WebSocket, tcp: Duplex): void {
    const line: Line = {
      socket,
      tcp,
      leaving: false,
      dead: false,
      pinger: setInterval(() => !socket.isPaused && socket.ping('Ping from the fake'), options.pingMs ?? 10_000),
    };
    socket.on('message', (data) => line.dead || heard(line, data.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(line.pinger);
      lines.splice(lines.indexOf(line), 1);
    });
    lines.push(line);
    opened += 1;
    if (lines.length > MOST_SOCKETS) {
      world.violations.push(`socket: more than ${MOST_SOCKETS} at once`);
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }));
      socket.close();
      return;
    }
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: lines.length,
        connection_info: { app_id: world.appId },
        debug_info: { host: 'fake', approximate_connection_time: 18_060 },
      }),
    );
  }

  function heard(line: Line, text: string): void {
    const frame = JSON.parse(text) as { envelope_id?: string; payload?: Json };
    const id = frame.envelope_id ?? '';
    const open = waiting.get(id);
    if (!open) {
      if (!neverAcked.has(id)) world.violations.push(`socket: ack of ${id || 'nothing'}, which is not open`);
      return;
    }
    if (open.line !== line) world.violations.push(`socket: ${id} was acked on another socket`);
    waiting.delete(id);
    const payload = frame.payload;
    acks.push({ envelopeId: id, type: open.type, ms: performance.now() - open.at, ...(payload && { payload }) });
    open.done(payload ?? {});
  }

  function send(envelope: Envelope, attempt: number, reason: string): Promise<Json | undefined> {
    const good = alive();
    turn += 1;
    const line = good[turn % Math.max(1, good.length)];
    if (!line) return Promise.resolve(undefined);
    const id = `${crypto.randomUUID()}`;
    const frame = {
      envelope_id: id,
      type: envelope.type,
      payload: envelope.payload,
      accepts_response_payload: envelope.answers,
      ...(envelope.type === 'events_api' && { retry_attempt: attempt, retry_reason: attempt ? reason : '' }),
    };
    return new Promise((resolve) => {
      const timer = later(ackMs, () => {
        waiting.delete(id);
        neverAcked.add(id);
        resolve(undefined);
      });
      const done = (answer: Json | undefined) => {
        clearTimeout(timer);
        timers.delete(timer);
        resolve(answer);
      };
      waiting.set(id, { type: envelope.type, at: performance.now(), line, done });
      if (!line.dead) line.socket.send(JSON.stringify(frame));
    });
  }

  const ways: Record<Drop, (line: Line) => void> = {
    close: (line) => line.socket.close(1001, 'going away'),
    reset: (line) => ('resetAndDestroy' in line.tcp ? (line.tcp.resetAndDestroy as () => void)() : line.tcp.destroy()),
    silence: (line) => {
      line.dead = true;
      line.socket.pause();
      later(noticeMs, () => line.socket.terminate());
    },
    zombie: (line) => {
      line.dead = true;
      later(noticeMs, () => line.socket.terminate());
    },
    refresh: (line) => {
      line.leaving = true;
      line.socket.send(
        JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'fake' } }),
      );
      later(500, () => line.socket.close());
    },
  };

  return {
    acks,
    send,
    ticket() {
      const ticket = crypto.randomUUID();
      tickets.set(ticket, world.now());
      return `${world.origin.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${world.appId}`;
    },
    upgrade(request, tcp, head) {
      const ticket = new URL(request.url ?? '/', world.origin).searchParams.get('ticket') ?? '';
      const issued = tickets.get(ticket);
      tickets.delete(ticket);
      const stale = issued === undefined || world.now() - issued > 30_000;
      if (stale) world.violations.push('socket: a ticket that is unknown, used or too old');
      if (stale || refused) {
        tcp.end(`HTTP/1.1 ${stale ? '403 Forbidden' : '503 Service Unavailable'}\r\nconnection: close\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, tcp, head, (socket) => accept(socket, tcp));
    },
    push(frame) {
      turn += 1;
      const good = alive();
      const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
      good[turn % Math.max(1, good.length)]?.socket.send(text);
    },
    drop(how, count = how === 'zombie' ? 1 : Number.POSITIVE_INFINITY) {
      for (const line of alive()
        .filter((one) => !one.dead)
        .slice(0, count))
        ways[how](line);
    },
    refuse: (on) => {
      refused = on;
    },
    count: () => alive().length,
    opened: () => opened,
    unacked: () => [...neverAcked, ...waiting.keys()],
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const open of waiting.values()) open.done(undefined);
      for (const line of [...lines]) {
        clearInterval(line.pinger);
        line.socket.terminate();
      }
      server.close();
    },
  };
}
