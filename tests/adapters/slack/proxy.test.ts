import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startFakeSlack } from '../../fakes/slack/slack.ts';

const program = `
import { createSlack } from './adapters/slack/adapter.ts';
import { loadMessages } from './src/chat/messages.ts';
const slack = createSlack({
  botToken: process.env.BOT, appToken: process.env.APP, apiUrl: process.env.API, httpHost: '127.0.0.1',
  translate: loadMessages('templates/messages'), language: 'en', clock: Date.now,
  onError: (error) => console.error(error), log: { info() {}, warn() {} },
});
await slack.start({ message: async () => {} });
`;

/** A proxy that passes everything on and remembers what it was asked to tunnel. */
async function startProxy() {
  const tunnelled: string[] = [];
  const proxy = createServer((asked, answer) => {
    const onward = request(asked.url ?? '', { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  proxy.on('connect', ({ url = '' }, near) => {
    tunnelled.push(url);
    const [host = '', port] = url.split(':');
    const far = connect(Number(port), host, () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => other.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { tunnelled, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

test('behind a proxy the sockets go through it, as the calls do', async () => {
  const slack = await startFakeSlack();
  onTestFinished(() => slack.close());
  const { tunnelled, url } = await startProxy();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      BOT: slack.botToken,
      APP: slack.appToken,
      API: slack.apiUrl,
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
      NO_PROXY: '',
    },
  });
  onTestFinished(() => void child.kill());
  await slack.settled(() => slack.sockets() === 2, 15_000);
  // Each socket and the call that asked for its address.
  expect(tunnelled.length).toBeGreaterThanOrEqual(4);
  expect(new Set(tunnelled)).toEqual(new Set([new URL(slack.apiUrl).host]));
});
