import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DWClientDownStream } from 'dingtalk-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Stream } from '../../../adapters/dingtalk/stream.ts';

const MESSAGE = {
  type: 'CALLBACK',
  headers: { topic: '/v1.0/im/bot/messages/get', messageId: 'm1', contentType: 'application/json' },
  data: '{}',
};
/** A close frame with the code 1000. */
const CLOSE = Buffer.from([0x88, 2, 0x03, 0xe8]);

test('a message in the same packet as the answer that opens the socket is not lost', async () => {
  const { stream, taken } = await streamTo([textFrame(JSON.stringify(MESSAGE))]);
  await stream.open(new AbortController().signal);
  await vi.waitUntil(() => taken.length === 1);
  await stream.close();
});

test('a socket that is closed in the packet that opens it is a failed attempt, or told as lost', async () => {
  const { stream, lost } = await streamTo([CLOSE]);
  const failed = await stream.open(new AbortController().signal).then(
    () => false,
    () => true,
  );
  await vi.waitUntil(() => failed || lost.length === 1);
  await stream.close();
});

test('an attempt that is given up ends at once', async () => {
  const { stream } = await streamTo([]);
  const giveUp = new AbortController();
  giveUp.abort();
  await expect(stream.open(giveUp.signal)).rejects.toMatchObject({ code: 'socket' });
});

test('behind a proxy the socket goes through it, as the calls do', async () => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', ({ url = '' }, socket: Duplex) => {
    asked.push(url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const program = `
    import { Stream } from './adapters/dingtalk/stream.ts';
    const stream = new Stream({
      credentials: { clientId: 'id', clientSecret: 'secret' },
      place: async () => ({ endpoint: 'wss://dingtalk.invalid/connect', ticket: 't' }),
      times: { connectMs: 5000, pingMs: 20000 },
      rhythm: {},
      clock: Date.now,
    });
    await stream.open(new AbortController().signal).catch(() => {});`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    env: {
      ...process.env,
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: address,
      https_proxy: address,
      no_proxy: '',
      NO_PROXY: '',
    },
  });
  await new Promise((resolve) => child.on('exit', resolve));
  expect(asked).toEqual(['dingtalk.invalid:443']);
});

/** A connection to a server that answers the upgrade and sends these bytes in one write. */
async function streamTo(frames: Buffer[]) {
  const server = createServer();
  server.on('upgrade', ({ headers }, socket: Duplex) => {
    socket.on('error', () => {});
    const key = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    const answer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(answer), ...frames]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/connect`;
  const taken: DWClientDownStream[] = [];
  const lost: string[] = [];
  const stream = new Stream({
    credentials: { clientId: 'id', clientSecret: 'secret' },
    place: async () => ({ endpoint, ticket: 't' }),
    times: {
      connectMs: 5_000,
      pingMs: 20_000,
      idleMs: 60_000,
      staleMs: 3_600_000,
      backoffMs: [1_000, 60_000],
      credentialsMs: 60_000,
      steadyMs: 3_000,
    },
    rhythm: {},
    clock: Date.now,
    onCallback: (frame) => taken.push(frame),
    onLeaving: () => {},
    onLost: (_, why) => lost.push(why),
    onBadFrame: (error) => {
      throw error;
    },
  });
  return { stream, taken, lost };
}

function textFrame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = bytes.length < 126 ? [0x81, bytes.length] : [0x81, 126, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}
