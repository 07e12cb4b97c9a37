import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type StreamedReply, sendStream } from './stream.ts';

/**
 * A server that speaks chat completions as OpenAI documents them and answers as a test tells it.
 * https://platform.openai.com/docs/api-reference/chat
 */

const toolCall = z.object({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string().refine(isJson, 'arguments must be JSON') }),
});

const message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'user']), content: z.string() }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    tool_calls: z.array(toolCall).min(1).optional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string().min(1), content: z.string() }),
]);

const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().regex(/^[\w-]{1,64}$/),
    description: z.string(),
    parameters: z.looseObject({ type: z.literal('object') }),
  }),
});

const asked = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1).superRefine(everyCallIsAnswered),
  max_tokens: z.number().int().positive().optional(),
  max_completion_tokens: z.number().int().positive().optional(),
  response_format: z.object({ type: z.literal('json_object') }).optional(),
  enable_thinking: z.boolean().optional(),
  tools: z.array(tool).min(1).optional(),
  stream: z.boolean().optional(),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
});

export type Asked = z.infer<typeof asked>;

export type Reply =
  | {
      text: string | null;
      finish?: 'stop' | 'length' | 'content_filter';
      refusal?: string;
      usage?: [number, number] | null;
    }
  /** Asked for as a whole, or as a stream. */
  | StreamedReply
  | { status: number; message: string; code?: string }
  /** Whatever it is, as it is. */
  | { raw: string; contentType?: string }
  /** The connection stays open and nothing comes; with `headers`, the head of an answer does. */
  | { silence: true; headers?: true }
  | { hangUp: true }
  | { redirect: string };

export interface FakeOpenAi {
  baseUrl: string;
  apiKey: string;
  /** What was asked, in order, with all that was turned away. */
  asked: Asked[];
  headers: IncomingMessage['headers'][];
  close(): Promise<void>;
}

/** Starts it. `answer` is asked for each request that is well-formed, with the right key, for a model that there is. */
export async function startFakeOpenAi(
  answer: (asked: Asked, at: number) => Reply | Promise<Reply>,
  { models = ['big', 'small'] }: { models?: string[] } = {},
): Promise<FakeOpenAi> {
  const fake: Omit<FakeOpenAi, 'baseUrl' | 'close'> = { apiKey: 'sk-fake-0123456789abcdef', asked: [], headers: [] };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await request.toArray()).toString();
    fake.headers.push(request.headers);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
      return refuse(response, { status: 404, message: `Invalid URL (${request.method} ${request.url})` });
    if (request.headers.authorization !== `Bearer ${fake.apiKey}`) {
      const given = String(request.headers.authorization).replace('Bearer ', '');
      return refuse(response, {
        status: 401,
        message: `Incorrect API key provided: ${given}.`,
        code: 'invalid_api_key',
      });
    }
    const body = asked.safeParse(JSON.parse(text));
    if (!body.success) return refuse(response, { status: 400, message: z.prettifyError(body.error) });
    fake.asked.push(body.data);
    if (!models.includes(body.data.model)) {
      const message = `The model '${body.data.model}' does not exist or you do not have access to it.`;
      return refuse(response, { status: 404, message, code: 'model_not_found' });
    }
    await send(response, body.data, await answer(body.data, fake.asked.length - 1));
  }

  const server = createServer((request, response) => {
    // Whoever asked may be gone in the middle of an answer.
    take(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...fake,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      server.closeAllConnections();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function send(response: ServerResponse, request: Asked, reply: Reply): Promise<void> {
  if ('status' in reply) refuse(response, reply);
  else if ('raw' in reply) {
    response.writeHead(200, { 'content-type': reply.contentType ?? 'application/json' }).end(reply.raw);
  } else if ('silence' in reply) {
    if (reply.headers) response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  } else if ('hangUp' in reply) response.destroy();
  else if ('redirect' in reply) response.writeHead(307, { location: reply.redirect }).end();
  else if (request.stream) await sendStream(response, request.model, reply);
  else sendWhole(response, request.model, reply);
}

function sendWhole(response: ServerResponse, model: string, reply: Extract<Reply, { text?: unknown }>): void {
  const { text = '', finish = 'stop', refusal, usage = [20, 10] } = reply;
  const said = { role: 'assistant', content: text, refusal: refusal ?? null };
  const counted = usage && {
    prompt_tokens: usage[0],
    completion_tokens: usage[1],
    total_tokens: usage[0] + usage[1],
  };
  const choices = [{ index: 0, message: said, finish_reason: finish, logprobs: null }];
  const whole = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices,
    ...(counted && { usage: counted }),
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
}

/** An error as OpenAI words it; whoever tries again does so at once. */
function refuse(response: ServerResponse, { status, message, code }: Extract<Reply, { status: number }>): void {
  const error = { message, type: 'invalid_request_error', param: null, code: code ?? null };
  response
    .writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' })
    .end(JSON.stringify({ error }));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** OpenAI refuses a talk where a call of a tool has no answer right after it, or an answer no call. */
function everyCallIsAnswered(messages: z.infer<typeof message>[], context: z.RefinementCtx): void {
  let open: string[] = [];
  for (const [at, one] of messages.entries()) {
    if (one.role === 'tool') {
      if (!open.includes(one.tool_call_id))
        context.addIssue({ code: 'custom', message: `message ${at} answers no call` });
      open = open.filter((id) => id !== one.tool_call_id);
      continue;
    }
    if (open.length > 0) context.addIssue({ code: 'custom', message: `calls ${open.join(', ')} have no answer` });
    open = one.role === 'assistant' ? (one.tool_calls ?? []).map(({ id }) => id) : [];
  }
  if (open.length > 0) context.addIssue({ code: 'custom', message: `calls ${open.join(', ')} have no answer` });
}
