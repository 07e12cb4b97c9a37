import type { OpenAI } from 'openai';
import { z } from 'zod';
import type { JsonObject } from '../../tools/types.ts';
import { adapted, adapting, createEndpoint, type Endpoint, type Quirks } from '../endpoint.ts';
import { type Failure, failureOf } from '../failures.ts';
import { type ChatMessage, NO_COMPLETION, REFUSED, TOO_LONG, usageSchema } from '../wire.ts';
import { createCalls, type ToolRequest } from './calls.ts';
import { createSpoken } from './spoken.ts';

/**
 * One turn of a talk with a model that may call tools: what it says, as it says it, and which tools it wants.
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */

export type TurnMessage =
  | ChatMessage
  | { role: 'assistant'; content: string; calls: ToolRequest[] }
  | { role: 'tool'; callId: string; content: string };

/** A tool as a model is told of it. */
export interface OfferedTool {
  name: string;
  description: string;
  /** JSON Schema of its arguments. */
  parameters: JsonObject;
}

export interface TurnRequest {
  model: string;
  messages: TurnMessage[];
  tools: OfferedTool[];
  maxTokens: number;
  /** The longest silence of the endpoint. */
  silenceMs: number;
  signal: AbortSignal;
  newCallId(): string;
  /** A piece of what is said, as it comes; thoughts are left out. */
  onText(piece: string): void;
  /** What was said so far were thoughts. */
  onReset(): void;
  /** A piece of the arguments of the tool that is being called. */
  onArguments(tool: string, piece: string): void;
}

export interface Turn {
  ok: true;
  text: string;
  calls: ToolRequest[];
  usage?: { input: number; output: number };
}

/** Takes a turn. Never rejects and never outlives its signal. */
export type TakeTurn = (request: TurnRequest) => Promise<Turn | Failure>;

/** A way to an endpoint; the library is loaded at the first turn. */
export function createTurns(endpoint: Endpoint): TakeTurn {
  const open = createEndpoint(endpoint);
  return async (request) => {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), request.silenceMs);
    try {
      const { client, quirks } = await open(request.model);
      const signal = AbortSignal.any([request.signal, silence.signal]);
      const turn = await adapting(quirks, () => once(client, { ...request, signal }, quirks, timer));
      return silence.signal.aborted ? silent(request.silenceMs) : turn;
    } catch (error) {
      if (silence.signal.aborted) return silent(request.silenceMs);
      return failureOf(error, { ...endpoint, model: request.model });
    } finally {
      clearTimeout(timer);
    }
  };
}

const silent = (ms: number): Failure => ({
  ok: false,
  code: 'TIMED_OUT',
  message: `Nothing was heard for ${ms / 1000} s. Set LLM_TIMEOUT_SECONDS for a slower model`,
});

const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z
          .looseObject({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(z.unknown()).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: usageSchema,
});

async function once(client: OpenAI, request: TurnRequest, quirks: Quirks, timer: NodeJS.Timeout) {
  const { model, messages, tools, maxTokens, signal } = request;
  const body = {
    model,
    messages: messages.map(wireMessage),
    ...adapted(quirks, maxTokens),
    ...(!quirks.noStreamUsage && { stream_options: { include_usage: true } }),
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ type: 'function' as const, function: { ...tool } })) }),
  };
  const stream = await client.chat.completions.create({ ...body, stream: true }, { signal });
  return read(stream, request, timer);
}

async function read(stream: AsyncIterable<unknown>, request: TurnRequest, timer: NodeJS.Timeout) {
  const spoken = createSpoken(request);
  const calls = createCalls(request.newCallId, request.onArguments);
  let finish: string | undefined;
  let usage: z.infer<typeof usageSchema>;
  for await (const raw of stream) {
    timer.refresh();
    const chunk = chunkSchema.safeParse(raw);
    if (!chunk.success) return NO_COMPLETION;
    usage = chunk.data.usage ?? usage;
    const [choice] = chunk.data.choices ?? [];
    if (choice?.delta?.refusal) return REFUSED;
    if (choice?.delta?.content) spoken.hear(choice.delta.content);
    for (const piece of choice?.delta?.tool_calls ?? []) calls.take(piece);
    finish = choice?.finish_reason ?? finish;
    if (spoken.isTooLong() || calls.isTooLong()) return TOO_LONG;
  }
  // The library ends a stream without a word when it is stopped.
  request.signal.throwIfAborted();
  if (finish === undefined) return CUT_OFF;
  if (finish === 'content_filter') return REFUSED;
  if (finish === 'length') return TOO_LONG;
  const counted = usage && { usage: { input: usage.prompt_tokens, output: usage.completion_tokens } };
  return { ok: true as const, text: spoken.text(), calls: calls.all(), ...counted };
}

const CUT_OFF: Failure = { ok: false, code: 'INVALID_ANSWER', message: 'The answer ends in the middle' };

/** Calls go back with arguments that are JSON, whatever came: templates of models read them. */
function wireMessage(message: TurnMessage) {
  if (message.role === 'tool') return { role: 'tool' as const, tool_call_id: message.callId, content: message.content };
  if (!('calls' in message)) return message;
  const { content, calls } = message;
  const tool_calls = calls.map(({ id, name, args }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: JSON.stringify(args ?? {}) },
  }));
  return { role: 'assistant' as const, content, tool_calls };
}
