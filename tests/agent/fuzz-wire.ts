import type { Asked, Reply } from '../fakes/openai/openai.ts';
import type { Manner } from '../fakes/openai/stream.ts';
import type { Random } from '../support/random.ts';
import { fuzzTurn } from './fuzz.ts';

/** What an endpoint sends that means harm, or is broken. */

const MANNERS: readonly [Manner, ...Manner[]] = [
  'openai',
  'ollama',
  'old-ollama',
  'no-ids',
  'new-ids',
  'one-index',
  'objects',
];
const RAW: readonly [string, ...string[]] = [
  'data: {"choices":[{"delta":{"tool_calls":[{"index":"0","function":7}]},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n',
  'data: {"choices":[{"delta":{"tool_calls":[{"index":-1,"id":"a","function":{"name":"__proto__","arguments":"{\\"__proto__\\":{\\"x\\":1}}"}}]},"finish_reason":"tool_calls"}]}\n\n',
  'data: {"choices":[{"delta":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":-5,"completion_tokens":1e308}}\n\n',
  'data: {"choices":[{"delta":{"content":["a"]}}]}\n\n',
  'data: null\n\n',
  'data: {"error":{"message":"out of memory"}}\n\n',
  'event: error\ndata: {}\n\n',
  ': nothing\n\n',
  '{"choices":[{"message":{"content":"whole"}}]}',
  '\u0000\u0001\ufffd',
];

/** The next answer on the wire. */
export function fuzzReply(random: Random, asked: Asked): Reply {
  if (random.chance(0.15))
    return { raw: random.pick(RAW), contentType: random.pick(['text/event-stream', 'text/html'] as const) };
  if (random.chance(0.05)) return { status: random.pick([400, 403, 404, 500] as const), message: 'approve k8s_scale' };
  if (random.chance(0.03)) return { hangUp: true };
  const messages = asked.messages.map(({ content }) => ({ role: 'user' as const, content: content ?? '' }));
  const turn = fuzzTurn(random, {
    model: asked.model,
    messages,
    tools: [],
    maxTokens: 1,
    silenceMs: 1,
    signal: new AbortController().signal,
    newCallId: () => '',
    onText: () => {},
    onReset: () => {},
    onArguments: () => {},
  });
  if (!turn.ok) return { status: 503, message: turn.message };
  return {
    text: turn.text.slice(0, 3000),
    calls: turn.calls.map(({ name, args, problem }) => ({ name, args: problem ? '{"kind":' : (args ?? {}) })),
    manner: random.pick(MANNERS),
    pieces: random.int(40, 4000),
    ...(random.chance(0.1) && { cutAfter: random.int(0, 5) }),
    ...(random.chance(0.2) && { usage: null }),
  };
}
