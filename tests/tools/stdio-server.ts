import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

/** A server in a process of its own: it tells its environment, and ends when it is told to. */
const server = new McpServer({ name: 'child', version: '1' });
server.registerTool('environment', {}, () => ({ content: [{ type: 'text', text: JSON.stringify(process.env) }] }));
server.registerTool('die', {}, () => process.exit(1));
await server.connect(new StdioServerTransport());
