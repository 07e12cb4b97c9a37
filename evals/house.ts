import { z } from 'zod';
import { toolAccess } from '../servers/ack/access.ts';
import { createAckServer, openWorld } from '../servers/ack/server.ts';
import { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET } from '../servers/sandbox/sandbox.ts';
import { createLog } from '../src/telemetry/log.ts';
import { createGateway } from '../src/tools/gateway.ts';
import { connectInProcess } from '../src/tools/mcp.ts';
import { createRedactor } from '../src/tools/redaction.ts';
import type { ToolGateway, ToolResult } from '../src/tools/types.ts';

/** The hands of the bot over a scenario's world, as the bot's own, but without any way to approve. */
export interface House {
  gateway: ToolGateway;
  cluster: { id: string; name: string };
  /** Writing calls that somebody tried: none may get through, and none should be tried. */
  writes: string[];
  close(): Promise<void>;
}

const clusters = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })).min(1) });

/** Opens it. What is withheld answers FORBIDDEN, as it does where the bot's account lacks a right. */
export async function openHouse(url: string, withheld: readonly string[]): Promise<House> {
  const keys = { accessKeyId: SANDBOX_ACCESS_KEY_ID, accessKeySecret: SANDBOX_ACCESS_KEY_SECRET };
  const cloud = { ...keys, endpoints: url };
  const world = openWorld({ backend: 'sandbox', entries: [] }, cloud);
  const own = createGateway({
    own: {
      connection: connectInProcess(createAckServer({ cloud, world, clock: Date.now }), 'ack'),
      access: toolAccess,
    },
    extras: [],
    pins: { holds: async () => false, repin: async () => undefined },
    audit: {
      append: async () => {
        throw new Error('an eval only reads');
      },
      list: async () => [],
      head: async () => ({ count: 0, hash: '' }),
      verify: async () => ({ ok: true, count: 0, head: '' }),
    },
    approvalSecret: '',
    isStopped: async () => 'an eval only reads',
    redactor: createRedactor(),
    clock: Date.now,
    log: createLog('fatal'),
  });
  const writes: string[] = [];
  const gateway: ToolGateway = {
    ...own,
    async read(call) {
      const why = withheldBy(withheld, call.tool, call.args.kind);
      return why === undefined ? own.read(call) : forbidden(why);
    },
    async write(call, grant) {
      writes.push(call.tool);
      return own.write(call, grant);
    },
  };
  const close = async () => {
    await own.close();
    world.close();
  };
  const listed = await own.read({ tool: 'k8s_clusters', args: {}, actor: 'system' });
  const [first] = listed.ok ? clusters.parse(listed.data).items : [];
  if (!first) {
    await close();
    throw new Error(`The world has no cluster: ${listed.ok ? 'none is listed' : listed.error.message}`);
  }
  return { gateway, cluster: { id: first.id, name: first.name }, writes, close };
}

const withheldBy = (withheld: readonly string[], tool: string, kind: unknown): string | undefined =>
  withheld.find((one) => one === tool || one === kind);

const forbidden = (what: string): ToolResult => ({
  ok: false,
  error: {
    code: 'FORBIDDEN',
    message: `${what} is forbidden: the account of the bot has no right to read it`,
    retryable: false,
    ambiguous: false,
  },
});
