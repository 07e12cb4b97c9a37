import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { startCopilot } from '../main.ts';
import { createLog } from '../telemetry/log.ts';

const EXAMPLES = {
  en: 'I need a production HA ACK cluster in Hangzhou, medium budget, for a Node.js shop',
  zh: '华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK',
};
const LONGEST_SHUTDOWN_MS = 25_000;

/** Starts the bot and stays until it is told to stop; SIGINT and SIGTERM let running steps reach a safe point. */
export async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const copilot = await startCopilot(config, log, packageVersion());
  process.stdout.write(welcome(copilot.url, config.ACK_BACKEND, config.SANDBOX_SPEED));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'Unhandled rejection'));
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'Stopping');
    setTimeout(() => process.exit(1), LONGEST_SHUTDOWN_MS).unref();
    copilot.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'Stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function welcome(url: string, backend: string, speed: number): string {
  const world =
    backend === 'sandbox'
      ? `It runs in the sandbox: a simulated Alibaba Cloud, ${speed} times faster than real time. Nothing here costs money.`
      : backend === 'kubeconfig'
        ? 'It works on the clusters of your kubeconfig. Every change waits for your approval.'
        : 'It works on your real Alibaba Cloud account. Every change waits for your approval.';
  return `\n  K8s-Copilot is ready: ${url}\n  ${world}\n\n  Open the address and type, for example:\n    ${EXAMPLES.en}\n    ${EXAMPLES.zh}\n\n  Ctrl+C stops it; npm start goes on where it was.\n\n`;
}

/** The version of package.json. */
export function packageVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}
