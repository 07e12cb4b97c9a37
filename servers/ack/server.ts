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
import { type Cloud, type CloudOptions, openCloud } from './cloud/sdk.ts';
import { notConfigured, refusal, toToolError } from './errors.ts';
import { type ClusterSources, type Clusters, openClusters } from './kube/clusters.ts';
import { createWatches, type Watches } from './kube/watches.ts';
import { checked, type Tool, type ToolContext } from './tool.ts';
import { cloudTools, clusterTools } from './tools.ts';

export interface AckServerOptions {
  /** Without it the cloud tools are not offered. */
  cloud?: CloudOptions | undefined;
  /** The clusters that the tools for Kubernetes, metrics and logs reach; with a cloud and nothing else, those of the cloud. */
  world?: World | undefined;
  /** Judges one writing call before anything else looks at it: true, or why not. Without it every write is refused. */
  verifyApproval?: ((call: { tool: string; args: JsonObject; approval: unknown }) => true | string) | undefined;
  clock: () => number;
}

/** What outlives a server: the connections to clusters and the watches over them. */
export interface World {
  clusters: Clusters;
  watches: Watches;
  close(): void;
}

/** Opens the clusters for one or several servers; reaches none before a tool asks for it. */
export function openWorld(sources: ClusterSources, cloud?: CloudOptions): World {
  const clusters = openClusters(sources, cloud);
  const watches = createWatches();
  return {
    clusters,
    watches,
    close() {
      void watches.close();
      clusters.close();
    },
  };
}

/** The project's own MCP server: the cloud and its clusters as tools. Makes no connection and loads no SDK until a tool is called. */
export function createAckServer(options: AckServerOptions): McpServer {
  const cloud = options.cloud && openCloud(options.cloud);
  const world = options.world ?? (options.cloud && openWorld({ backend: 'aliyun' }, options.cloud));
  const offered = [...(cloud ? cloudTools : []), ...(world ? clusterTools : [])];
  const server = new McpServer({ name: 'ack', version: '0.1.0' }, { capabilities: { tools: {} } });
  // Own handlers instead of registerTool: an approval binds the arguments as they were sent, before defaults are filled in,
  // and a wrong argument gets a code and a hint like every other error.
  server.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered.map(listing) }));
  server.server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = offered.find(({ name }) => name === params.name);
    if (!tool || !world) throw new McpError(ErrorCode.InvalidParams, `Tool ${params.name} not found`);
    const context = contextOf(cloud, world, { clock: options.clock, signal });
    return callTool(tool, params.arguments ?? {}, context, options.verifyApproval);
  });
  return server;
}

function contextOf(
  cloud: Cloud | undefined,
  { clusters, watches }: World,
  rest: Pick<ToolContext, 'clock' | 'signal'>,
): ToolContext {
  return {
    ...rest,
    clusters,
    watches,
    get cloud() {
      if (!cloud) throw notConfigured('No cloud is set up.');
      return cloud;
    },
  };
}

async function callTool(
  tool: Tool,
  raw: Record<string, unknown>,
  context: ToolContext,
  verify: AckServerOptions['verifyApproval'],
): Promise<CallToolResult> {
  try {
    const args = checked(jsonObject, raw);
    if (tool.access === 'write') Object.assign(context, checkApproval(tool.name, args, verify));
    const { result, text } = await tool.call(args, context);
    return { structuredContent: result, content: [{ type: 'text', text }] };
  } catch (thrown) {
    return failed(toToolError(thrown, tool.access));
  }
}

const jsonObject = z.record(z.string(), z.json());

/** Takes the approval out of the arguments, judges it, and throws where it does not cover them. Gives the plan it belongs to. */
function checkApproval(
  tool: string,
  args: JsonObject,
  verify: AckServerOptions['verifyApproval'],
): Pick<ToolContext, 'planId'> {
  const { approval } = args;
  delete args.approval;
  const verdict = verify ? verify({ tool, args, approval }) : 'this server was set up without approvals';
  if (verdict !== true) throw refusal('APPROVAL_REQUIRED', `${tool} was not carried out: ${verdict}`);
  const named = z.object({ planId: z.string() }).safeParse(approval);
  return named.success ? { planId: named.data.planId } : {};
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
