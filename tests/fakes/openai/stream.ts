import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** Answers as streams of server-sent events, in the manners of several servers. https://platform.openai.com/docs/api-reference/chat-streaming */

export interface StreamedReply {
  text?: string | null;
  calls?: { name: string; args: unknown }[];
  /** What is thought aloud in a field of its own, as DashScope and vLLM send it. */
  thoughts?: string;
  finish?: 'stop' | 'length' | 'content_filter' | 'tool_calls';
  refusal?: string;
  usage?: [number, number] | null;
  /** Characters of a piece. */
  pieces?: number;
  /** Between two pieces. */
  pauseMs?: number;
  /** Called right before the first piece of text or arguments is written. */
  onFirst?: () => void;
  manner?: Manner;
  /** Ends after so many events, without a word. */
  cutAfter?: number;
}

/**
 * - `openai`: the id and the name with the first piece of a call, an index with each
 * - `ollama`: calls whole, all with index 0, role and an empty text in each event (https://github.com/ollama/ollama/issues/15497)
 * - `old-ollama`: calls whole and without index (https://github.com/ollama/ollama/issues/7881)
 * - `no-ids`: an index, no id (https://github.com/continuedev/continue/pull/13235)
 * - `new-ids`: another id with each piece (https://github.com/vllm-project/vllm/pull/23522)
 * - `one-index`: in pieces, all with index 0 (https://github.com/InternLM/lmdeploy/issues/3412)
 * - `empty-names`: id and name are there each time, empty but for the first (https://github.com/spring-projects/spring-ai/issues/4790)
 * - `objects`: arguments as an object instead of JSON in a string
 */
export type Manner =
  | 'openai'
  | 'ollama'
  | 'old-ollama'
  | 'no-ids'
  | 'new-ids'
  | 'one-index'
  | 'empty-names'
  | 'objects';

/** Sends the reply; keep-alive comments come in between as some proxies send them. */
export async function sendStream(response: ServerResponse, model: string, reply: StreamedReply): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': keep-alive\n\n');
  let first = reply.onFirst;
  for (const [at, event] of eventsOf(model, reply).entries()) {
    if (at === reply.cutAfter) return void response.end();
    if (reply.pauseMs) await setTimeout(reply.pauseMs);
    if (first && /"(?:content|arguments)":"[^"]/.test(JSON.stringify(event))) {
      first();
      first = undefined;
    }
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function eventsOf(model: string, reply: StreamedReply): object[] {
  const { text = '', calls = [], thoughts = '', refusal, usage = [20, 10], pieces = 7, manner = 'openai' } = reply;
  const finish = reply.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop');
  const chunk = (delta: object, more: object = {}) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  });
  const always = manner === 'ollama' ? { role: 'assistant', content: '' } : {};
  const counted = usage && {
    prompt_tokens: usage[0],
    completion_tokens: usage[1],
    total_tokens: usage[0] + usage[1],
  };
  return [
    chunk({ role: 'assistant', content: text === null ? null : '' }),
    ...cut(thoughts, pieces).map((piece) => chunk({ content: null, reasoning_content: piece })),
    ...cut(text ?? '', pieces).map((piece) => chunk({ ...always, content: piece })),
    ...(refusal === undefined ? [] : [chunk({ refusal })]),
    ...calls
      .flatMap((call, at) => deltasOf(call, at, { pieces, manner }))
      .map((one) => chunk({ ...always, tool_calls: [one] })),
    chunk({}, { finish_reason: finish }),
    ...(counted ? [{ ...chunk({}), choices: [], usage: counted }] : []),
  ];
}

function deltasOf(
  { name, args }: { name: string; args: unknown },
  at: number,
  { pieces, manner }: { pieces: number; manner: Manner },
): object[] {
  const text = typeof args === 'string' ? args : JSON.stringify(args);
  const id = `call_${at}_${name}`;
  const whole = { id, type: 'function', function: { name, arguments: text } };
  if (manner === 'ollama') return [{ index: 0, ...whole }];
  if (manner === 'old-ollama') return [whole];
  if (manner === 'objects') return [{ index: at, ...whole, function: { name, arguments: args } }];
  const index = manner === 'one-index' ? 0 : at;
  const begin = { index, ...(manner !== 'no-ids' && { id }), type: 'function', function: { name, arguments: '' } };
  const rest = cut(text, pieces).map((piece, n) => {
    if (manner === 'new-ids') return { index, id: `call_${at}_${n}`, function: { arguments: piece } };
    if (manner !== 'empty-names') return { index, function: { arguments: piece } };
    return { index, id: '', type: 'function', function: { name: '', arguments: piece } };
  });
  const nothing = { index, id: '', function: { name: null, arguments: null } };
  return [begin, ...rest, ...(manner === 'empty-names' ? [nothing] : [])];
}

/** By letter, so that no letter is cut in two. */
function cut(text: string, size: number): string[] {
  const letters = [...text];
  return Array.from({ length: Math.ceil(letters.length / size) }, (_, at) =>
    letters.slice(at * size, (at + 1) * size).join(''),
  );
}
