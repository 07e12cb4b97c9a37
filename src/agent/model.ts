import type { z } from 'zod';
import type { Redactor } from '../tools/redaction.ts';
import type { Amounts, Budget, Limits, Taken } from './budget.ts';
import type { Endpoint } from './endpoint.ts';
import type { Failure } from './failures.ts';
import { jsonRule, messagesOf, onceMore, parseJson, tokensOf, type Words } from './prompt.ts';
import { type ChatMessage, type Completion, createWire } from './wire.ts';

/** A language model behind any endpoint that is compatible with OpenAI's. It only ever says something; it does nothing. */
export interface Model {
  /** Never rejects. Nothing leaves the house with a secret in it, nor beyond the budget. */
  ask(question: Question): Promise<{ ok: true; text: string } | Failure>;
  /** The same, with an answer of a shape; one that does not fit is asked for once more. */
  ask<T>(question: Question & { schema: z.ZodType<T> }): Promise<{ ok: true; data: T } | Failure>;
}

export interface Question extends Words {
  /** `small` is quick and cheap. */
  size: 'small' | 'main';
  /** Of the answer, with whatever it thinks before. */
  maxTokens?: number;
  /** The key of the user whose budget it takes; absent: only the budget of all. */
  who?: string | undefined;
  /** The key of the conversation whose budget it takes as well. */
  conversation?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Of a million tokens, in one currency for all models. */
interface Price {
  input: number;
  output: number;
}

export interface ModelSettings extends Endpoint {
  main: string;
  small: string;
  /** For a whole question, with all that is tried again. */
  timeoutMs: number;
  /** By model. */
  prices?: Readonly<Record<string, Price>> | undefined;
}

export interface ModelPorts {
  budget: Budget;
  redactor: Pick<Redactor, 'object'>;
  /** Something that cannot be guessed. */
  newMark: () => string;
}

interface Call {
  model: string;
  messages: ChatMessage[];
  maxTokens: number;
  who: string | undefined;
  conversation: string | undefined;
  json: boolean;
  deadline: AbortSignal;
  signal: AbortSignal | undefined;
}

const MOST_TOKENS = 1000;
/** The endpoint turned it away before a model saw it. */
export const FREE: readonly Failure['code'][] = [
  'UNREACHABLE',
  'UNAUTHORIZED',
  'NO_SUCH_MODEL',
  'BUSY',
  'REJECTED',
  'NO_TOOLS',
];

export function createModel(settings: ModelSettings, { budget, redactor, newMark }: ModelPorts): Model {
  const complete = createWire(settings);

  async function call({ deadline, signal, who, conversation, ...request }: Call): Promise<Completion | Failure> {
    const input = tokensOf(request.messages);
    const amountsOf = (of: { input: number; output: number }): Amounts => ({
      calls: 1,
      tokens: of.input + of.output,
      money: moneyOf(of, settings.prices?.[request.model]),
    });
    const taken = await budget.take(who, amountsOf({ input, output: request.maxTokens }), conversation);
    if (!taken.ok) return spent(taken);
    const both = signal ? AbortSignal.any([deadline, signal]) : deadline;
    const done = await complete({ ...request, signal: both });
    if (done.ok) {
      const output = tokensOf([{ role: 'assistant', content: done.text }]);
      await taken.settle(amountsOf(done.usage ?? { input, output }));
    } else if (FREE.includes(done.code)) await taken.settle({ calls: 1, tokens: 0, money: 0 });
    if (done.ok || !both.aborted) return done;
    return signal?.aborted ? STOPPED : tookTooLong(settings.timeoutMs);
  }

  async function prepared(question: Question, schema: z.ZodType | undefined): Promise<Call> {
    const { system, prompt, data } = question;
    const words = await redactor.object({ prompt, ...(data !== undefined && { data }) });
    const told = schema ? `${system}\n${jsonRule(schema)}` : system;
    const safe = { prompt: String(words.prompt), data: data === undefined ? undefined : String(words.data) };
    return {
      model: settings[question.size],
      messages: messagesOf({ system: told, ...safe }, newMark()),
      maxTokens: question.maxTokens ?? MOST_TOKENS,
      who: question.who,
      conversation: question.conversation,
      json: schema !== undefined,
      deadline: AbortSignal.timeout(settings.timeoutMs),
      signal: question.signal,
    };
  }

  async function answer<T>(question: Question & { schema?: z.ZodType<T> }) {
    if (question.signal?.aborted) return STOPPED;
    const { schema } = question;
    const asked = await prepared(question, schema);
    const first = await call(asked);
    if (!first.ok) return first;
    if (!schema) return first.text ? { ok: true as const, text: first.text } : invalid('it is empty');
    const parsed = parseJson(first.text, schema);
    if ('data' in parsed) return { ok: true as const, data: parsed.data };
    const second = await call({ ...asked, messages: onceMore(asked.messages, first.text, parsed.why) });
    if (!second.ok) return second;
    const again = parseJson(second.text, schema);
    return 'data' in again ? { ok: true as const, data: again.data } : invalid(again.why);
  }

  const ask = async <T>(question: Question & { schema?: z.ZodType<T> }) => {
    try {
      return await answer(question);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, code: 'FAILED', message } satisfies Failure;
    }
  };
  // The overloads say which of text and data an answer has; `answer` keeps to it.
  return { ask: ask as Model['ask'] };
}

const STOPPED: Failure = { ok: false, code: 'STOPPED', message: 'Nobody waits for the answer any more' };
const invalid = (why: string): Failure => ({
  ok: false,
  code: 'INVALID_ANSWER',
  message: `The model's answer does not fit: ${why}`,
});
const tookTooLong = (ms: number): Failure => ({
  ok: false,
  code: 'TIMED_OUT',
  message: `No answer within ${ms / 1000} s. Set LLM_TIMEOUT_SECONDS for a slower model`,
});

const WHOSE: Record<keyof Limits, [whose: string, setting: string]> = {
  all: ['All users together', 'LLM_'],
  user: ['This user', 'LLM_USER_'],
  conversation: ['This conversation', 'LLM_CONVERSATION_'],
};

/** A refusal of the budget, with the setting to raise. */
export function spent({ of, what }: Extract<Taken, { ok: false }>): Failure {
  const [whose, prefix] = WHOSE[of];
  const setting = `${prefix}${what.toUpperCase()}_PER_DAY`;
  return { ok: false, code: 'BUDGET_SPENT', message: `${whose} may use no more ${what} today (${setting})` };
}

/** What tokens cost; 0 where no price is set. */
export function moneyOf({ input, output }: { input: number; output: number }, price: Price | undefined): number {
  return price ? (input * price.input + output * price.output) / 1e6 : 0;
}
