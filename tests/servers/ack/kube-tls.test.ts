import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld } from '../../../servers/ack/server.ts';
import { selfSigned } from '../../../servers/sandbox/kubernetes/certificate.ts';
import { connectAck } from './support.ts';

/** An API server over TLS that asks for a client certificate. */

const host = 'kubernetes.example';
const day = 86_400_000;
const span = { from: Date.now() - day, to: Date.now() + day };
const mine = selfSigned(host, span);
const stranger = selfSigned(host, span);
const client = selfSigned('copilot.example', span);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const people: string[] = [];
let folder: string;

const server = createServer(
  { key: mine.key, cert: mine.certificate, requestCert: true, rejectUnauthorized: false },
  (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    people.push(String(subject?.CN ?? 'nobody'));
    response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
  },
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ack-tls-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
  await rm(folder, { recursive: true });
});

async function list(cluster: object, user: object) {
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, 'config');
  const config = {
    clusters: [{ name: 'tls', cluster: { server: `https://127.0.0.1:${port}`, ...cluster } }],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'tls', context: { cluster: 'tls', user: 'user' } }],
    'current-context': 'tls',
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const world = openWorld({ backend: 'kubeconfig', kubeconfig });
  const ack = await connectAck(undefined, { world });
  const { data } = await ack.call('k8s_list', { clusterId: 'tls', kind: 'Pod' });
  await ack.close();
  world.close();
  return data;
}

it('is believed when its authority is the one of the kubeconfig, and gets the certificate of the user', async () => {
  const user = { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) };
  const cluster = { 'certificate-authority-data': base64(mine.certificate), 'tls-server-name': host };
  expect(await list(cluster, user)).toMatchObject({ complete: true });
  expect(people.at(-1)).toBe('copilot.example');
});

it.each([
  ['another authority', { 'certificate-authority-data': base64(stranger.certificate), 'tls-server-name': host }],
  ['no authority that we know', { 'tls-server-name': host }],
  ['another name', { 'certificate-authority-data': base64(mine.certificate) }],
])('with %s is not spoken to', async (_, cluster) => {
  const before = people.length;
  expect(await list(cluster, { token: 't' })).toMatchObject({ code: 'Unreachable' });
  expect(people).toHaveLength(before);
});

it('is believed without proof only where the kubeconfig says so', async () => {
  expect(await list({ 'insecure-skip-tls-verify': true }, { token: 't' })).toMatchObject({ complete: true });
});
