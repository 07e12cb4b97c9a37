import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { createApprovalVerifier } from '../../src/approvals/token.ts';
import { type AuditEntry, auditSpec, openAudit } from '../../src/audit/audit.ts';
import { openEmbeddedStore } from '../../src/storage/embedded.ts';
import type { ExtraServer } from '../../src/tools/catalogue.ts';
import { createGateway } from '../../src/tools/gateway.ts';
import { connectInProcess } from '../../src/tools/mcp.ts';
import { openPins, pinSpec } from '../../src/tools/pins.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import type { Grant, ToolCall } from '../../src/tools/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'tools-'));
let opened = 0;
afterAll(() => rmSync(folder, { recursive: true }));

export const openStore = () => openEmbeddedStore({ file: join(folder, `${++opened}`, 'store.db') });

export const secret = 'a secret of this process';
export const grant: Grant = {
  planId: 'p1',
  approvalId: 'a1',
  taskId: 'T-7K3F',
  stepId: 'create',
  idempotencyKey: 'T-7K3F/create',
  fence: 3,
};
export const call = (tool: string, args: ToolCall['args'] = {}, over: Partial<ToolCall> = {}): ToolCall => ({
  tool,
  args,
  actor: 'system',
  ...over,
});

/** A real MCP server with the tools a test needs; it remembers what was carried out and tells what to answer. */
export function toyServer(answer: { read?: () => unknown; description?: () => string } = {}) {
  const now = { value: 1_800_000_000_000 };
  const done: { tool: string; args: Record<string, unknown> }[] = [];
  const verify = createApprovalVerifier(secret, () => now.value);
  const make = () => {
    const server = new McpServer({ name: 'toy', version: '1' });
    server.registerTool(
      'get_thing',
      { description: answer.description?.() ?? 'Gets a thing', inputSchema: { id: z.string().optional() } },
      async ({ id }) => {
        done.push({ tool: 'get_thing', args: { id } });
        return (await (answer.read?.() ?? { structuredContent: { id: id ?? 'none' }, content: [] })) as never;
      },
    );
    server.registerTool(
      'strict',
      { outputSchema: { count: z.number() } },
      async () => (await answer.read?.()) as never,
    );
    const input = { name: z.string(), idempotencyKey: z.string(), approval: z.unknown() };
    server.registerTool('make_thing', { inputSchema: input }, async ({ approval, ...args }) => {
      const verdict = verify({ tool: 'make_thing', args, approval });
      if (verdict !== true) return { isError: true, content: [{ type: 'text', text: verdict }] };
      done.push({ tool: 'make_thing', args });
      return ((await answer.read?.()) ?? { structuredContent: { thing: args.name }, content: [] }) as never;
    });
    return server;
  };
  return { make, done, now };
}

interface Setup {
  toy?: ReturnType<typeof toyServer>;
  extras?: ExtraServer[];
  isStopped?: () => Promise<string | undefined>;
  append?: (entry: AuditEntry) => void;
  store?: ReturnType<typeof openStore>;
}

/** The gateway over a toy server in this process, with a real store, audit log and redactor. */
export function setUp({ toy = toyServer(), extras = [], isStopped, append, store = openStore() }: Setup = {}) {
  const clock = () => toy.now.value;
  const log = openAudit({ collection: store.collection(auditSpec), clock });
  const audit = {
    ...log,
    append: async (entry: AuditEntry) => {
      append?.(entry);
      return log.append(entry);
    },
  };
  const warnings: { data: object; message: string }[] = [];
  const gateway = createGateway({
    own: {
      connection: connectInProcess(toy.make(), 'ack'),
      access: { get_thing: 'read', strict: 'read', make_thing: 'write' },
    },
    extras,
    pins: openPins(store.collection(pinSpec), clock),
    audit,
    approvalSecret: secret,
    isStopped: isStopped ?? (async () => undefined),
    redactor: createRedactor(),
    clock,
    log: { warn: (data, message) => warnings.push({ data, message }) },
  });
  return { gateway, toy, audit, warnings, store };
}
