import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

/**
 * Streamable HTTP with sessions: progress needs a stream, and taking a question back needs to find it again.
 * https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#streamable-http
 */

interface Session {
  transport: StreamableHTTPServerTransport;
  lastUsed: number;
}

const BODY_LIMIT = 256 * 1024;
/** A client that never says goodbye: the one that was silent for longest makes room. */
const MOST_SESSIONS = 32;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Serves at `/mcp` on loopback only. Resolves once it listens. */
export async function serveSessions(
  create: () => McpServer,
  { port }: { port: number },
): Promise<{ url: string; close(): Promise<void> }> {
  const sessions = new Map<string, Session>();

  async function open(): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: BODY_LIMIT,
      onsessioninitialized: (id) => {
        makeRoom(sessions);
        sessions.set(id, { transport, lastUsed: performance.now() });
      },
      onsessionclosed: (id) => void sessions.delete(id),
    });
    const server = create();
    transport.onclose = () => void sessions.delete(transport.sessionId ?? '');
    // The SDK declares `sessionId` as possibly undefined where its own interface says absent.
    await server.connect(transport as Parameters<McpServer['connect']>[0]);
    return transport;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromHere(request)) return refuse(response, 403, 'This host or origin is not allowed');
    if (request.url?.split('?')[0] !== '/mcp') return refuse(response, 404, 'MCP is at /mcp');
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (id !== undefined && !known) return refuse(response, 404, 'There is no such session: begin a new one');
    if (known) known.lastUsed = performance.now();
    const transport = known?.transport ?? (await open());
    await transport.handleRequest(request, response);
    // What began no session would never be closed.
    if (transport.sessionId === undefined) await transport.close();
  }

  const listener = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error('An MCP request failed', error);
      if (!response.headersSent) refuse(response, 500, 'Internal error');
    });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`,
    async close() {
      await Promise.all([...sessions.values()].map(({ transport }) => transport.close()));
      listener.closeAllConnections();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}

function makeRoom(sessions: Map<string, Session>): void {
  if (sessions.size < MOST_SESSIONS) return;
  const [oldest] = [...sessions].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
  if (!oldest) return;
  sessions.delete(oldest[0]);
  void oldest[1].transport.close();
}

/** A web page of a stranger can reach a local port by its own host name or origin: both must be ours. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const hostName = (url: string) => URL.parse(url)?.hostname ?? '';
  const known = LOOPBACK.includes(hostName(`http://${headers.host ?? ''}`));
  return known && (headers.origin === undefined || LOOPBACK.includes(hostName(headers.origin)));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }));
}
