import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createAckServer } from '../../servers/ack/server.ts';
import { loadPolicy } from '../approvals/policy.ts';
import { auditSpec, openAudit } from '../audit/audit.ts';
import { openCloud } from '../composition/cloud.ts';
import { readExtraServers } from '../composition/extra-servers.ts';
import { type Config, readConfig } from '../config.ts';
import { openStore } from '../storage/open.ts';
import { createLog } from '../telemetry/log.ts';
import { connectInProcess } from '../tools/mcp.ts';
import { checkDingTalkSettings, checkSlackSettings } from './doctor-chats.ts';
import { checkClusters } from './doctor-clusters.ts';
import { checkModel } from './doctor-model.ts';

interface Finding {
  check: string;
  status: 'ok' | 'warn' | 'fail';
  detail: string;
  /** How to mend it. */
  mend?: string;
}

type Check = { name: string; run: (config: Config) => Promise<string | Omit<Finding, 'check'>> };

const CHECKS: Check[] = [
  { name: 'Node', run: async () => process.version },
  { name: 'Data folder', run: checkFolder },
  { name: 'Store', run: checkStore },
  { name: 'Console', run: checkConsole },
  {
    name: 'Policy',
    run: async ({ POLICY_FILE }) =>
      `${Object.keys(loadPolicy(POLICY_FILE).roles).length} roles${POLICY_FILE ? ` from ${POLICY_FILE}` : ', built in'}`,
  },
  { name: 'MCP servers', run: async ({ MCP_FILE }) => `${readExtraServers(MCP_FILE, process.env).length} besides ack` },
  { name: 'Cloud', run: checkCloud },
  { name: 'Clusters', run: checkClusters },
  { name: 'Slack', run: checkSlackSettings },
  { name: 'DingTalk', run: checkDingTalkSettings },
  { name: 'Model', run: checkModel },
];

/** Runs every check and prints what to do about each that fails. Exit code 1 when one failed. */
export async function doctor(output: 'text' | 'json'): Promise<void> {
  const config = readConfig(process.env);
  const findings: Finding[] = [];
  for (const { name, run } of CHECKS) findings.push(await examine(name, run, config));
  if (findings.some(({ status }) => status === 'fail')) process.exitCode = 1;
  if (output === 'json')
    return void process.stdout.write(`${JSON.stringify({ schemaVersion: 1, checks: findings }, null, 2)}\n`);
  const mark = { ok: '✓', warn: '!', fail: '✗' };
  for (const { check, status, detail, mend } of findings) {
    process.stdout.write(`${mark[status]} ${check}: ${detail}\n${mend ? `    ${mend}\n` : ''}`);
  }
}

async function examine(check: string, run: Check['run'], config: Config): Promise<Finding> {
  try {
    const found = await run(config);
    return typeof found === 'string' ? { check, status: 'ok', detail: found } : { check, ...found };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const mend = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
    return { check, status: 'fail', detail: message, ...(mend && { mend }) };
  }
}

async function checkFolder({ DATA_DIR }: Config) {
  mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
  return DATA_DIR;
}

/** A running bot holds the embedded store, which is no fault. */
async function checkStore({ DATA_DIR, MONGODB_URL }: Config): Promise<string | Omit<Finding, 'check'>> {
  try {
    const store = await openStore({ dataDir: DATA_DIR, mongoUrl: MONGODB_URL });
    const log = await openAudit({ collection: store.collection(auditSpec), clock: Date.now }).verify();
    await store.close();
    if (!log.ok) {
      return {
        status: 'fail',
        detail: `the audit log is broken at record ${log.brokenAt}: ${log.why}`,
        mend: 'Keep this data folder as evidence, and go on with a backup from before',
      };
    }
    return `${MONGODB_URL ? 'MongoDB answers' : `embedded, ${join(DATA_DIR, 'copilot.db')}`}; audit log whole, ${log.count} records`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'DATA_DIR_IN_USE') {
      return { status: 'ok', detail: 'in use by a running copy' };
    }
    throw error;
  }
}

async function checkConsole({
  CONSOLE_HOST,
  CONSOLE_PORT,
  CONSOLE_USERS,
}: Config): Promise<string | Omit<Finding, 'check'>> {
  const loopback = ['127.0.0.1', '::1', 'localhost'].includes(CONSOLE_HOST);
  if (!loopback && !CONSOLE_USERS) {
    return {
      status: 'fail',
      detail: `${CONSOLE_HOST} needs users`,
      mend: 'Set CONSOLE_USERS (npx k8s-copilot hash-password NAME), or CONSOLE_HOST=127.0.0.1',
    };
  }
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(CONSOLE_PORT, CONSOLE_HOST, () => probe.close(() => resolve(true)));
  });
  const address = `${CONSOLE_HOST}:${CONSOLE_PORT}`;
  return free
    ? `${address} is free`
    : {
        status: 'warn',
        detail: `${address} is taken`,
        mend: 'That is right while the bot runs; otherwise set CONSOLE_PORT',
      };
}

async function checkCloud(config: Config): Promise<string | Omit<Finding, 'check'>> {
  if (config.ACK_BACKEND === 'sandbox' && !config.SANDBOX_URL)
    return `sandbox, ${config.SANDBOX_SPEED} times faster than real time`;
  if (config.ACK_BACKEND === 'kubeconfig') return 'none: ACK_BACKEND=kubeconfig';
  const { cloud, close } = await openCloud(config, createLog('silent'));
  const connection = connectInProcess(createAckServer({ cloud, clock: Date.now }), 'ack');
  try {
    const reply = await connection.call(
      'quota_get',
      { region: 'cn-hangzhou' },
      { signal: AbortSignal.timeout(20_000), timeoutMs: 20_000 },
    );
    return reply.isError
      ? {
          status: 'fail',
          detail: JSON.stringify(reply.structured ?? reply.text),
          mend: 'Check the access key, its RAM policy and ALIBABA_CLOUD_ENDPOINTS',
        }
      : `${config.ACK_BACKEND} answers`;
  } finally {
    await connection.close();
    await close();
  }
}
