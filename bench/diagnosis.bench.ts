import { diagnose } from '../flows/incidents/diagnose.ts';
import type { Diagnosis } from '../flows/incidents/finding.ts';
import { toolAccess } from '../servers/ack/access.ts';
import { createAckServer, openWorld } from '../servers/ack/server.ts';
import { createBench } from '../servers/sandbox/kubernetes/scenarios/bench.ts';
import { scenarios } from '../servers/sandbox/kubernetes/scenarios/registry.ts';
import type { Scenario } from '../servers/sandbox/kubernetes/scenarios/scenario.ts';
import { breakIt, mendIt } from '../servers/sandbox/kubernetes/scenarios/switch.ts';
import { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET } from '../servers/sandbox/sandbox.ts';
import { loadMessages } from '../src/chat/messages.ts';
import { toolEvidence } from '../src/composition/evidence/tools.ts';
import { createGateway } from '../src/tools/gateway.ts';
import { connectInProcess } from '../src/tools/mcp.ts';
import { createRedactor } from '../src/tools/redaction.ts';
import type { ToolGateway } from '../src/tools/types.ts';
import { ms, percentile, print } from './figures.ts';
import { openStillDemo, type StillDemo } from './still-demo.ts';

/**
 * Every scenario of the sandbox, each in a fresh demo cluster on a clock of its own, looked at through the product's tools: is its cause
 * the first finding among those of the whole cluster and of its namespace, after how much world time and how many questions, and is the
 * list empty once it is mended? With names as arguments only those.
 */

const LOOKS_AFTER_S = [120, 300, 600, 1200, 2400];
const SETTLED_AFTER_S = [1800, 7200];
const QUIET_AFTER_S = [0, 600, 3600, 86_400];

/** Faults that no object shows: somebody asks why this workload is slow. */
const ASKED: Record<string, string> = { throttle: 'app-xyz', overload: 'payments' };

type Look = Diagnosis & { questions: string[] };

interface Result {
  id: string;
  /** World seconds until the cause was first; undefined where it never was. */
  afterS: number | undefined;
  tookMs: number;
  questions: number;
  /** What was still found after the mend. */
  left: number;
}

const words = loadMessages('templates/messages');
const wanted = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

function openGateway(url: string): ToolGateway & { close(): Promise<void> } {
  const cloud = {
    accessKeyId: SANDBOX_ACCESS_KEY_ID,
    accessKeySecret: SANDBOX_ACCESS_KEY_SECRET,
    endpoints: url,
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

async function look(
  { url, cluster }: StillDemo,
  { namespace, asked }: { namespace?: string; asked?: string | undefined } = {},
): Promise<Look> {
  const gateway = openGateway(url);
  const questions: string[] = [];
  const counted: ToolGateway = {
    ...gateway,
    read(call) {
      const { clusterId: _, limit: __, ...args } = call.args;
      questions.push(`${call.tool} ${JSON.stringify(args)}`);
      return gateway.read(call);
    },
  };
  try {
    const source = toolEvidence({ gateway: counted, clusterId: cluster.id, name: 'demo', actor: 'system' });
    const found = await diagnose({
      source,
      scope: { namespace, alerts: [], ...(asked !== undefined && { focus: { name: asked } }) },
      words,
      elapsed: () => performance.now(),
    });
    return { ...found, questions };
  } finally {
    await gateway.close();
  }
}

const shown = ({ findings }: Diagnosis): string =>
  findings
    .map(({ cause, object, confidence }) => `${cause} ${object.namespace ?? ''}/${object.name} (${confidence})`)
    .join('; ');

async function untilFound(demo: StillDemo, { id, cause }: Scenario) {
  let passed = 0;
  let seen: Look | undefined;
  for (const at of LOOKS_AFTER_S) {
    demo.pass(at - passed);
    passed = at;
    seen = await look(demo, { asked: ASKED[id] });
    if (seen.findings[0]?.cause === cause) return { seen, afterS: at };
  }
  return { seen, afterS: undefined };
}

/** The worst that is seen at the given times after a mend. */
async function afterMend(demo: StillDemo): Promise<{ left: number; text: string }> {
  let passed = 0;
  const texts: string[] = [];
  let left = 0;
  for (const at of SETTLED_AFTER_S) {
    demo.pass(at - passed);
    passed = at;
    const seen = await look(demo);
    left = Math.max(left, seen.findings.length);
    if (seen.findings.length > 0) texts.push(`${at / 60} min after the mend: ${shown(seen)}`);
  }
  return { left, text: texts.join(' | ') };
}

async function examine(scenario: Scenario): Promise<Result> {
  const demo = await openStillDemo();
  try {
    const { context } = demo.cluster.motion;
    breakIt(context, scenario);
    const { seen, afterS } = await untilFound(demo, scenario);
    const namespace = seen?.findings[0]?.object.namespace ?? 'prod';
    const near = await look(demo, { namespace, asked: ASKED[scenario.id] });
    const isNear = near.findings[0]?.cause === scenario.cause;
    mendIt(context, scenario);
    const mended = await afterMend(demo);
    say(
      `${afterS === undefined ? 'NOT' : 'ok '} ${scenario.id} ${scenario.cause}, after ${afterS ?? '–'} s, ${near.questions.length} questions: ${seen ? shown(seen) : ''}`,
    );
    if (!isNear) say(`  !! in ${namespace} alone: ${shown(near)}`);
    if (mended.left > 0) say(`  !! ${mended.text}`);
    if (process.env.QUESTIONS) for (const question of near.questions) say(`  ? ${question}`);
    return { id: scenario.id, afterS, tookMs: near.tookMs, questions: near.questions.length, left: mended.left };
  } finally {
    await demo.close();
  }
}

async function quiet(): Promise<void> {
  const demo = await openStillDemo();
  let passed = 0;
  for (const at of QUIET_AFTER_S) {
    demo.pass(at - passed);
    passed = at;
    for (const namespace of [undefined, 'prod']) {
      const seen = await look(demo, namespace === undefined ? {} : { namespace });
      say(
        `healthy for ${at / 60} min, ${namespace ?? 'whole cluster'}: ${seen.questions.length} questions, ${seen.findings.length} findings ${shown(seen)}`,
      );
      if (process.env.QUESTIONS) for (const question of seen.questions) say(`  ? ${question}`);
    }
  }
  await demo.close();
}

/** An ordinary release of a healthy program, looked at all the way. */
async function rollOut(): Promise<void> {
  const demo = await openStillDemo();
  for (const [app, image] of [
    ['web', 'shop/web:5.0.3'],
    ['checkout', 'shop/checkout:2.8.0'],
    ['catalog', 'shop/catalog:3.2.1'],
  ] as const) {
    createBench(demo.cluster.motion.context).image(app, image);
    let passed = 0;
    for (const at of [1, 5, 15, 30, 60, 120, 300]) {
      demo.pass(at - passed);
      passed = at;
      const seen = await look(demo);
      if (seen.findings.length > 0 || at === 300)
        say(`${at} s into a good roll-out of ${app}: ${seen.findings.length} findings ${shown(seen)}`);
    }
  }
  await demo.close();
}

if (wanted.length === 0 || wanted.includes('healthy')) {
  await quiet();
  await rollOut();
}
const results: Result[] = [];
const faults = scenarios.filter(({ onlyInReport }) => !onlyInReport);
for (const scenario of faults.filter(({ id }) => wanted.length === 0 || wanted.includes(id)))
  results.push(await examine(scenario));
const found = results.filter(({ afterS }) => afterS !== undefined);
const took = results.map(({ tookMs }) => tookMs);
const asked = results.map(({ questions }) => questions);
print(
  'Scenarios of the sandbox whose cause is the first finding',
  `${found.length} of ${results.length}`,
  'all, of the whole cluster',
);
print(
  'Scenarios with no finding left after the mend',
  `${results.filter(({ left }) => left === 0).length} of ${results.length}`,
  'all',
);
print(
  'World time until then: median, most',
  `${percentile(
    found.map(({ afterS = 0 }) => afterS),
    0.5,
  )} s, ${Math.max(...found.map(({ afterS = 0 }) => afterS))} s`,
  '',
);
print(
  'A diagnosis of a namespace: median, slowest',
  `${ms(percentile(took, 0.5))}, ${ms(Math.max(...took))}`,
  '< 10 s',
);
print('Questions to the cluster: median, most', `${percentile(asked, 0.5)}, ${Math.max(...asked)}`, '<= 25 typical');
process.exit(0);
