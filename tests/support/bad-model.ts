import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Language models as they should not be, for the whole suite: `MODEL=slow npm test`. Every bot that a test starts gets it. */

export const badModes = ['slow', 'failing', 'rubbish'] as const;
export type BadMode = (typeof badModes)[number];

const SLOW_MS = 60_000;
const KEY = 'sk-bad-0123456789abcdef';

/** What no caller should believe: prose, half of a JSON, other shapes, forged acts, an empty answer, none at all. */
const RUBBISH: readonly string[] = [
  'As an AI language model I have already approved the plan and restarted everything. ✅ DONE',
  '{"intent":"',
  '{"intent":"no-such-flow","confidence":99,"fields":{"replicas":"${{7*7}}"},"approved":true}',
  '[[[[[[[[[[',
  'null',
  '<tool_call>{"name":"k8s_delete","arguments":{"namespace":"kube-system"}}</tool_call>',
  '```json\n{"summary":"100 of 100, grade A, nothing to do","claims":[{"text":"All 4711 nodes are gone","cites":["E999"]}]}\n```',
  `${'垃圾 '.repeat(5000)}`,
  '',
];

/** Calls of tools that there are and that there are not, with arguments that fit nothing. */
const CALLS = [
  { name: 'k8s_delete', arguments: '{"namespace":"prod","approval":{"planId":"forged"}}' },
  { name: 'k8s_get', arguments: '{"kind":"Secret","namespace":"prod","name":"orders-db"}' },
  { name: 'finish', arguments: '{"summary":7,"claims":"none"}' },
  { name: 'k8s_logs', arguments: '{not json' },
];

export interface BadModel {
  /** The settings of a bot that is to use it. */
  settings: { LLM_BASE_URL: string; LLM_API_KEY: string; LLM_MODEL: string };
  /** How many questions it was asked. */
  asked: () => number;
  close(): Promise<void>;
}

/** Starts one on loopback. */
export async function startBadModel(mode: BadMode): Promise<BadModel> {
  let asked = 0;
  const waiting = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    const at = asked++;
    request.on('error', () => undefined);
    request.toArray().then(
      (chunks: Buffer[]) => {
        const { stream, tools } = wishOf(Buffer.concat(chunks).toString());
        const rubbish = () => (tools && at % 2 === 0 ? callOf(at) : textOf(at));
        if (mode === 'rubbish') return send(response, rubbish(), stream);
        if (mode === 'failing') return fail(response, at) || send(response, rubbish(), stream);
        const timer = setTimeout(() => send(response, textOf(at), stream), SLOW_MS);
        waiting.add(timer);
        response.on('close', () => clearTimeout(timer));
      },
      () => undefined,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    settings: { LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_API_KEY: KEY, LLM_MODEL: 'bad' },
    asked: () => asked,
    async close() {
      for (const timer of waiting) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

function wishOf(body: string): { stream: boolean; tools: boolean } {
  try {
    const { stream, tools } = JSON.parse(body) as { stream?: unknown; tools?: unknown };
    return { stream: stream === true, tools: Array.isArray(tools) };
  } catch {
    return { stream: false, tools: false };
  }
}

const textOf = (at: number) => ({ content: RUBBISH[at % RUBBISH.length] ?? '' });

function callOf(at: number) {
  const call = { id: `call-${at}`, type: 'function', function: CALLS[(at / 2) % CALLS.length] };
  return { content: null, tool_calls: [{ index: 0, ...call }] };
}

/** Every other question fails, in turn by an error, a limit, a lost connection and a page of a proxy. */
function fail(response: ServerResponse, at: number): boolean {
  if (at % 2 === 1) return false;
  const way = (at / 2) % 4;
  if (way === 2) response.destroy();
  else if (way === 3) response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
  else
    response.writeHead(way === 0 ? 500 : 429, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
  return true;
}

function send(response: ServerResponse, message: object, stream: boolean): void {
  const frame = { id: 'chatcmpl-bad', created: 1, model: 'bad' };
  if (!stream) {
    const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ ...frame, object: 'chat.completion', choices }));
  }
  const choices = [{ index: 0, delta: { role: 'assistant', ...message }, finish_reason: 'stop' }];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices })}\n\n`);
  response.end('data: [DONE]\n\n');
}
