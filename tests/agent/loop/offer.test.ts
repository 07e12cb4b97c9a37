import { describe, expect, test } from 'vitest';
import { toolAccess } from '../../../servers/ack/access.ts';
import { createAckServer, openWorld } from '../../../servers/ack/server.ts';
import { leftOut, offerOf, slimmed } from '../../../src/agent/loop/offer.ts';
import { tokensOf } from '../../../src/agent/prompt.ts';
import { connectInProcess } from '../../../src/tools/mcp.ts';
import type { ToolGateway, ToolInfo } from '../../../src/tools/types.ts';

const NEVER = new AbortController().signal;
const tool = (name: string, more: Partial<ToolInfo> = {}): ToolInfo => ({
  name,
  server: 'ack',
  access: 'read',
  description: '',
  ...more,
});

function gatewayOf(tools: ToolInfo[], inputSchema = {}): Pick<ToolGateway, 'tools' | 'describe'> {
  return { tools: () => tools, describe: async (name) => ({ description: `${name}\n  reads`, inputSchema }) };
}

const ask = { purpose: 'ask', isBound: false, signal: NEVER } as const;

describe('what a model is offered', () => {
  test('has every reading tool of our own, but for those that a reason is written down for', async () => {
    const reading = Object.keys(toolAccess).filter((name) => toolAccess[name] === 'read');
    expect(Object.keys(leftOut).filter((name) => !reading.includes(name))).toEqual([]);
    const all = Object.entries(toolAccess).map(([name, access]) => tool(name, { access }));
    const { tools } = await offerOf(gatewayOf(all), ask);
    expect(tools.map(({ name }) => name).sort()).toEqual(
      reading.filter((name) => !Object.hasOwn(leftOut, name)).sort(),
    );
  });

  test('of the real tools for a cluster takes less than 5,000 tokens', async () => {
    const world = openWorld({ backend: 'kubeconfig', kubeconfig: '/nowhere' });
    const connection = connectInProcess(createAckServer({ world, clock: Date.now }), 'ack');
    const listed = await connection.tools({ signal: NEVER, timeoutMs: 5000 });
    const gateway: Pick<ToolGateway, 'tools' | 'describe'> = {
      tools: () => listed.filter(({ name }) => toolAccess[name] === 'read').map(({ name }) => tool(name)),
      describe: async (name) => listed.find((one) => one.name === name),
    };
    const { tools } = await offerOf(gateway, { purpose: 'incident', isBound: true, signal: NEVER });
    const size = tokensOf([{ role: 'user', content: JSON.stringify(tools) }]);
    expect(tools.length).toBeGreaterThan(8);
    expect(size).toBeLessThan(5000);
    await connection.close();
    world.close();
  });

  test('leaves out writing tools, what cannot be called, and what cannot be described', async () => {
    const tools = [tool('a'), tool('b', { access: 'write' }), tool('c', { unavailable: 'gone' })];
    expect((await offerOf(gatewayOf(tools), ask)).tools.map(({ name }) => name)).toEqual(['a']);
    expect((await offerOf({ tools: () => tools, describe: async () => undefined }, ask)).tools).toEqual([]);
  });

  test('says of a foreign tool whose words these are, and gives it a name that every endpoint takes', async () => {
    const long = `shop__get.thing ${'x'.repeat(80)}`;
    const { tools, byName } = await offerOf(gatewayOf([tool(long, { server: 'shop' })]), ask);
    expect(tools[0]?.name).toMatch(/^shop__get_thing_x{40,}$/);
    expect(tools[0]?.name).toHaveLength(64);
    expect(byName.get(tools[0]?.name ?? '')?.tool).toBe(long);
    expect(tools[0]?.description).toMatch(/^\(Of the server shop, in its own words:\)/);
  });

  test('leaves the cluster to choose only where none is given', async () => {
    const schema = { type: 'object', properties: { clusterId: { type: 'string' } }, required: ['clusterId'] };
    const free = await offerOf(gatewayOf([tool('k8s_get')], schema), ask);
    expect(free.tools[0]?.parameters).toEqual(schema);
    const bound = await offerOf(gatewayOf([tool('k8s_get')], schema), { ...ask, isBound: true });
    expect(bound.tools[0]?.parameters).toEqual({ type: 'object', properties: {}, required: [] });
    const foreign = await offerOf(gatewayOf([tool('shop__get')], schema), { ...ask, isBound: true });
    expect(foreign.tools[0]?.parameters).toEqual(schema);
  });

  test('has schemas without what a model has no use for, also where a field is called like that', () => {
    const schema = {
      $schema: 'x',
      type: 'object',
      additionalProperties: false,
      properties: {
        title: { type: 'string', title: 'T', maxLength: 9, pattern: 'a'.repeat(99) },
        list: { minItems: 1 },
      },
    };
    expect(slimmed(schema)).toEqual({ type: 'object', properties: { title: { type: 'string' }, list: {} } });
  });

  test('has no schema that would fill the talk', async () => {
    const huge = { type: 'object', properties: { a: { enum: Array.from({ length: 2000 }, (_, n) => `v${n}`) } } };
    expect((await offerOf(gatewayOf([tool('a')], huge), ask)).tools[0]?.parameters).toEqual({
      type: 'object',
      properties: {},
    });
  });
});
