import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { diagnose } from '../flows/incidents/diagnose.ts';
import type { Diagnosis } from '../flows/incidents/finding.ts';
import { toolAccess } from '../servers/ack/access.ts';
import { createAckServer, openWorld } from '../servers/ack/server.ts';
import { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET, startSandbox } from '../servers/sandbox/sandbox.ts';
import { loadMessages } from '../src/chat/messages.ts';
import { toolEvidence } from '../src/composition/evidence/tools.ts';
import { createGateway } from '../src/tools/gateway.ts';
import { connectInProcess } from '../src/tools/mcp.ts';
import { createRedactor } from '../src/tools/redaction.ts';
import type { ToolGateway } from '../src/tools/types.ts';
import { ms, percentile, print } from './figures.ts';

/**
 * Every scenario of the sandbox, each in a fresh demo cluster: is its cause the first finding, how soon, after how many questions? With
 * names as arguments only those.
 */

const SPEED = 60;
const PATIENCE_MS = 40_000;
const LOOK_EVERY_MS = 1500;

interface Result {
  id: string;
  cause: string;
  found: boolean;
  /** Where it was not first: what was. */
  instead: string[];
  tookMs: number;
  questions: number;
}

const words = loadMessages('templates/messages');
const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'k8s-copilot-bench-'));
const sandbox = await startSandbox({ dataDir: folder, speed: SPEED });
const control = (path: string, body?: object) =>
  fetch(`${sandbox.url}/_sandbox/${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {}).then((answer) =>
    answer.json(),
  );

function openGateway(): ToolGateway & { close(): Promise<void> } {
  const cloud = {
    accessKeyId: SANDBOX_ACCESS_KEY_ID,
    accessKeySecret: SANDBOX_ACCESS_KEY_SECRET,
    endpoints: sandbox.url,
  };
  const server = createAckServer({ cloud, world: openWorld({ backend: 'sandbox' }, cloud), clock: Date.now });
  return createGateway({
    own: { connection: connectInProcess(server, 'ack'), access: toolAccess },
    extras: [],
    pins: { holds: async () => false, repin: async () => undefined },
    audit: {
      append: async () => Promise.reject(new Error('reads only')),
      list: async () => [],
      head: async () => ({ count: 0, hash: '' }),
      verify: async () => ({ ok: true, count: 0, head: '' }),
    },
    approvalSecret: '',
    isStopped: async () => 'reads only',
    redactor: createRedactor(),
    clock: Date.now,
    log: { warn: () => undefined },
  });
}

async function look(clusterId: string): Promise<Diagnosis & { questions: number }> {
  const gateway = openGateway();
  let questions = 0;
  const counted: ToolGateway = {
    ...gateway,
    read(call) {
      questions += 1;
      return gateway.read(call);
    },
  };
  try {
    const source = toolEvidence({ gateway: counted, clusterId, name: 'demo', actor: 'system' });
    const found = await diagnose({
      source,
      scope: { namespace: 'prod', alerts: [] },
      words,
      elapsed: () => performance.now(),
    });
    return { ...found, questions };
  } finally {
    await gateway.close();
  }
}

async function examine(id: string, cause: string): Promise<Result> {
  await control('reset', {});
  const { cluster } = (await control('break', { scenario: id })) as { cluster: string };
  const until = performance.now() + PATIENCE_MS;
  let last: (Diagnosis & { questions: number }) | undefined;
  do {
    await pause(LOOK_EVERY_MS);
    last = await look(cluster);
  } while (last.findings[0]?.cause !== cause && performance.now() < until);
  const shown = last.findings.map(
    (one) => `${one.cause} ${one.object.kind} ${one.object.namespace ?? ''}/${one.object.name} (${one.confidence})`,
  );
  const found = last.findings[0]?.cause === cause;
  return { id, cause, found, instead: found ? shown.slice(1) : shown, tookMs: last.tookMs, questions: last.questions };
}

const { scenarios } = (await control('scenarios')) as { scenarios: { id: string; cause: string }[] };
await control('reset', {});
const { cluster: healthy } = (await control('demo', {})) as { cluster: string };
const quiet = await look(healthy);
process.stdout.write(
  `healthy demo: ${quiet.findings.length} findings ${quiet.findings.map(({ cause }) => cause).join(', ')}\n`,
);
const results: Result[] = [];
for (const { id, cause } of scenarios.filter((one) => wanted.length === 0 || wanted.includes(one.id))) {
  const result = await examine(id, cause);
  results.push(result);
  const { found, instead, tookMs, questions } = result;
  process.stdout.write(
    `${found ? 'ok ' : 'NOT'} ${id} ${cause} ${tookMs} ms ${questions} questions${instead.length > 0 ? `, ${found ? 'also' : 'instead'}: ${instead.join('; ')}` : ''}\n`,
  );
}
const rate = `${results.filter(({ found }) => found).length} of ${results.length}`;
const took = results.map((result) => result.tookMs);
const asked = results.map(({ questions }) => questions);
print('Scenarios of the sandbox whose cause is the first finding', rate, 'all');
print(
  'A diagnosis of a namespace: median, slowest',
  `${ms(percentile(took, 0.5))}, ${ms(Math.max(...took))}`,
  '< 10 s',
);
print('Questions to the cluster: median, most', `${percentile(asked, 0.5)}, ${Math.max(...asked)}`, '<= 25 typical');
await sandbox.close();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
