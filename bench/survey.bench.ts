import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { toolAccess } from '../servers/ack/access.ts';
import { startAck } from '../src/composition/hands.ts';
import { factsApart } from '../src/composition/health/gather.ts';
import type { Outline } from '../src/composition/health/outline.ts';
import { readSurvey } from '../src/composition/health/survey.ts';
import { type HealthThread, openHealthThread } from '../src/composition/health/thread.ts';
import { createGateway } from '../src/tools/gateway.ts';
import { createRedactor } from '../src/tools/redaction.ts';
import { ms, print } from './figures.ts';

/** The survey of a health report and what is made of it, through the gateway and its redaction, by the `ack` server in its thread: 50,000 pods on 1,000 nodes, and 100 on 3. */

const folder = mkdtempSync(join(tmpdir(), 'k8s-copilot-bench-'));

async function serve(pods: number, nodes: number) {
  const script = join(import.meta.dirname, 'fake-api-server.ts');
  const child = spawn(process.execPath, [script, String(pods), String(nodes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { url, stop: () => child.kill() };
}

function kubeconfig(server: string): string {
  const file = join(folder, 'config');
  const parts = {
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
  writeFileSync(file, JSON.stringify(parts));
  return file;
}

function gatewayOver(url: string) {
  const clusters = { backend: 'kubeconfig' as const, kubeconfig: kubeconfig(url) };
  const connection = startAck({ cloud: undefined, clusters, approvalSecret: 'bench' });
  return createGateway({
    own: { connection, access: toolAccess },
    extras: [],
    pins: { holds: async () => false, repin: async () => undefined },
    audit: {
      append: async () => undefined as never,
      list: async () => [],
      head: async () => ({ count: 0, hash: '' }),
      verify: async () => ({ ok: true, count: 0, head: '' }),
    },
    approvalSecret: 'bench',
    isStopped: async () => 'a bench only reads',
    redactor: createRedactor(),
    clock: Date.now,
    log: { warn: (data, message) => console.warn(message, data) },
  });
}

async function survey(pods: number, nodes: number): Promise<void> {
  const server = await serve(pods, nodes);
  const gateway = gatewayOver(server.url);
  const args = { clusterId: 'bench', kind: 'Node', limit: 1 };
  // The thread, the SDK of MCP and its schemas are loaded once in a bot's life.
  await gateway.read({ tool: 'k8s_list', args, actor: 'system' });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  delay.enable();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const thread = openHealthThread();
  const found = await readSurvey(gateway, { clusterId: 'bench', actor: 'system' }, thread);
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  clearInterval(sampler);
  if (!found.ok || found.outline.nodes.length !== nodes) throw new Error(JSON.stringify(found).slice(0, 2000));
  const name = `survey of ${pods.toLocaleString('en')} pods`;
  print(name, `${(took / 1000).toFixed(1)} s`, pods > 1000 ? 'target < 60 s' : 'target < 1 s');
  print(`${name}, computing time of the process`, `${((user + system) / 1e6).toFixed(1)} s`, '');
  print(`${name}, peak memory of the process`, `${Math.round(peak / 1e6)} MB`, 'target < 400 MB');
  print(`${name}, longest event-loop delay of the main thread`, ms(delay.max / 1e6 - 5), 'target < 50 ms');
  await report(thread, found.outline, { name: `report of ${pods.toLocaleString('en')} pods`, surveyMs: took });
  await thread.close();
  await gateway.close();
  server.stop();
}

/** The survey was the long part: what follows is put together where it was taken in. Without a Prometheus, as there is none here. */
async function report(
  thread: HealthThread,
  { serverTime }: Outline,
  { name, surveyMs }: { name: string; surveyMs: number },
): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  delay.enable();
  const began = performance.now();
  const window = { from: serverTime - 7 * 24 * 3600_000, to: serverTime };
  const facts = factsApart(
    { cluster: { id: 'bench', name: 'bench', environment: 'prod' }, now: serverTime, window },
    { metrics: {}, curves: [], cloud: {}, unknown: [] },
  );
  const nothing = { usage: undefined, insights: [], history: [], marks: [], firing: [], snoozes: [] };
  const made = await thread.run('report', { ...facts, surveyed: true }, { id: 'H-BENCH1', at: serverTime, ...nothing });
  const took = performance.now() - began;
  delay.disable();
  clearInterval(sampler);
  print(`${name}, score ${made.score}, after its survey`, `${(took / 1000).toFixed(1)} s`, '');
  print(`${name}, with its survey`, `${((surveyMs + took) / 1000).toFixed(1)} s`, 'target < 60 s');
  print(`${name}, peak memory of the process`, `${Math.round(peak / 1e6)} MB`, 'target < 400 MB');
  print(`${name}, longest event-loop delay of the main thread`, ms(delay.max / 1e6 - 5), 'target < 50 ms');
}

print(
  'load average',
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' '),
  '',
);
await survey(100, 3);
await survey(50_000, 1_000);
print(
  'load average',
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' '),
  '',
);
rmSync(folder, { recursive: true, force: true });
process.exit(0);
