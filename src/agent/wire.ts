import type { OpenAI } from 'openai';
import { z } from 'zod';
import { adapted, adapting, createEndpoint, type Endpoint, type Quirks, withoutThoughts } from './endpoint.ts';
import { type Failure, failureOf } from './failures.ts';

/**
 * Chat completions as a whole, as OpenAI defined them and as DashScope, Ollama, vLLM and others speak them.
 * https://platform.openai.com/docs/api-reference/chat
 */

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

/** What an endpoint counted, or nothing where it does not. */
export const usageSchema = z
  .object({ prompt_tokens: z.number().min(0), completion_tokens: z.number().min(0) })
  .nullish()
  .catch(undefined);

const answered = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: usageSchema,
});

/** A way to an endpoint; the library is loaded at the first request. A request never rejects and never outlives its signal. */
export function createWire(endpoint: Endpoint): (request: Request) => Promise<Completion | Failure> {
  const open = createEndpoint(endpoint);

  return async function complete(request) {
    try {
      const { client, quirks } = await open(request.model);
      return await adapting(quirks, () => once(client, request, quirks));
    } catch (error) {
      return failureOf(error, { ...endpoint, model: request.model });
    }
  };
}

async function once(client: OpenAI, { model, messages, maxTokens, json, signal }: Request, quirks: Quirks) {
  const body = {
    model,
    messages,
    ...adapted(quirks, maxTokens),
    ...(json && !quirks.noJsonMode && { response_format: { type: 'json_object' as const } }),
  };
  const reply: unknown = await client.chat.completions.create({ ...body, stream: false }, { signal });
  return read(reply);
}

function read(reply: unknown): Completion | Failure {
  const parsed = answered.safeParse(reply);
  if (!parsed.success) return NO_COMPLETION;
  const { choices, usage } = parsed.data;
  const { message, finish_reason: finish } = choices[0] ?? {};
  if (message?.refusal || finish === 'content_filter') return REFUSED;
  if (finish === 'length') return TOO_LONG;
  return {
    ok: true,
    text: withoutThoughts(message?.content ?? ''),
    ...(usage && { usage: { input: usage.prompt_tokens, output: usage.completion_tokens } }),
  };
}

export const NO_COMPLETION: Failure = {
  ok: false,
  code: 'INVALID_ANSWER',
  message: 'The endpoint answers something that is no chat completion',
};
export const REFUSED: Failure = { ok: false, code: 'REFUSED', message: 'The model refuses to answer' };
export const TOO_LONG: Failure = { ok: false, code: 'TOO_LONG', message: 'The answer is longer than was allowed' };
