import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { overlaps } from '../../../servers/ack/cloud/cidr.ts';
import { address } from '../../../servers/ack/cloud/sdk.ts';
import { isoTime } from '../../../servers/ack/cloud/values.ts';
import { connectAck, startStub } from './support.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function ackOver(answers: Parameters<typeof startStub>[0]) {
  const stub = await startStub(answers);
  const ack = await connectAck(stub.url);
  cleanups.push(ack.close, stub.stop);
  return ack;
}

const kubeconfig = (server: string) =>
  stringify({
    clusters: [{ name: 'kubernetes', cluster: { server } }],
    users: [{ name: 'user', user: { token: 'a-secret-token' } }],
  });

it.each([
  ['a private address out of reach is told from a public one', 'intranet_api_server_endpoint', 'private-unreachable'],
  ['a public address that does not answer is unreachable', 'api_server_endpoint', 'unreachable'],
])('%s, and the key to it stays inside', async (_, field, status) => {
  const server = 'https://127.0.0.1:1';
  const ack = await ackOver({
    DescribeClusterDetail: () => ({ body: { cluster_id: 'c1', master_url: JSON.stringify({ [field]: server }) } }),
    DescribeClusterUserKubeconfig: () => ({ body: { config: kubeconfig(server) } }),
  });
  const { data } = await ack.call('cluster_check_api', { clusterId: 'c1' });
  expect(data).toMatchObject({ status, endpoint: server, reason: expect.stringContaining('ECONNREFUSED') });
  expect(JSON.stringify(data)).not.toContain('secret');
});

it('asks for a key to the cluster that lives for fifteen minutes', async () => {
  const asked: string[] = [];
  const ack = await ackOver({
    DescribeClusterDetail: () => ({ body: { cluster_id: 'c1' } }),
    DescribeClusterUserKubeconfig: ({ query }) => {
      asked.push(query.toString());
      return { body: { config: 'no: kubeconfig' } };
    },
  });
  const { data } = await ack.call('cluster_check_api', { clusterId: 'c1' });
  expect(asked[0]).toContain('TemporaryDurationMinutes=15');
  expect(data).toMatchObject({ code: 'UNKNOWN', message: expect.not.stringContaining('no:') });
});

it.each([
  ['running', 'running'],
  ['success', 'success'],
  ['fail', 'failed'],
  ['failed', 'failed'],
  ['paused', 'paused'],
  ['cancelling', 'running'],
  ['canceled', 'canceled'],
])("a task the cloud calls %s is %s, with its stages' share done", async (state, expected) => {
  const stages = [{ state: 'success', start_time: '2022-12-15 23:00:00' }, { state: 'running' }];
  const ack = await ackOver({
    DescribeTaskInfo: () => ({ body: { task_id: 'T-1', task_type: 'x', state, stages, current_stage: 'b' } }),
  });
  const { data } = await ack.call('task_get', { taskId: 'T-1' });
  expect(data).toMatchObject({ state: expected, stage: 'b', progress: expected === 'success' ? 100 : 50 });
  expect(data.stages[0].startedAt).toBe('2022-12-15T23:00:00');
});

it('gives more nodes by the page', async () => {
  const ack = await ackOver({
    DescribeClusterNodes: ({ query }) => ({
      body: {
        nodes: [{ instance_id: `i-${query.get('pageNumber')}`, node_status: 'Ready' }],
        page: { total_count: 101 },
      },
    }),
  });
  const first = await ack.call('node_list', { clusterId: 'c1' });
  expect(first.data).toMatchObject({ items: [{ instanceId: 'i-1' }], total: 101, nextToken: '2' });
  const second = await ack.call('node_list', { clusterId: 'c1', nextToken: first.data.nextToken });
  expect(second.data).toMatchObject({ items: [{ instanceId: 'i-2', ready: true }] });
  expect(second.data).not.toHaveProperty('nextToken');
});

it('tells how each node is paid for, and until when a prepaid one is', async () => {
  const node = (id: string, fields: object) => ({ instance_id: id, expired_time: '2099-12-31T15:59:00Z', ...fields });
  const ack = await ackOver({
    DescribeClusterNodes: () => ({
      body: {
        nodes: [
          node('i-1', { instance_charge_type: 'PostPaid', spot_strategy: 'NoSpot' }),
          node('i-2', { instance_charge_type: 'PrePaid', expired_time: '2027-03-01T16:00:00Z' }),
          node('i-3', { instance_charge_type: 'PostPaid', spot_strategy: 'SpotAsPriceGo' }),
          node('i-4', {}),
        ],
        page: { total_count: 4 },
      },
    }),
  });
  const { data } = await ack.call('node_list', { clusterId: 'c1' });
  const told = data.items.map(({ chargeType, expiresAt }: Record<string, string>) => [chargeType, expiresAt]);
  expect(told).toEqual([
    ['PostPaid', undefined],
    ['PrePaid', '2027-03-01T16:00:00.000Z'],
    ['Spot', undefined],
    ['unknown', undefined],
  ]);
});

it.each([
  ['2020-12-01T20:40:40+08:00', '2020-12-01T12:40:40.000Z'],
  ['1669706229286', '2022-11-29T07:17:09.286Z'],
  ['2022-12-15 23:00:00', '2022-12-15T23:00:00'],
  ['', undefined],
])('reads the time %j as %s', (text, expected) => {
  expect(isoTime(text)).toBe(expected);
});

it.each([
  ['172.16.0.0/12', '172.31.255.0/24', true],
  ['172.16.0.0/12', '192.168.0.0/16', false],
  ['10.0.0.0/8', '10.1.2.3/32', true],
  ['10.0.0.0/24', '10.0.1.0/24', false],
])('%s and %s overlap: %s', (one, other, expected) => {
  expect([overlaps(one, other), overlaps(other, one)]).toEqual([expected, expected]);
});

it.each([
  ['http://127.0.0.1:1234', { endpoint: '127.0.0.1:1234', protocol: 'HTTP' }],
  ['cs.example.com', { endpoint: 'cs.example.com', protocol: 'HTTPS' }],
])('takes the endpoint %s', (endpoint, expected) => {
  expect(address(endpoint)).toEqual(expected);
});

it('refuses an endpoint with a path, which the SDKs would drop', () => {
  expect(() => address('http://127.0.0.1/cs')).toThrow(/without a path/);
});

it('loads no vendor package before a tool needs it', async () => {
  const script = `
    const { createAckServer } = await import('./servers/ack/server.ts');
    createAckServer({ cloud: { accessKeyId: 'a', accessKeySecret: 'b' }, clock: Date.now });
    const { Module } = await import('node:module');
    console.log(Object.keys(Module._cache).filter((file) => file.includes('@alicloud')).length);`;
  const cwd = new URL('../../..', import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd });
  expect(stdout.trim()).toBe('0');
});
