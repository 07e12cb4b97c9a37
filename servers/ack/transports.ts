import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Speaks MCP over stdin and stdout until the client hangs up. Nothing else may write to stdout: the console goes to stderr. */
export async function serveStdio(server: McpServer): Promise<void> {
  console.log = console.error;
  console.info = console.error;
  console.debug = console.error;
  const ended = new Promise<void>((resolve) => process.stdin.once('end', resolve));
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}

/** Speaks MCP over a message port, as a worker thread of the client does. */
export async function servePort(server: McpServer, port: MessagePort): Promise<void> {
  const transport: Transport = {
    async start() {
      port.on('message', (message: JSONRPCMessage) => transport.onmessage?.(message));
    },
    async send(message) {
      port.postMessage(message);
    },
    async close() {
      port.close();
    },
  };
  await server.connect(transport);
}

interface HttpOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 takes any free port. */
  port: number;
}

const bodyLimit = 1024 * 1024;
const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** Speaks streamable HTTP at `/mcp`, stateless: a server for each request. Resolves once it listens. */
export async function serveHttp(
  create: () => McpServer,
  { host = '127.0.0.1', port }: HttpOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const names = loopback.includes(host) || host === '::1' ? loopback : [...loopback, host];
  const listener = createServer((request, response) => {
    answer(create, names, request, response).catch((error) => {
      console.error('An MCP request failed', error);
      if (!response.headersSent) refuse(response, 500, 'Internal error');
    });
  });
  await listening(listener, host, port);
  const { port: bound } = listener.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/mcp`,
    close: () =>
      new Promise((resolve, reject) => {
        listener.close((error) => (error ? reject(error) : resolve()));
        listener.closeAllConnections();
      }),
  };
}

async function answer(create: () => McpServer, names: string[], request: IncomingMessage, response: ServerResponse) {
  if (!isFrom(names, request)) return refuse(response, 403, 'This host or origin is not allowed');
  if (request.url?.split('?')[0] !== '/mcp') return refuse(response, 404, 'MCP is at /mcp');
  if (request.method !== 'POST') return refuse(response.setHeader('allow', 'POST'), 405, 'Use POST');
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true, maxRequestBodySize: bodyLimit });
  const server = create();
  response.on('close', () => void server.close());
  await server.connect(transport as Parameters<McpServer['connect']>[0]);
  await transport.handleRequest(request, response);
}

/** A web page of a stranger can reach a local port by its own host name or origin: both must be ours. */
function isFrom(names: string[], { headers }: IncomingMessage): boolean {
  const hostName = (url: string) => URL.parse(url)?.hostname ?? '';
  const known = names.includes(hostName(`http://${headers.host ?? ''}`));
  return known && (headers.origin === undefined || names.includes(hostName(headers.origin)));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }));
}

const listening = (listener: Server, host: string, port: number) =>
  new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, resolve);
  });
