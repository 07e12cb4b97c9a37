import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  ToolSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Redactor } from '../tools/redaction.ts';
import type { JsonObject } from '../tools/types.ts';
import type { CopilotTool, Watch } from './tool.ts';

/** What other agents may ask of this one: reading only. No tool here can approve, propose or change anything. */

export interface CopilotServerOptions {
  tools: readonly CopilotTool[];
  redactor: Redactor;
  version: string;
  /** Milliseconds that only go forward, to say not too much. */
  elapsed: () => number;
}

/** Milliseconds between two words of progress at least. */
const BETWEEN_WORDS_MS = 250;

/** The server for one client. Whatever leaves it went through the redactor. */
export function createCopilotServer({ tools, redactor, version, elapsed }: CopilotServerOptions): McpServer {
  const server = new McpServer({ name: 'k8s-copilot', version }, { capabilities: { tools: {} } });
  server.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(listing) }));
  server.server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, _meta, sendNotification }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `Tool ${params.name} not found`);
    const progressToken = _meta?.progressToken;
    const send = async (word: { progress: number; message: string }) => {
      if (progressToken === undefined) return;
      await sendNotification({ method: 'notifications/progress', params: { progressToken, ...word } });
    };
    return call(tool, params.arguments ?? {}, { redactor, watch: { signal, step: paced(send, elapsed) } });
  });
  return server;
}

/** Counts every step and tells of some: the first at once, then not more often than clients care for. */
function paced(
  send: (word: { progress: number; message: string }) => Promise<void>,
  elapsed: () => number,
): Watch['step'] {
  let progress = 0;
  let told = Number.NEGATIVE_INFINITY;
  return (message) => {
    progress++;
    const now = elapsed();
    if (now - told < BETWEEN_WORDS_MS) return;
    told = now;
    // Whoever is gone needs no word.
    send({ progress, message }).catch(() => undefined);
  };
}

async function call(
  tool: CopilotTool,
  raw: JsonObject | Record<string, unknown>,
  { redactor, watch }: { redactor: Redactor; watch: Watch },
): Promise<CallToolResult> {
  try {
    const args = z.strictObject(tool.input).safeParse(raw);
    if (!args.success) return failed({ code: 'INVALID_ARGUMENTS', message: z.prettifyError(args.error) });
    const { data, text } = await tool.run(args.data, watch);
    // Through JSON, since dates and absent fields have no place in what is sent.
    const safe = await redactor.object(JSON.parse(JSON.stringify(data)));
    return { structuredContent: safe, content: [{ type: 'text', text: redactor.text(text) }] };
  } catch (error) {
    return failed(toFailure(error, redactor));
  }
}

interface Failure {
  code: string;
  message: string;
  hint?: string;
}

function toFailure(error: unknown, redactor: Redactor): Failure {
  if (!(error instanceof Error)) return { code: 'FAILED', message: redactor.text(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'FAILED';
  const hint = 'hint' in error && typeof error.hint === 'string' ? redactor.text(error.hint) : undefined;
  return { code, message: redactor.text(error.message), ...(hint !== undefined && { hint }) };
}

function failed({ code, message, hint }: Failure): CallToolResult {
  const text = `${code}: ${message}${hint ? ` ${hint}` : ''}`;
  return {
    isError: true,
    structuredContent: { code, message, ...(hint !== undefined && { hint }) },
    content: [{ type: 'text', text }],
  };
}

const failureShape = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

function listing({ name, title, description, input, output }: CopilotTool) {
  return ToolSchema.parse({
    name,
    title,
    description,
    annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    inputSchema: z.toJSONSchema(z.strictObject(input), { io: 'input' }),
    // Clients hold an error's fields against this schema, too.
    outputSchema: { type: 'object', ...z.toJSONSchema(z.union([z.object(output), failureShape])) },
  });
}
