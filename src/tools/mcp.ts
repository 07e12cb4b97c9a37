import type { Worker } from 'node:worker_threads';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult, JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { boundedFetch, maxMessageBytes } from './bounded-fetch.ts';
import {
  aborted,
  type CallLimits,
  type Connection,
  ConnectionError,
  type RemoteTool,
  type Reply,
} from './connection.ts';
import type { JsonObject } from './types.ts';

/** The only file that knows the MCP SDK. It is loaded at the first call: about 0.2 s and 34 MB (2 shared cores). */

const connectTimeoutMs = 10_000;
const maxListPages = 20;

interface Session {
  client: Client;
  /** Empty until they were asked for, and again when the server says that they changed. */
  tools?: Promise<RemoteTool[]> | undefined;
}

/** A server in this process. */
export function connectInProcess(server: McpServer, name: string): Connection {
  return connect(name, async () => {
    const { InMemoryTransport } = await import('@modelcontextprotocol/sdk/inMemory.js');
    const [here, there] = InMemoryTransport.createLinkedPair();
    await server.connect(there);
    return here;
  });
}

/** A server in a worker thread, started at the first call: what it loads and computes holds up nobody here. */
export function connectWorker(name: string, start: () => Worker): Connection {
  return connect(name, async () => workerTransport(start()));
}

function workerTransport(worker: Worker): Transport {
  const transport: Transport = {
    async start() {
      worker.on('message', (message: JSONRPCMessage) => transport.onmessage?.(message));
      worker.on('error', (error) => transport.onerror?.(error));
      worker.on('exit', () => transport.onclose?.());
    },
    async send(message) {
      worker.postMessage(message);
    },
    async close() {
      await worker.terminate();
    },
  };
  return transport;
}

/** A server started as a child process. Of our environment it gets PATH and HOME only. */
export function connectStdio(
  name: string,
  { command, args, env }: { command: string; args: string[]; env: Record<string, string> },
): Connection {
  return connect(name, async () => {
    const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
    // The SDK hands down these four as well, unless they are set.
    const nothing = { LOGNAME: '', SHELL: '', TERM: '', USER: '' };
    const options = { command, args, env: { ...nothing, ...env }, maxBufferSize: maxMessageBytes };
    return new StdioClientTransport({ ...options, stderr: 'ignore' });
  });
}

/** A server spoken to over streamable HTTP. The headers go to that server's origin only. */
export function connectHttp(
  name: string,
  { url, headers }: { url: string; headers: Record<string, string> },
): Connection {
  return connect(name, async () => {
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers },
      fetch: boundedFetch,
    });
    // The SDK declares `sessionId` as possibly undefined where its own interface says absent.
    return transport as Transport;
  });
}

function connect(name: string, open: () => Promise<Transport>): Connection {
  let session: Promise<Session> | undefined;

  async function openSession(): Promise<Session> {
    const [{ Client }, { ToolListChangedNotificationSchema }] = await Promise.all([
      import('@modelcontextprotocol/sdk/client/index.js'),
      import('@modelcontextprotocol/sdk/types.js'),
    ]);
    const opened: Session = { client: new Client({ name: 'k8s-copilot', version: '0.1.0' }) };
    opened.client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      opened.tools = undefined;
    });
    await opened.client.connect(await open(), { timeout: connectTimeoutMs });
    return opened;
  }

  function current(): Promise<Session> {
    if (session) return session;
    const opening = openSession();
    session = opening;
    const forget = () => {
      if (session === opening) session = undefined;
    };
    opening.then(({ client }) => {
      client.onclose = forget;
    }, forget);
    return opening;
  }

  async function ready(limits: CallLimits): Promise<Session> {
    try {
      return await unlessAborted(current(), limits.signal);
    } catch (cause) {
      throw failure(name, cause, { sent: false, signal: limits.signal });
    }
  }

  async function within<T>(opened: Session, limits: CallLimits, work: () => Promise<T>): Promise<T> {
    try {
      return await unlessAborted(work(), limits.signal);
    } catch (cause) {
      const failed = failure(name, cause, { sent: true, signal: limits.signal });
      // A transport that fails is not used again: the next call connects anew.
      if (failed.code === 'CONNECTION_LOST') await opened.client.close().catch(() => undefined);
      throw failed;
    }
  }

  const list = (opened: Session): Promise<RemoteTool[]> => {
    opened.tools ??= listTools(opened.client).catch((error: unknown) => {
      opened.tools = undefined;
      throw error;
    });
    return opened.tools;
  };

  return {
    name,
    async tools(limits) {
      const opened = await ready(limits);
      return within(opened, limits, () => list(opened));
    },
    async call(tool, args, limits) {
      const opened = await ready(limits);
      return within(opened, limits, async () => {
        const known = await list(opened);
        const reply = await callTool(opened.client, tool, args, limits);
        const schema = known.find((one) => one.name === tool)?.outputSchema;
        if (schema && !reply.isError) await checkOutput(name, schema, reply.structured);
        return reply;
      });
    },
    async close() {
      const opened = await session?.catch(() => undefined);
      session = undefined;
      await opened?.client.close();
    },
  };
}

async function listTools(client: Client): Promise<RemoteTool[]> {
  const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const found: RemoteTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxListPages; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const listed = await client.request({ method: 'tools/list', params }, ListToolsResultSchema);
    found.push(...listed.tools.map(remoteTool));
    cursor = listed.nextCursor;
    if (cursor === undefined) break;
  }
  return found;
}

const jsonObject = z.record(z.string(), z.json());

function remoteTool(tool: {
  name: string;
  description?: string | undefined;
  inputSchema: object;
  outputSchema?: object | undefined;
}): RemoteTool {
  const { name, description = '', inputSchema, outputSchema } = tool;
  return {
    name,
    description,
    inputSchema: jsonObject.parse(inputSchema),
    ...(outputSchema && { outputSchema: jsonObject.parse(outputSchema) }),
  };
}

// Not `client.callTool`: that holds an error's own fields against the schema of a result.
async function callTool(
  client: Client,
  name: string,
  args: JsonObject,
  { signal, timeoutMs }: CallLimits,
): Promise<Reply> {
  const { CallToolResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const request = { method: 'tools/call' as const, params: { name, arguments: args } };
  const result = await whileListening(signal, (own) =>
    client.request(request, CallToolResultSchema, { signal: own, timeout: timeoutMs }),
  );
  return { isError: result.isError === true, structured: result.structuredContent, text: textOf(result) };
}

/** The client never takes its listener off a signal, and what it listens with holds the answer: so it gets one that ends with the call. */
async function whileListening<T>(signal: AbortSignal, work: (own: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(own.signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const textOf = ({ content }: CallToolResult): string =>
  content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');

type Validator = (data: unknown) => { valid: boolean; errorMessage?: string | undefined };
/** Compiling a schema takes longer than holding a small answer against it. */
const validators = new WeakMap<JsonObject, Validator>();

async function validatorOf(schema: JsonObject): Promise<Validator> {
  const known = validators.get(schema);
  if (known) return known;
  const { AjvJsonSchemaValidator } = await import('@modelcontextprotocol/sdk/validation/ajv');
  const made: Validator = new AjvJsonSchemaValidator().getValidator(schema);
  validators.set(schema, made);
  return made;
}

async function checkOutput(server: string, schema: JsonObject, data: unknown): Promise<void> {
  const verdict = (await validatorOf(schema))(data);
  if (verdict.valid) return;
  const message = `${server} answered in another form than it promises: ${verdict.errorMessage}`;
  throw new ConnectionError('OUTPUT_INVALID', message, { sent: true });
}

/** Rejects when the signal fires first, whatever becomes of the work. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const rpcCode = z.object({ code: z.number() });
const requestTimeout = -32001;
const connectionClosed = -32000;
/** The server did not begin: unknown method, wrong parameters, not a request. */
const notBegun = [-32600, -32601, -32602, -32700];

function failure(
  server: string,
  cause: unknown,
  { sent, signal }: { sent: boolean; signal: AbortSignal },
): ConnectionError {
  if (cause instanceof ConnectionError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (signal.aborted) return aborted(server, { signal }, sent);
  if (!sent)
    return new ConnectionError('SERVER_UNREACHABLE', `${server} cannot be reached: ${message}`, { sent, cause });
  const code = rpcCode.safeParse(cause).data?.code;
  if (code === requestTimeout)
    return new ConnectionError('TIMEOUT', `${server} did not answer in time`, { sent, cause });
  if (code === undefined || code === connectionClosed || code > -32000) {
    return new ConnectionError('CONNECTION_LOST', `The connection to ${server} was lost: ${message}`, { sent, cause });
  }
  return new ConnectionError('CALL_REJECTED', `${server} rejected the call: ${message}`, {
    sent: !notBegun.includes(code),
    cause,
  });
}
