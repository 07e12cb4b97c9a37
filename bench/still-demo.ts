import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../servers/sandbox/api.ts';
import { isMoving, startControllers } from '../servers/sandbox/kubernetes/controllers/start.ts';
import { live, type OpenCluster, seedDemo } from '../servers/sandbox/kubernetes/demo.ts';
import { openKubernetes } from '../servers/sandbox/kubernetes/open.ts';
import { openPrometheus } from '../servers/sandbox/prometheus/prometheus.ts';
import { openWorld } from '../servers/sandbox/world.ts';

/** The demo of the sandbox behind its own HTTP address, on a clock that stands still until `pass` moves it. */
export interface StillDemo {
  url: string;
  cluster: OpenCluster;
  now(): number;
  /** Lets the world live through so many seconds, from one due moment to the next. */
  pass(seconds: number): void;
  close(): Promise<void>;
}

const START = Date.parse('2026-11-24T04:00:00Z');

export async function openStillDemo(): Promise<StillDemo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'still-demo-'));
  const place = { url: '' };
  let now = START;
  const world = openWorld({ dataDir, speed: 1, clock: () => now });
  const api = createApi(world, () => place.url);
  const kubernetes = openKubernetes(world, (cluster) => {
    prometheus.follow(cluster.id, cluster.store);
    return startControllers(cluster);
  });
  const prometheus = openPrometheus({ world, store: (id) => kubernetes.cluster(id)?.store });
  const cluster = seedDemo(world, (id) => {
    const motion = kubernetes.cluster(id)?.motion;
    return isMoving(motion) ? { id, motion } : undefined;
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('date', new Date(world.now()).toUTCString());
    if (request.url?.startsWith('/kubernetes/')) return kubernetes.handle(request, response);
    const { method = 'GET', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', place.url);
    const result = path.startsWith('/prometheus/')
      ? await prometheus.handle({ method, path, query, body: body.toString() })
      : api({ method, path, query, headers, body });
    if (result === 'hang') return;
    response.writeHead(result.status, { 'content-type': 'application/json' });
    response.end(typeof result.body === 'string' ? result.body : JSON.stringify(result.body));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  place.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url: place.url,
    cluster,
    now: () => now,
    pass(seconds) {
      const to = now + seconds * 1000;
      live(world, cluster, { from: now, to });
      now = to;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      prometheus.close();
      kubernetes.close();
      world.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
