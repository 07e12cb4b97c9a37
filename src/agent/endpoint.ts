import type { APIError, OpenAI } from 'openai';
import { boundedFetch } from '../tools/bounded-fetch.ts';

/** An endpoint that is compatible with OpenAI's chat completions, and how to get along with what it does not know. */

export interface Endpoint {
  baseUrl: string;
  /** Absent where the endpoint wants none. */
  apiKey?: string | undefined;
}

/** What an endpoint has refused for a model, so that it is not asked for again. */
export interface Quirks {
  noMaxTokens?: true;
  noJsonMode?: true;
  noThinking?: true;
  noStreamUsage?: true;
}

const RETRIES = 2;

/** Nothing of the environment's `OPENAI_…` counts, nothing is printed, and a redirect would carry the words elsewhere. */
async function openClient({ baseUrl, apiKey }: Endpoint): Promise<OpenAI> {
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

/** The library, loaded at the first use, and what is known of the endpoint, by model. */
export function createEndpoint(endpoint: Endpoint): (model: string) => Promise<{ client: OpenAI; quirks: Quirks }> {
  let opened: Promise<OpenAI> | undefined;
  const known = new Map<string, Quirks>();
  return async (model) => {
    opened ??= openClient(endpoint);
    const quirks = known.get(model) ?? {};
    known.set(model, quirks);
    return { client: await opened, quirks };
  };
}

/** How the most of an answer is said, and that nothing is thought where that is not allowed. */
export function adapted(quirks: Quirks, maxTokens: number) {
  return {
    ...(quirks.noMaxTokens ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(quirks.noThinking && { enable_thinking: false }),
  };
}

/** Tries again without what was refused, as long as there is something to leave out. */
export async function adapting<T>(quirks: Quirks, run: () => Promise<T>): Promise<T> {
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
  if (error.message.includes('stream_options')) return 'noStreamUsage';
  return /response_format|json_object|json mode/i.test(error.message) ? 'noJsonMode' : undefined;
}

const isApiError = (error: unknown): error is APIError => error instanceof Error && 'status' in error;

/**
 * Models that think aloud put it first, some without saying where it begins.
 * https://docs.vllm.ai/en/v0.20.1/api/vllm/reasoning/qwen3_reasoning_parser/
 */
export function withoutThoughts(text: string): string {
  return text.replace(/^[\s\S]*<\/think>/, '').trim();
}
