import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool as ToolListing,
  ToolSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { JsonObject, ToolError } from '../../src/tools/types.ts';
import { type CloudOptions, openCloud } from './cloud/sdk.ts';
import { refusal, toToolError } from './errors.ts';
import { checked, type Tool, type ToolContext } from './tool.ts';
import { tools } from './tools.ts';

export interface AckServerOptions {
  /** Without it the cloud tools are not offered. */
  cloud?: CloudOptions | undefined;
  /** Judges one writing call before anything else looks at it: true, or why not. Without it every write is refused. */
  verifyApproval?: ((call: { tool: string; args: JsonObject; approval: unknown }) => true | string) | undefined;
  clock: () => number;
}

/** The project's own MCP server: the cloud as tools. Makes no connection and loads no SDK until a tool is called. */
export function createAckServer(options: AckServerOptions): McpServer {
  const cloud = options.cloud && openCloud(options.cloud);
  const offered = cloud ? tools : [];
  const server = new McpServer({ name: 'ack', version: '0.1.0' }, { capabilities: { tools: {} } });
  // Own handlers instead of registerTool: an approval binds the arguments as they were sent, before defaults are filled in,
  // and a wrong argument gets a code and a hint like every other error.
  server.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered.map(listing) }));
  server.server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = offered.find(({ name }) => name === params.name);
    if (!tool || !cloud) throw new McpError(ErrorCode.InvalidParams, `Tool ${params.name} not found`);
    return callTool(tool, params.arguments ?? {}, { cloud, clock: options.clock, signal }, options.verifyApproval);
  });
  return server;
}

async function callTool(
  tool: Tool,
  raw: Record<string, unknown>,
  context: ToolContext,
  verify: AckServerOptions['verifyApproval'],
): Promise<CallToolResult> {
  try {
    const args = checked(jsonObject, raw);
    if (tool.access === 'write') checkApproval(tool.name, args, verify);
    const { result, text } = await tool.call(args, context);
    return { structuredContent: result, content: [{ type: 'text', text }] };
  } catch (thrown) {
    return failed(toToolError(thrown, tool.access));
  }
}

const jsonObject = z.record(z.string(), z.json());

/** Takes the approval out of the arguments, judges it, and throws where it does not cover them. */
function checkApproval(tool: string, args: JsonObject, verify: AckServerOptions['verifyApproval']): void {
  const { approval } = args;
  delete args.approval;
  const verdict = verify ? verify({ tool, args, approval }) : 'this server was set up without approvals';
  if (verdict !== true) throw refusal('APPROVAL_REQUIRED', `${tool} was not carried out: ${verdict}`);
}

function failed(error: ToolError): CallToolResult {
  const text = `${error.code}: ${error.message}${error.hint ? ` ${error.hint}` : ''}`;
  return { isError: true, structuredContent: { ...error }, content: [{ type: 'text', text }] };
}

const listings = new Map<Tool, ToolListing>();

function listing(tool: Tool): ToolListing {
  const known = listings.get(tool);
  if (known) return known;
  const { name, title, description, annotations } = tool;
  const made = ToolSchema.parse({
    name,
    title,
    description,
    annotations,
    inputSchema: z.toJSONSchema(tool.input, { io: 'input' }),
    // Clients hold an error's fields against this schema, too.
    outputSchema: { type: 'object', ...z.toJSONSchema(z.union([tool.output, errorSchema])) },
  });
  listings.set(tool, made);
  return made;
}

/** A `ToolError` as clients are told of it. */
const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string().optional(),
  retryable: z.boolean(),
  ambiguous: z.boolean(),
  hint: z.string().optional(),
  details: z.json().optional(),
});
