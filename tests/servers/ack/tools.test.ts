import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { toolAccess } from '../../../servers/ack/access.ts';
import { tools } from '../../../servers/ack/tools.ts';
import { clusterSpec, connectAck, startStub } from './support.ts';

it('the list holds every file of the folder, under the name of its file', async () => {
  const files = await readdir(new URL('../../../servers/ack/tools', import.meta.url));
  const named = files.map((file) => file.replace('.ts', '').replaceAll('-', '_'));
  expect(tools.map(({ name }) => name).sort()).toEqual(named.sort());
});

it('the gateway is told of every tool, and whether it reads or writes', () => {
  expect(toolAccess).toEqual(Object.fromEntries(tools.map(({ name, access }) => [name, access])));
});

it('every tool says what it does, what it takes and what it gives', async () => {
  const ack = await connectAck('http://127.0.0.1:1');
  const listed = (await ack.client.listTools()).tools;
  await ack.close();
  expect(listed).toHaveLength(tools.length);
  for (const { name, title, description, inputSchema, outputSchema, annotations } of listed) {
    expect({ name, title, description }).toEqual({
      name: expect.stringMatching(/^[a-z0-9]+(_[a-z0-9]+)+$/),
      title: expect.any(String),
      description: expect.stringMatching(/\.$/),
    });
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(outputSchema).toMatchObject({ type: 'object', anyOf: expect.any(Array) });
    const writes = toolAccess[name] === 'write';
    expect(annotations?.readOnlyHint).toBe(!writes && name !== 'inspect_run');
    expect((inputSchema.required ?? []).includes('idempotencyKey')).toBe(writes);
  }
});

it('offers nothing without a cloud', async () => {
  const ack = await connectAck(undefined);
  expect((await ack.client.listTools()).tools).toEqual([]);
  await ack.close();
});

it('carries out no write without an approval, and sends nothing', async () => {
  const stub = await startStub({});
  const cases = [
    { options: { verifyApproval: undefined }, message: /without approvals/ },
    { options: { verifyApproval: () => 'the plan has expired' }, message: /the plan has expired/ },
  ];
  for (const { options, message } of cases) {
    const ack = await connectAck(stub.url, options);
    for (const { name } of tools.filter(({ access }) => access === 'write')) {
      const { failed, data } = await ack.call(name, { anything: true });
      expect({ name, failed, code: data.code, message: data.message }).toEqual({
        name,
        failed: true,
        code: 'APPROVAL_REQUIRED',
        message: expect.stringMatching(message),
      });
    }
    await ack.close();
  }
  expect(stub.received).toEqual([]);
  await stub.stop();
});

it('an approval is judged over the arguments exactly as they were sent', async () => {
  const stub = await startStub({
    DescribeClustersForRegion: () => ({ status: 403, body: { code: 'NoPermission', message: 'no' } }),
  });
  const seen: unknown[] = [];
  const ack = await connectAck(stub.url, { verifyApproval: (call) => seen.push(call) > 0 || 'no' });
  const args = { ...clusterSpec, idempotencyKey: 'key-1' };
  await ack.call('cluster_create', { ...args, approval: { planId: 'p', token: 't' } });
  expect(seen).toEqual([{ tool: 'cluster_create', args, approval: { planId: 'p', token: 't' } }]);
  await ack.close();
  await stub.stop();
});
