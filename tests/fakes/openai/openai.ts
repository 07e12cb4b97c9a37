import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/**
 * A server that speaks chat completions as OpenAI documents them and answers as a test tells it.
 * https://platform.openai.com/docs/api-reference/chat
 */

const asked = z.looseObject({
  model: z.string(),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  max_tokens: z.number().int().positive().optional(),
  max_completion_tokens: z.number().int().positive().optional(),
  response_format: z.object({ type: z.literal('json_object') }).optional(),
  enable_thinking: z.boolean().optional(),
  stream: z.literal(false).optional(),
});

export type Asked = z.infer<typeof asked>;

export type Reply =
  | {
      text: string | null;
      finish?: 'stop' | 'length' | 'content_filter';
      refusal?: string;
      usage?: [number, number] | null;
    }
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
  answer: (asked: Asked, at: number) => Reply,
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
    send(response, body.data, answer(body.data, fake.asked.length - 1));
  }

  const server = createServer((request, response) => void take(request, response));
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

function send(response: ServerResponse, { model }: Asked, reply: Reply): void {
  if ('status' in reply) refuse(response, reply);
  else if ('raw' in reply) {
    response.writeHead(200, { 'content-type': reply.contentType ?? 'application/json' }).end(reply.raw);
  } else if ('silence' in reply) {
    if (reply.headers) response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  } else if ('hangUp' in reply) response.destroy();
  else if ('redirect' in reply) response.writeHead(307, { location: reply.redirect }).end();
  else {
    const { text, finish = 'stop', refusal, usage = [20, 10] } = reply;
    const message = { role: 'assistant', content: text, refusal: refusal ?? null };
    const counted = usage && {
      prompt_tokens: usage[0],
      completion_tokens: usage[1],
      total_tokens: usage[0] + usage[1],
    };
    const choices = [{ index: 0, message, finish_reason: finish, logprobs: null }];
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
}

/** An error as OpenAI words it; whoever tries again does so at once. */
function refuse(response: ServerResponse, { status, message, code }: Extract<Reply, { status: number }>): void {
  const error = { message, type: 'invalid_request_error', param: null, code: code ?? null };
  response
    .writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' })
    .end(JSON.stringify({ error }));
}
