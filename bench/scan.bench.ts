import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { startAck } from '../src/composition/hands.ts';
import { ms, print } from './figures.ts';

/** A scan of 50,000 and of 100,000 pods by the `ack` server in its thread, against a generated API server in a process of its own. */

const folder = mkdtempSync(join(tmpdir(), 'k8s-copilot-bench-'));

async function serve(pods: number) {
  const script = join(import.meta.dirname, 'fake-api-server.ts');
  const child = spawn(process.execPath, [script, String(pods)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { url, stop: () => child.kill() };
}

function kubeconfig(server: string): string {
  const file = join(folder, 'config');
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ name: 'bench', cluster: { server } }],
      users: [{ name: 'bench', user: { token: 'bench' } }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
      'current-context': 'bench',
    }),
  );
  return file;
}

async function scan(pods: number): Promise<number> {
  const server = await serve(pods);
  const clusters = { backend: 'kubeconfig' as const, kubeconfig: kubeconfig(server.url) };
  const ack = startAck({ cloud: undefined, clusters, approvalSecret: 'bench' });
  const call = (tool: string, args: object = {}) =>
    ack.call(tool, { clusterId: 'bench', ...args }, { signal: AbortSignal.timeout(300_000), timeoutMs: 300_000 });
  await call('k8s_list', { kind: 'Node', limit: 1 });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  delay.enable();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { structured } = await call('k8s_scan');
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  clearInterval(sampler);
  const { counts, complete } = structured as {
    counts: { pods: { total: number; suspects: number } };
    complete: boolean;
  };
  if (!complete || counts.pods.total !== pods || counts.pods.suspects !== pods / 500)
    throw new Error(JSON.stringify(structured));
  const name = `scan of ${pods.toLocaleString('en')} pods`;
  print(name, `${(took / 1000).toFixed(1)} s`, pods === 50_000 ? 'target < 60 s' : 'linear');
  print(`${name}, computing time of the process`, `${((user + system) / 1e6).toFixed(1)} s`, '');
  print(`${name}, peak memory of the process`, `${Math.round(peak / 1e6)} MB`, 'target < 400 MB');
  print(`${name}, event-loop delay p99 of the main thread`, ms(delay.percentile(99) / 1e6 - 5), 'target < 100 ms');
  await ack.close();
  server.stop();
  return took;
}

const small = await scan(50_000);
const large = await scan(100_000);
print('100,000 against 50,000 pods', `${(large / small).toFixed(2)} times`, 'linear is 2');
rmSync(folder, { recursive: true, force: true });
process.exit(0);
