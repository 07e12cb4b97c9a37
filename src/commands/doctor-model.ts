import { randomUUID } from 'node:crypto';
import type { Budget } from '../agent/budget.ts';
import type { Failure } from '../agent/failures.ts';
import { createTurns } from '../agent/loop/turn.ts';
import { createModel, type ModelSettings } from '../agent/model.ts';
import { modelSettings } from '../composition/model.ts';
import type { Config } from '../config.ts';
import { createRedactor } from '../tools/redaction.ts';

/** Whether the language model answers; says how to mend what is not so. */

interface Verdict {
  status: 'ok' | 'warn' | 'fail';
  detail: string;
  mend?: string;
}

/** One word, and room for what a model thinks before it. */
const MOST_TOKENS = 64;
/** With room for thinking. */
const MOST_TOKENS_FOR_TOOL = 1000;
const TOOLS =
  'Investigations need tools: take a model that can call them, and start vLLM with --enable-auto-tool-choice and --tool-call-parser; see docs/models.md';
const MEND: Partial<Record<Failure['code'], string>> = {
  UNREACHABLE: 'Check LLM_BASE_URL, and that this machine may go there',
  TIMED_OUT: 'Check LLM_BASE_URL, or set LLM_TIMEOUT_SECONDS for a slower model',
  UNAUTHORIZED: 'Set LLM_API_KEY to a key of this endpoint, with a right to this model',
  NO_SUCH_MODEL:
    'Set LLM_MODEL and LLM_SMALL_MODEL to names of this endpoint; LLM_BASE_URL ends before /chat/completions',
  BUSY: "Check the account's quota and balance at the provider",
  INVALID_ANSWER:
    'Check LLM_BASE_URL: it takes the address of an interface compatible with OpenAI, most often one that ends in /v1',
};
const ELSE = 'See docs/models.md';
/** It was there and understood; that it has more to say, or nothing, does not matter. */
const IT_ANSWERS: readonly Failure['code'][] = ['TOO_LONG', 'REFUSED'];

/** Asks each of the models one tiny question, and the main one to call a tool, outside of all budgets. */
export async function checkModel(config: Config): Promise<string | Verdict> {
  const settings = modelSettings(config);
  if (!settings) return 'not set up: everything goes by rules; see docs/models.md';
  const host = URL.parse(settings.baseUrl)?.host ?? settings.baseUrl;
  const models = [...new Set([settings.main, settings.small])];
  const failures = (await Promise.all(models.map((model) => failureOf(model, settings)))).flatMap((one) => one ?? []);
  if (failures.length === 0) {
    const answering = `${models.join(' and ')} at ${host} ${models.length > 1 ? 'answer' : 'answers'}`;
    const why = await whyNoTools(settings);
    if (why === undefined) return `${answering}; ${settings.main} calls tools`;
    return { status: 'warn', detail: `${answering}, but ${settings.main} calls no tools: ${why}`, mend: TOOLS };
  }
  return {
    status: 'fail',
    detail: [...new Set(failures.map(({ message }) => message))].join('; '),
    mend: [...new Set(failures.map(({ code }) => MEND[code] ?? ELSE))].join('; '),
  };
}

async function failureOf(name: string, settings: ModelSettings): Promise<Failure | undefined> {
  const ports = { budget: WITHOUT_LIMIT, redactor: createRedactor(), newMark: randomUUID };
  const model = createModel({ ...settings, main: name }, ports);
  const question = { system: 'You are being tested.', prompt: 'Answer with the word yes.' };
  const answer = await model.ask({ ...question, size: 'main', maxTokens: MOST_TOKENS });
  return answer.ok || IT_ANSWERS.includes(answer.code) ? undefined : answer;
}

/** Why the main model cannot be used for investigations; undefined where it can. */
async function whyNoTools({ main: model, timeoutMs, ...endpoint }: ModelSettings): Promise<string | undefined> {
  const name = 'say_yes';
  const turn = await createTurns(endpoint)({
    model,
    messages: [{ role: 'user', content: `Call the tool ${name}.` }],
    tools: [{ name, description: 'Says yes', parameters: { type: 'object', properties: {} } }],
    maxTokens: MOST_TOKENS_FOR_TOOL,
    silenceMs: timeoutMs,
    signal: AbortSignal.timeout(timeoutMs),
    newCallId: () => 'call00001',
    onText: () => {},
    onReset: () => {},
    onArguments: () => {},
  });
  if (!turn.ok) return turn.message;
  return turn.calls.some((call) => call.name === name) ? undefined : 'it was told to call one and did not';
}

const WITHOUT_LIMIT: Budget = { take: async () => ({ ok: true, settle: async () => {} }) };
