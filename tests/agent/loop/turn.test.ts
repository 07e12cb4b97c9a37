import { afterEach, describe, expect, test } from 'vitest';
import { createTurns, type TurnRequest } from '../../../src/agent/loop/turn.ts';
import { type Asked, type Reply, startFakeOpenAi } from '../../fakes/openai/openai.ts';
import type { Manner } from '../../fakes/openai/stream.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const TOOLS = [{ name: 'k8s_get', description: 'Gets', parameters: { type: 'object', properties: {} } }];

async function turns(replies: Reply | Reply[] | ((asked: Asked, at: number) => Reply), key?: string) {
  const fake = await startFakeOpenAi((asked, at) => {
    if (typeof replies === 'function') return replies(asked, at);
    return Array.isArray(replies) ? (replies[at] ?? { status: 500, message: 'nothing more' }) : replies;
  });
  closing.push(() => fake.close());
  const take = createTurns({ baseUrl: fake.baseUrl, apiKey: key ?? fake.apiKey });
  const heard = { text: '', resets: 0, args: '' };
  let calls = 0;
  const run = (more: Partial<TurnRequest> = {}) =>
    take({
      model: 'big',
      messages: [{ role: 'user', content: 'Why?' }],
      tools: TOOLS,
      maxTokens: 100,
      silenceMs: 5000,
      signal: new AbortController().signal,
      newCallId: () => `call${++calls}`,
      onText: (piece) => {
        heard.text += piece;
      },
      onReset: () => {
        heard.resets++;
        heard.text = '';
      },
      onArguments: (_, piece) => {
        heard.args += piece;
      },
      ...more,
    });
  return { fake, heard, run };
}

const MANNERS: Manner[] = [
  'openai',
  'ollama',
  'old-ollama',
  'no-ids',
  'new-ids',
  'one-index',
  'empty-names',
  'objects',
];

describe('a turn', () => {
  test('says what it says piece by piece', async () => {
    const { run, heard, fake } = await turns({ text: ' 一切正常。 All is well.', pieces: 3 });
    expect(await run()).toEqual({
      ok: true,
      text: '一切正常。 All is well.',
      calls: [],
      usage: { input: 20, output: 10 },
    });
    expect(heard.text).toBe('一切正常。 All is well.');
    expect(fake.asked[0]).toMatchObject({ stream: true, max_tokens: 100, stream_options: { include_usage: true } });
    expect(fake.asked[0]).not.toHaveProperty('tool_choice');
  });

  test.each(MANNERS)('understands calls in the manner of %s', async (manner) => {
    const calls = [
      { name: 'k8s_get', args: { kind: 'Pod', name: 'a"b\\c', deep: { list: [1, '二'] } } },
      { name: 'k8s_get', args: { kind: 'Node' } },
      { name: 'k8s_list', args: {} },
    ];
    const { run } = await turns({ text: null, calls, manner, pieces: 2 });
    const turn = await run();
    expect(turn).toMatchObject({ ok: true, text: '' });
    expect(turn.ok && turn.calls).toEqual(calls.map(({ name, args }, at) => ({ id: `call${at + 1}`, name, args })));
  });

  test('is answered in the same talk, and the answers belong to the calls', async () => {
    const { run, fake } = await turns({ text: 'x' });
    await run({
      messages: [
        { role: 'user', content: 'Why?' },
        {
          role: 'assistant',
          content: '',
          calls: [
            { id: 'a', name: 'k8s_get', args: { kind: 'Pod' } },
            { id: 'b', name: 'k8s_get', problem: 'they are not JSON' },
          ],
        },
        { role: 'tool', callId: 'a', content: 'A pod' },
        { role: 'tool', callId: 'b', content: 'Not JSON' },
      ],
    });
    expect(fake.asked[0]?.messages[1]).toMatchObject({
      content: '',
      tool_calls: [
        { id: 'a', function: { name: 'k8s_get', arguments: '{"kind":"Pod"}' } },
        { id: 'b', function: { name: 'k8s_get', arguments: '{}' } },
      ],
    });
  });

  test.each<[string, unknown, object]>([
    ['nothing', '', { args: {} }],
    ['null', 'null', { args: {} }],
    ['JSON within JSON', '"{\\"kind\\":\\"Pod\\"}"', { args: { kind: 'Pod' } }],
    ['half of JSON', '{"kind":"Po', { problem: 'they are not JSON' }],
    ['a list', '[1]', { problem: 'they are no JSON object' }],
    ['a flood', `{"a":"${'x'.repeat(70_000)}"}`, { problem: 'they are longer than 60000 characters' }],
  ])('with %s for arguments is no exception', async (_, args, expected) => {
    const { run } = await turns({ calls: [{ name: 'k8s_get', args }], pieces: 5000 });
    const turn = await run();
    expect(turn.ok && turn.calls).toEqual([{ id: 'call1', name: 'k8s_get', ...expected }]);
  });

  test('with calls without end is cut off', async () => {
    const many = Array.from({ length: 40 }, () => ({ name: 'k8s_get', args: {} }));
    const { run } = await turns({ calls: many });
    const turn = await run();
    expect(turn.ok && turn.calls).toHaveLength(16);
    const flood = await turns({ calls: Array.from({ length: 400 }, () => ({ name: 'k8s_get', args: {} })) });
    expect(await flood.run()).toMatchObject({ ok: false, code: 'TOO_LONG' });
    const talk = await turns({ text: 'x'.repeat(300_000), pieces: 10_000 });
    expect(await talk.run()).toMatchObject({ ok: false, code: 'TOO_LONG' });
  });

  test.each([
    ['thinks aloud first', { text: '<think>\nHm, <b> 42?\n</think>\n\nFine.' }, 0],
    ['thinks in a field of its own', { text: 'Fine.', thoughts: 'Hm, 42?' }, 0],
    ['says only where its thoughts end', { text: 'Hm, 42? </think> Fine.' }, 1],
    ['never ends its thoughts', { text: '<think> Hm, 42?' }, 0],
  ])('of a model that %s shows no thought for long', async (_, reply, resets) => {
    for (const pieces of [1, 3, 50]) {
      const { run, heard } = await turns({ ...reply, pieces });
      const text = reply.text.includes('Fine.') ? 'Fine.' : '';
      expect(await run()).toMatchObject({ ok: true, text });
      expect(heard.text.trim()).toBe(text);
      expect(heard.resets).toBe(pieces < 50 ? resets : 0);
    }
  });

  test.each([
    [
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      (one: Asked) => one.max_completion_tokens === 100 && one.max_tokens === undefined,
    ],
    ['Extra inputs are not permitted: stream_options', (one: Asked) => one.stream_options === undefined],
    ['parameter.enable_thinking must be set to false', (one: Asked) => one.enable_thinking === false],
  ])('is taken again without what the endpoint does not know, and remembered (%s)', async (message, isMended) => {
    const { run, fake } = await turns((one) => (isMended(one) ? { text: 'yes' } : { status: 400, message }));
    for (let turn = 0; turn < 2; turn++) expect(await run()).toMatchObject({ ok: true, text: 'yes' });
    expect(fake.asked).toHaveLength(3);
  });

  test('that is not counted has no count', async () => {
    const { run } = await turns({ text: 'x', usage: null });
    expect(await run()).toEqual({ ok: true, text: 'x', calls: [] });
  });

  test.each<[string, Reply, string]>([
    ['server errors', { status: 503, message: 'overloaded' }, 'FAILED'],
    ['too many requests', { status: 429, message: 'slow down' }, 'BUSY'],
    ['a model without tools', { status: 400, message: 'library/gemma:2b does not support tools' }, 'NO_TOOLS'],
    [
      'a server without tools',
      {
        status: 400,
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      },
      'NO_TOOLS',
    ],
    ['connections that break', { hangUp: true }, 'UNREACHABLE'],
    ['rubbish', { raw: 'data: {"choices": [\n\n', contentType: 'text/event-stream' }, 'INVALID_ANSWER'],
    ['an error in the middle', { raw: 'data: {"error":{"message":"out of memory"}}\n\n' }, 'FAILED'],
    ['another shape', { raw: 'data: {"choices":[{"delta":{"content":7}}]}\n\n' }, 'INVALID_ANSWER'],
    ['a page', { raw: '<html>Welcome</html>', contentType: 'text/html' }, 'INVALID_ANSWER'],
    ['nothing at all', { raw: '', contentType: 'text/event-stream' }, 'INVALID_ANSWER'],
    ['half a stream', { text: 'It is the database', cutAfter: 3 }, 'INVALID_ANSWER'],
    ['half a call', { calls: [{ name: 'k8s_get', args: { kind: 'Pod' } }], cutAfter: 3 }, 'INVALID_ANSWER'],
    ['a refusal', { text: null, refusal: 'I will not' }, 'REFUSED'],
    ['a filter', { text: 'x', finish: 'content_filter' }, 'REFUSED'],
    ['more than was allowed', { text: 'It is', finish: 'length' }, 'TOO_LONG'],
    ['a way elsewhere', { redirect: 'http://127.0.0.1:1/v1/chat/completions' }, 'UNREACHABLE'],
    ['a stream without end', { raw: `data: ${'x'.repeat(9_000_000)}` }, 'FAILED'],
  ])('that comes to %s is a value, not an exception', async (_, reply, code) => {
    const { run } = await turns(reply);
    expect(await run()).toEqual({ ok: false, code, message: expect.stringMatching(/^.{5,400}$/) });
  });

  test('of a slow model goes on as long as something is heard', async () => {
    const { run } = await turns({ text: 'x'.repeat(40), pieces: 2, pauseMs: 15 });
    expect(await run({ silenceMs: 150 })).toMatchObject({ ok: true, text: 'x'.repeat(40) });
  });

  test.each<Reply>([{ silence: true }, { silence: true, headers: true }, { text: 'x', pauseMs: 5000 }])(
    'of a silent model is not waited for (%o)',
    async (reply) => {
      const { run } = await turns(reply);
      expect(await run({ silenceMs: 80 })).toMatchObject({ ok: false, code: 'TIMED_OUT' });
    },
  );

  test('ends at once when it is stopped, in the middle too', async () => {
    const stop = new AbortController();
    const { run } = await turns({ text: 'x'.repeat(200), pieces: 1, pauseMs: 20 });
    const turn = await run({ signal: stop.signal, onText: () => stop.abort() });
    expect(turn).toMatchObject({ ok: false });
  });

  test('never shows the key', async () => {
    const { run } = await turns({ text: 'x' }, 'sk-wrong-key-1234567890');
    const refused = await run();
    expect(refused).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(JSON.stringify(refused)).not.toContain('sk-wrong');
  });
});
