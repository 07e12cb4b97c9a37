import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './copilot.ts';
import { type Made, writeOpenMetrics } from './openmetrics.ts';

const run = promisify(execFile);

export interface RealPrometheus {
  url: string;
  version: string;
  samples: number;
  close(): Promise<void>;
}

/**
 * Debian's Prometheus with a history of given series: promtool makes blocks of them. Rejects, with how to install it, where there is none.
 * https://prometheus.io/docs/prometheus/latest/storage/#backfilling-from-openmetrics-format
 */
export async function startPrometheus(series: readonly Made[], end: number): Promise<RealPrometheus> {
  const version = await run('prometheus', ['--version']).then(
    ({ stdout, stderr }) => /version (\S+)/.exec(stdout + stderr)?.[1] ?? 'unknown',
    () => {
      throw new Error('There is no prometheus here. Install it: apt-get install -y --no-install-recommends prometheus');
    },
  );
  const folder = await mkdtemp(join(tmpdir(), 'k8s-copilot-prometheus-'));
  const [text, data, config] = [join(folder, 'metrics.txt'), join(folder, 'data'), join(folder, 'prometheus.yml')];
  const samples = await writeOpenMetrics(text, series, end);
  await run('promtool', ['tsdb', 'create-blocks-from', '--max-block-duration=54h', 'openmetrics', text, data], {
    maxBuffer: 64 * 1024 * 1024,
  });
  await writeFile(config, 'global: {}\n');
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await until('Prometheus', 60_000, async () => {
    if (child.exitCode !== null) throw new Error(`Prometheus ended: ${log}`);
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    return answer?.ok || undefined;
  });
  return {
    url,
    version,
    samples,
    async close() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
