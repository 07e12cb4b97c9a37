import type { APIError, OpenAI } from 'openai';
import { z } from 'zod';
import { boundedFetch } from '../tools/bounded-fetch.ts';
import { type Failure, failureOf } from './failures.ts';

/**
 * Chat completions, as OpenAI defined them and as DashScope, Ollama, vLLM and others speak them.
 * https://platform.openai.com/docs/api-reference/chat
 */

export interface Endpoint {
  baseUrl: string;
  /** Absent where the endpoint wants none. */
  apiKey?: string | undefined;
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface Request {
  model: string;
  messages: ChatMessage[];
  maxTokens: number;
  /** Asks for a JSON object, where the endpoint knows how. */
  json: boolean;
  signal: AbortSignal;
}

export interface Completion {
  ok: true;
  text: string;
  /** Absent where the endpoint does not count. */
  usage?: { input: number; output: number };
}

/** What an endpoint has refused, so that it is not asked for again. */
interface Quirks {
  noMaxTokens?: true;
  noJsonMode?: true;
  noThinking?: true;
}

const RETRIES = 2;

const answered = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.number().min(0), completion_tokens: z.number().min(0) })
    .nullish()
    .catch(undefined),
});

/** A way to an endpoint; the library is loaded at the first request. A request never rejects and never outlives its signal. */
export function createWire(endpoint: Endpoint): (request: Request) => Promise<Completion | Failure> {
  let opened: Promise<OpenAI> | undefined;
  const quirks = new Map<string, Quirks>();

  return async function complete(request) {
    try {
      opened ??= open(endpoint);
      const client = await opened;
      const known = quirks.get(request.model) ?? {};
      quirks.set(request.model, known);
      return await adapting(known, () => once(client, request, known));
    } catch (error) {
      return failureOf(error, { ...endpoint, model: request.model });
    }
  };
}

/** Nothing of the environment's `OPENAI_…` counts, nothing is printed, and a redirect would carry the words elsewhere. */
async function open({ baseUrl, apiKey }: Endpoint): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: RETRIES,
    fetch: (url, init) => boundedFetch(url instanceof Request ? url.url : url, init),
    fetchOptions: { redirect: 'error' },
  });
}

async function once(client: OpenAI, { model, messages, maxTokens, json, signal }: Request, quirks: Quirks) {
  const body = {
    model,
    messages,
    ...(quirks.noMaxTokens ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(json && !quirks.noJsonMode && { response_format: { type: 'json_object' as const } }),
    ...(quirks.noThinking && { enable_thinking: false }),
  };
  const reply: unknown = await client.chat.completions.create({ ...body, stream: false }, { signal });
  return read(reply);
}

function read(reply: unknown): Completion | Failure {
  const parsed = answered.safeParse(reply);
  if (!parsed.success)
    return { ok: false, code: 'INVALID_ANSWER', message: 'The endpoint answers something that is no chat completion' };
  const { choices, usage } = parsed.data;
  const { message, finish_reason: finish } = choices[0] ?? {};
  if (message?.refusal || finish === 'content_filter')
    return { ok: false, code: 'REFUSED', message: 'The model refuses to answer' };
  if (finish === 'length') return { ok: false, code: 'TOO_LONG', message: 'The answer is longer than was allowed' };
  return {
    ok: true,
    text: withoutThoughts(message?.content ?? ''),
    ...(usage && { usage: { input: usage.prompt_tokens, output: usage.completion_tokens } }),
  };
}

/**
 * Models that think aloud put it first, some without saying where it begins.
 * https://docs.vllm.ai/en/v0.20.1/api/vllm/reasoning/qwen3_reasoning_parser/
 */
function withoutThoughts(text: string): string {
  return text.replace(/^[\s\S]*<\/think>/, '').trim();
}

/** Tries again without what was refused, as long as there is something to leave out. */
async function adapting<T>(quirks: Quirks, run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const quirk = quirkIn(error);
      if (!quirk || quirks[quirk]) throw error;
      quirks[quirk] = true;
    }
  }
}

function quirkIn(error: unknown): keyof Quirks | undefined {
  if (!isApiError(error) || error.status !== 400) return undefined;
  // OpenAI's newer models. https://github.com/teilomillet/gollm/issues/33
  if (error.message.includes('max_completion_tokens')) return 'noMaxTokens';
  // Qwen, where an answer comes as a whole. https://github.com/langchain4j/langchain4j/issues/3974
  if (/enable.thinking/i.test(error.message)) return 'noThinking';
  return /response_format|json_object|json mode/i.test(error.message) ? 'noJsonMode' : undefined;
}

const isApiError = (error: unknown): error is APIError => error instanceof Error && 'status' in error;
