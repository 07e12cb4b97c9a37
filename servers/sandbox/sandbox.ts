import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { leaveAddress } from './address.ts';
import { type Answer, createApi } from './api.ts';
import { clusterState } from './state.ts';
import { openWorld, type World } from './world.ts';

export { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET } from './signature.ts';

export interface SandboxOptions {
  /** Where the world is kept; created when missing. */
  dataDir: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Simulated seconds a real second; default 15. */
  speed?: number;
  /** Real time in epoch milliseconds; default the system's. */
  clock?: () => number;
}

/** A running world. */
export interface Sandbox {
  /** Without a slash at the end: the endpoint of every product. */
  url: string;
  port: number;
  speed: number;
  /** Whether any cluster is there that one could look into. */
  hasClusters(): boolean;
  /** Stops serving, also those who hang, and closes the store. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1_000_000;

/** Serves a simulated Alibaba Cloud at one address. Its state is in `dataDir`; time goes on in it while nothing runs. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { dataDir, host = '127.0.0.1', port = 0, speed = 15, clock = Date.now } = options;
  const world = openWorld({ dataDir, speed, clock });
  const place = { url: '' };
  const api = createApi(world, () => place.url);
  let opened: ReturnType<typeof loadInside> | undefined;
  const inside = () => {
    opened ??= loadInside(world);
    return opened;
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const body = await readBody(request);
    if (!body) return { status: 413, body: { code: 'too-large', message: 'The body is too large.' } };
    const { method = 'GET', headers } = request;
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith('/prometheus/')) {
      const { prometheus } = await inside();
      return prometheus.handle({ method, path: url.pathname, query: url.searchParams, body: body.toString() });
    }
    if (url.pathname.startsWith('/way-in/')) {
      const { wayIn } = await inside();
      return wayIn({ method, path: url.pathname, host: headers.host ?? '' });
    }
    const controlled =
      url.pathname.startsWith('/_sandbox/') &&
      (await inside()).control({ method, path: url.pathname, body: body.toString() });
    if (controlled) return controlled;
    const { latencyMs } = world.faults();
    if (latencyMs) await delay(latencyMs);
    return api({ method, path: url.pathname, query: url.searchParams, headers, body });
  };

  const server = createServer((request, response) => {
    // Clients take the time of the world from here.
    response.setHeader('date', new Date(world.now()).toUTCString());
    const failed = (error: unknown) =>
      write(response, { status: 500, body: { code: 'InternalError', message: String(error) } });
    if (request.url?.startsWith('/kubernetes/'))
      inside()
        .then(({ kubernetes }) => kubernetes.handle(request, response))
        .catch(failed);
    else answer(request).then((result) => write(response, result), failed);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  place.url = `http://${host}:${bound}`;
  const forgetAddress = leaveAddress(dataDir, { url: place.url, pid: process.pid });

  const close = async () => {
    forgetAddress();
    (await opened)?.kubernetes.endWatches();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    (await opened)?.close();
    world.close();
  };
  const hasClusters = () =>
    world.clusters.list().some((one) => ['running', 'upgrading'].includes(clusterState(world, one)));
  return { url: place.url, port: bound, speed, hasClusters, close };
}

/** Loaded when somebody first looks into a cluster: a world without one needs none of it. */
async function loadInside(world: World) {
  const { openInside } = await import('./inside.ts');
  return openInside(world);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function write(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang' || response.headersSent) return;
  const text = typeof answer.body === 'string';
  response.writeHead(answer.status, { 'content-type': text ? 'text/plain' : 'application/json;charset=utf-8' });
  response.end(text ? String(answer.body) : JSON.stringify(answer.body));
}
