import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Log } from '../telemetry/log.ts';

/** How the `ack` server reaches its cloud, and how fast that cloud's clock goes. */
export interface Cloud {
  accessKeyId: string;
  accessKeySecret: string;
  endpoints?: string | Partial<Record<'cs' | 'ecs' | 'vpc' | 'bss' | 'arms', string>>;
  /** Times faster than real time; 1 for the real cloud. */
  pace: number;
  close(): Promise<void>;
}

/** The real cloud, a sandbox that runs elsewhere, or one started here. */
export async function openCloud(config: Config, log: Log): Promise<Cloud> {
  if (config.ACK_BACKEND === 'aliyun') {
    const { ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId = '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret = '' } =
      config;
    const endpoints = config.ALIBABA_CLOUD_ENDPOINTS;
    return {
      accessKeyId,
      accessKeySecret,
      ...(endpoints && { endpoints: present(endpoints) }),
      pace: 1,
      close: async () => {},
    };
  }
  const { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET, startSandbox } = await import(
    '../../servers/sandbox/sandbox.ts'
  );
  const keys = {
    accessKeyId: SANDBOX_ACCESS_KEY_ID,
    accessKeySecret: SANDBOX_ACCESS_KEY_SECRET,
    pace: config.SANDBOX_SPEED,
  };
  if (config.SANDBOX_URL) return { ...keys, endpoints: config.SANDBOX_URL, close: async () => {} };
  const sandbox = await startSandbox({ dataDir: join(config.DATA_DIR, 'sandbox'), speed: config.SANDBOX_SPEED });
  log.info({ url: sandbox.url, speed: sandbox.speed }, 'Sandbox started');
  return { ...keys, endpoints: sandbox.url, close: () => sandbox.close() };
}

function present(endpoints: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endpoints).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
