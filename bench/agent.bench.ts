import { createAgent } from '../src/agent/agent.ts';
import type { TakeTurn } from '../src/agent/loop/turn.ts';
import { startFakeOpenAi } from '../tests/fakes/openai/openai.ts';
import { ms, percentile, print } from './figures.ts';

/** What the agent's loop costs by itself: time of a step without the model and the tools, memory, and how soon a word is passed on. */

const RUNS = 200;
const STEPS = 10;
const TOKENS = 100;
const rss = () => process.memoryUsage.rss() / 1e6;
const tools = Array.from({ length: 20 }, (_, n) => `k8s_tool_${n}`);
const text = 'lastState.terminated.reason=OOMKilled exitCode=137\n'.repeat(60);

let inside = 0;
async function timed<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const done = await work();
  inside += performance.now() - began;
  return done;
}

function agentWith(settings: { baseUrl: string; apiKey: string }, takeTurn?: TakeTurn) {
  return createAgent({
    settings: { ...settings, main: 'big', small: 'small', timeoutMs: 30_000 },
    budget: { take: async () => ({ ok: true, settle: async () => {} }) },
    gateway: {
      tools: () => tools.map((name) => ({ name, server: 'ack', access: 'read', description: 'x' })),
      describe: async () => ({ description: 'Reads', inputSchema: { type: 'object', properties: {} } }),
      read: () => timed(async () => ({ ok: true, data: { text } })),
    },
    redactor: { text: (said) => said, object: async (value) => value },
    remedies: { describe: () => '', check: () => ({ ok: false, why: 'none' }) },
    runbooks: () => [],
    keep: { keep: async () => 'k', read: async () => undefined },
    newMark: () => 'MARK',
    newId: () => 'id',
    clock: Date.now,
    log: { warn: () => {} },
    ...(takeTurn && { takeTurn }),
  });
}

const request = {
  purpose: 'ask',
  question: 'Why?',
  language: 'en',
  who: { platform: 'web', tenant: 'x', id: 'ann' },
  conversation: 'c',
} as const;

const nowhere = { baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'x' };
let turns = 0;
const scripted = agentWith(nowhere, ({ newCallId }) =>
  timed(async () => {
    const isLast = ++turns % STEPS === 0;
    const name = isLast ? 'finish' : 'k8s_tool_1';
    const args = isLast ? { summary: 'All is well.' } : { n: turns };
    return { ok: true, text: '', calls: [{ id: newCallId(), name, args }], usage: { input: 100, output: 10 } };
  }),
);

const before = rss();
const firstAt = performance.now();
await scripted.investigate(request);
print('the first investigation, with LangChain loaded for it', ms(performance.now() - firstAt), '');
print('memory before and after loading LangChain', `${before.toFixed(0)} and ${rss().toFixed(0)} MB`, '');

const perStep: number[] = [];
for (let run = 0; run < RUNS; run++) {
  inside = 0;
  const began = performance.now();
  const { usage, ending } = await scripted.investigate(request);
  if (ending !== 'answered') throw new Error(ending);
  perStep.push((performance.now() - began - inside) / usage.steps);
}
print(
  `a step without model and tools, ${RUNS} investigations of ${STEPS} steps, p50 and p99`,
  `${ms(percentile(perStep, 0.5))} and ${ms(percentile(perStep, 0.99))}`,
  'target p99 < 10 ms',
);

let writtenAt = 0;
const fake = await startFakeOpenAi(() => ({
  calls: [{ name: 'finish', args: { summary: 'All is well.' } }],
  onFirst: () => {
    writtenAt = performance.now();
  },
}));
const streaming = agentWith(fake);
const waits: number[] = [];
for (let run = 0; run < TOKENS; run++) {
  let heardAt: number | undefined;
  await streaming.investigate({
    ...request,
    onEvent: ({ type }) => {
      if (type === 'token') heardAt ??= performance.now();
    },
  });
  waits.push((heardAt ?? Number.POSITIVE_INFINITY) - writtenAt);
}
print(
  `the first streamed token passed on, ${TOKENS} times, p50 and p99`,
  `${ms(percentile(waits, 0.5))} and ${ms(percentile(waits, 0.99))}`,
  'target < 50 ms',
);
await fake.close();
