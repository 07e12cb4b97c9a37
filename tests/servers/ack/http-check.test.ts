import { rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { resolveAddress, standingOf } from '../../../servers/ack/http/addresses.ts';
import { ask } from '../../../servers/ack/http/ask.ts';
import { openWorld } from '../../../servers/ack/server.ts';
import {
  SANDBOX_ACCESS_KEY_ID,
  SANDBOX_ACCESS_KEY_SECRET,
  type Sandbox,
  startSandbox,
} from '../../../servers/sandbox/sandbox.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { START, seededFolder } from '../sandbox/controllers/harness.ts';
import type { Thing } from './fake-kube.ts';
import { connectKube } from './kube-support.ts';
import { connectAck } from './support.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('the shop of the demo', () => {
  let sandbox: Sandbox;
  let ack: Awaited<ReturnType<typeof connectAck>>;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = seededFolder();
    sandbox = await startSandbox({ dataDir, speed: 1, clock: () => START });
    const keys = { accessKeyId: SANDBOX_ACCESS_KEY_ID, accessKeySecret: SANDBOX_ACCESS_KEY_SECRET };
    const world = openWorld({ backend: 'sandbox' }, { ...keys, endpoints: sandbox.url });
    ack = await connectAck(sandbox.url, { ...keys, world });
  }, 60_000);
  afterAll(async () => {
    await ack.close();
    await sandbox.close();
    rmSync(dataDir, { recursive: true });
  });
  const check = (args: JsonObject) => ack.call('http_check', { clusterId: 'demo', namespace: 'prod', ...args });

  it('is asked through its Ingress, as the program behind it answers', async () => {
    const { data } = await check({ ingress: 'shop' });
    expect(data).toMatchObject({ verdict: 'ok', ok: true, status: 200, url: 'https://shop.example.com/' });
    expect(data.bytes).toBeGreaterThan(0);
    expect(JSON.stringify(data)).not.toContain('OK (200)');
    expect((await check({ ingress: 'shop', path: '/nothing' })).data).toMatchObject({
      verdict: 'failed',
      status: 404,
      reason: 'it answered 404',
    });
    expect((await check({ ingress: 'shop', path: '/nothing', expectStatus: 404 })).data).toMatchObject({
      verdict: 'ok',
    });
  });

  it('is asked for no host that the Ingress does not have, and for no path that leads out', async () => {
    const other = await check({ ingress: 'shop', host: 'other.example.com' });
    expect(other.data).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/has no host/) });
    for (const path of ['/../_sandbox/state', '/%2e%2E/x', 'http://evil.example.com/', '/a b', '/a\r\nHost: x'])
      expect((await check({ ingress: 'shop', path })).data, path).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await check({})).data).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await check({ ingress: 'shop', address: '10.0.0.1' })).data).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('has Services inside, which nobody can ask from here: their endpoints are told', async () => {
    expect((await check({ service: 'checkout' })).data).toEqual({
      verdict: 'unknown',
      ok: false,
      reason: 'it has no way in from outside; 2 of 2 endpoints are ready',
    });
  });
});

const ingress = (address: object[], created: string): Thing => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop', creationTimestamp: created },
  spec: { rules: [{ host: '*.example.com' }, { host: 'web.example.com' }] },
  status: { loadBalancer: { ingress: address } },
});
const long = '2026-01-01T00:00:00Z';

describe('an Ingress of a real cluster', () => {
  async function verdict(thing: Thing) {
    const kube = await connectKube([thing]);
    cleanups.push(kube.close);
    return kube.done('http_check', { namespace: 'shop', ingress: 'web' });
  }

  it.each([
    [{ ip: '169.254.169.254' }, /never asked/],
    [{ ip: '100.100.100.200' }, /never asked/],
    [{ ip: '127.0.0.1' }, /never asked/],
    [{ hostname: 'localhost' }, /never asked/],
    [{ ip: '10.1.2.3' }, /private address: allow it with privateIngress/],
    [{ hostname: 'nowhere.invalid' }, /has no address in the DNS/],
  ])('at %j is not asked', async (address, reason) => {
    expect(await verdict(ingress([address], long))).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringMatching(reason),
    });
  });

  it('without an address is waited for while it is young, and unknown later', async () => {
    expect(await verdict(ingress([], long))).toMatchObject({ verdict: 'unknown' });
    expect(await verdict(ingress([], '2999-01-01T00:00:00Z'))).toMatchObject({
      verdict: 'failed',
      reason: 'it has no address yet',
    });
  });
});

it('addresses stand as they should', async () => {
  const standing = (list: string) => new Set(list.split(' ').map(standingOf));
  expect(standing('47.98.1.2 8.8.8.8 2400:3200::1')).toEqual(new Set(['public']));
  expect(standing('10.0.0.1 172.16.4.1 172.31.255.255 192.168.0.9 100.64.0.1 fd00::1')).toEqual(new Set(['private']));
  expect(
    standing(
      '0.0.0.0 127.9.9.9 169.254.169.254 100.100.100.200 224.0.0.1 255.255.255.255 ::1 fe80::1 ::ffff:10.0.0.1 x',
    ),
  ).toEqual(new Set(['never']));
  expect(await resolveAddress('10.0.0.1', true)).toEqual({ ok: true, address: '10.0.0.1' });
  expect(await resolveAddress('127.0.0.1', true)).toMatchObject({ ok: false });
});

describe('one question', () => {
  async function asked(listener: RequestListener, path = '/') {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const signal = new AbortController().signal;
    return ask({ address: '127.0.0.1', port, secure: false, host: 'web.example.com', path, signal });
  }

  it('carries the host and follows no redirect', async () => {
    const seen: unknown[] = [];
    const answer = await asked((request, response) => {
      seen.push([request.method, request.url, request.headers.host]);
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end('elsewhere');
    }, '/a?b=c');
    expect(answer).toMatchObject({ ok: true, status: 302, bytes: 9 });
    expect(seen).toEqual([['GET', '/a?b=c', 'web.example.com']]);
  });

  it('stops counting at a mebibyte', async () => {
    const answer = await asked((_, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (response.write(chunk));
        response.once('drain', more);
      };
      more();
    });
    expect(answer).toMatchObject({ ok: true, status: 200 });
    expect(answer.ok && answer.bytes).toBeLessThan(2 * 1024 * 1024);
  });

  it('tells why nobody answered', async () => {
    expect(await asked((request) => request.socket.destroy())).toEqual({ ok: false, reason: 'ECONNRESET' });
  });
});
