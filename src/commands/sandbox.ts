import { join } from 'node:path';
import { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET, startSandbox } from '../../servers/sandbox/sandbox.ts';
import { readConfig } from '../config.ts';
import { makeDemo } from './sandbox-break.ts';

/** Runs the simulated world alone until it is told to stop. */
export async function runSandbox({
  port,
  speed,
  demo,
}: {
  port: number;
  speed: number;
  demo?: boolean;
}): Promise<void> {
  const { DATA_DIR } = readConfig(process.env);
  const sandbox = await startSandbox({ dataDir: join(DATA_DIR, 'sandbox'), port, speed });
  const cluster = demo ? await makeDemo(sandbox.url) : undefined;
  process.stdout.write(
    `The sandbox is at ${sandbox.url}, ${sandbox.speed} times faster than real time.\n` +
      `  Access key: ${SANDBOX_ACCESS_KEY_ID} / ${SANDBOX_ACCESS_KEY_SECRET}\n` +
      `  A bot that uses it: SANDBOX_URL=${sandbox.url} SANDBOX_SPEED=${sandbox.speed} npm start\n` +
      `  Its state: ${sandbox.url}/_sandbox/state   Its faults: ${sandbox.url}/_sandbox/faults (GET, PUT)\n` +
      `  Break and mend its demo: npx k8s-copilot sandbox list, sandbox break oom, sandbox mend oom\n` +
      (cluster ? `  The demo's cluster: ${cluster}\n` : ''),
  );
  const stop = () => void sandbox.close().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
