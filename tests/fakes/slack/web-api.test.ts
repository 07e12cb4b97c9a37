import { ErrorCode, WebClient } from '@slack/web-api';
import { afterEach, describe, expect, test } from 'vitest';
import { silent } from './bolt.ts';
import { type FakeSlack, type FakeSlackOptions, type Json, startFakeSlack } from './slack.ts';

/** The Web API of the fake, asked by the real @slack/web-api. */

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function fake(options: FakeSlackOptions = {}): Promise<{ slack: FakeSlack; web: WebClient }> {
  const slack = await startFakeSlack(options);
  ending.push(() => slack.close());
  return { slack, web: clientOf(slack) };
}

const clientOf = (slack: FakeSlack, token = slack.botToken) =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string): Json => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (fields: Json = {}): Json => ({ type: 'button', action_id: 'go', text: plain('Go'), ...fields });
const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
const rows = (count: number, columns = 2, text = 'x') =>
  Array.from({ length: count }, () => Array.from({ length: columns }, () => ({ type: 'raw_text', text })));
const chart = (points: number, series = 1): Json => {
  const categories = Array.from({ length: points }, (_, n) => `t${n}`);
  return {
    type: 'data_visualization',
    title: 'Memory',
    chart: {
      type: 'line',
      axis_config: { categories },
      series: Array.from({ length: series }, (_, n) => ({
        name: `s${n}`,
        data: categories.map((label) => ({ label, value: 1 })),
      })),
    },
  };
};
const options = (count: number) => Array.from({ length: count }, (_, n) => ({ value: `${n}`, text: plain(`${n}`) }));
const select = (count: number) => actions({ type: 'static_select', action_id: 's', options: options(count) });

describe('limits of a message', () => {
  const good: Record<string, Json[]> = {
    'fifty blocks': Array.from({ length: 50 }, () => ({ type: 'divider' })),
    'a section of 3000': [section('x'.repeat(3000))],
    '25 buttons': [actions(...Array.from({ length: 25 }, (_, n) => button({ action_id: `${n}` })))],
    'a table of 100 × 20': [{ type: 'table', rows: rows(100, 20) }],
    'two charts of six series': [chart(20, 6), chart(20, 6)],
    'a plan of steps': [
      {
        type: 'plan',
        title: 'Roll out',
        tasks: [{ type: 'task_card', task_id: '1', title: 'Pull', status: 'complete' }],
      },
    ],
    'a hundred options': [select(100)],
  };
  for (const [name, blocks] of Object.entries(good))
    test(`${name} fits`, async () => {
      const { slack, web } = await fake();
      await web.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: blocks as never });
      expect(slack.violations).toEqual([]);
    });

  const bad: Record<string, Json[]> = {
    '51 blocks': Array.from({ length: 51 }, () => ({ type: 'divider' })),
    'a section of 3001': [section('x'.repeat(3001))],
    'an empty section': [section('')],
    'a section with neither text nor fields': [{ type: 'section' }],
    'eleven fields': [{ type: 'section', fields: Array.from({ length: 11 }, () => plain('x')) }],
    'a header of 151': [{ type: 'header', text: plain('x'.repeat(151)) }],
    'a header in markdown': [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    '26 buttons': [actions(...Array.from({ length: 26 }, (_, n) => button({ action_id: `${n}` })))],
    'a label of 76': [actions(button({ text: plain('x'.repeat(76)) }))],
    'a value of 2001': [actions(button({ value: 'x'.repeat(2001) }))],
    'an action_id of 256': [actions(button({ action_id: 'x'.repeat(256) }))],
    'a block_id of 256': [{ type: 'divider', block_id: 'x'.repeat(256) }],
    'a style that is none': [actions(button({ style: 'default' }))],
    'a confirmation without its buttons': [actions(button({ confirm: { title: plain('?'), text: plain('?') } }))],
    'one block_id twice': [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    'one action_id twice in a block': [actions(button(), button())],
    '101 options': [select(101)],
    'eleven things in a context': [{ type: 'context', elements: Array.from({ length: 11 }, () => plain('x')) }],
    'an unknown type': [{ type: 'hologram' }],
    'an alert outside a modal': [{ type: 'alert', text: plain('x') }],
    'two tables': [
      { type: 'table', rows: rows(1) },
      { type: 'table', rows: rows(1) },
    ],
    '101 rows': [{ type: 'table', rows: rows(101) }],
    '21 columns': [{ type: 'table', rows: rows(1, 21) }],
    'a table of 10,001 characters': [{ type: 'table', rows: rows(1, 1, 'x'.repeat(10_001)) }],
    'an empty cell': [{ type: 'table', rows: rows(1, 1, '') }],
    'three charts': [chart(2), chart(2), chart(2)],
    'seven series': [chart(2, 7)],
    '21 points': [chart(21)],
    'a step in an unknown state': [{ type: 'task_card', task_id: '1', title: 'x', status: 'running' }],
    'a file that is not there': [{ type: 'image', alt_text: 'x', slack_file: { id: 'F0' } }],
  };
  for (const [name, blocks] of Object.entries(bad))
    test(`${name} is refused as invalid_blocks`, async () => {
      const { slack, web } = await fake();
      const sent = web.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: blocks as never });
      await expect(sent).rejects.toThrow('invalid_blocks');
      expect(slack.violations).toHaveLength(1);
      expect(slack.messages('C0OPS')).toEqual([]);
    });

  test('13,200 characters in all are the end, and 40,000 of text', async () => {
    const { web } = await fake();
    const blocks = Array.from({ length: 5 }, () => section('x'.repeat(2700)));
    const send = (fields: Json) => web.chat.postMessage({ channel: 'C0OPS', text: 'x', ...fields } as never);
    await expect(send({ blocks })).rejects.toThrow('msg_blocks_too_long');
    await expect(send({ text: 'x'.repeat(40_001) })).rejects.toThrow('msg_too_long');
    await expect(send({ text: '' })).rejects.toThrow('no_text');
  });

  test('blocks without a text for notifications are noticed', async () => {
    const { slack, web } = await fake();
    await web.chat.postMessage({ channel: 'C0OPS', blocks: [section('x')] as never } as never);
    expect(slack.violations).toEqual(['message: blocks without `text`, which notifications and screen readers need']);
  });
});

describe('places and rights', () => {
  test('a place must be known, open, and have the bot in it', async () => {
    const { slack, web } = await fake();
    slack.addChannel({ id: 'C0OLD', archived: true });
    const post = (channel: string) => web.chat.postMessage({ channel, text: 'x' });
    await expect(post('C0NOWHERE')).rejects.toThrow('channel_not_found');
    await expect(post('C0AWAY')).rejects.toThrow('not_in_channel');
    await expect(post('C0OLD')).rejects.toThrow('is_archived');
    expect((await post('U0BOB')).channel).toBe(slack.dm('U0BOB'));
  });

  test('only messages of the bot can be changed, and none that only one person sees', async () => {
    const { slack, web } = await fake();
    const { ts } = await slack.say({ user: 'U0BOB', channel: 'C0OPS', text: 'mine' });
    const update = (ts: string) => web.chat.update({ channel: 'C0OPS', ts, text: 'y' });
    await expect(update(ts)).rejects.toThrow('cant_update_message');
    const { message_ts } = await web.chat.postEphemeral({ channel: 'C0OPS', user: 'U0BOB', text: 'psst' });
    await expect(update(message_ts ?? '')).rejects.toThrow('message_not_found');
    const posted = await web.chat.postMessage({ channel: 'C0OPS', text: 'x' });
    await update(posted.ts ?? '');
    expect(slack.messages('C0OPS').at(-1)).toMatchObject({ text: 'y', edits: 1 });
  });

  test('a token that is wrong, of the other kind, or without the scope is refused', async () => {
    const { slack, web } = await fake();
    await expect(clientOf(slack, 'xoxb-wrong').auth.test()).rejects.toThrow('invalid_auth');
    await expect(web.apps.connections.open()).rejects.toThrow('not_allowed_token_type');
    slack.scopes.delete('users:read.email');
    expect((await web.users.info({ user: 'U0ALICE' })).user?.profile?.email).toBeUndefined();
    slack.scopes.delete('users:read');
    await expect(web.users.info({ user: 'U0ALICE' })).rejects.toThrow('missing_scope');
    slack.faults.refuseAuth(true);
    await expect(web.auth.test()).rejects.toThrow('invalid_auth');
    expect(slack.violations).toHaveLength(3);
  });
});

describe('rates and faults', () => {
  test('more than a burst in one channel is refused, in another it is not', async () => {
    const { slack, web } = await fake({ clock: () => 1e12 });
    const post = (channel: string) => web.chat.postMessage({ channel, text: 'x' });
    for (let n = 0; n < 6; n += 1) await post('C0OPS');
    await expect(post('C0OPS')).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 });
    await post('C0DEV');
    expect(slack.violations).toEqual(['chat.postMessage: rate_limited too fast in C0OPS']);
  });

  test('a minute takes about fifty updates', async () => {
    let now = 1e12;
    const { web } = await fake({ clock: () => now, echo: false });
    const { ts } = await web.chat.postMessage({ channel: 'C0OPS', text: 'x' });
    let done = 0;
    for (let n = 0; n < 120; n += 1, now += 500)
      await web.chat.update({ channel: 'C0OPS', ts: ts ?? '', text: 'y' }).then(
        () => done++,
        () => undefined,
      );
    expect(done).toBeGreaterThanOrEqual(50);
    expect(done).toBeLessThan(65);
  });

  test('a 429 that a test asks for is no violation, asking again before it has passed is one', async () => {
    let now = 1e12;
    const { slack, web } = await fake({ clock: () => now });
    slack.faults.rateLimit('chat.postMessage', 3, 'C0OPS');
    const post = (channel: string) => web.chat.postMessage({ channel, text: 'x' });
    await expect(post('C0OPS')).rejects.toMatchObject({ retryAfter: 3 });
    await post('C0DEV');
    expect(slack.violations).toEqual([]);
    now += 2000;
    await expect(post('C0OPS')).rejects.toMatchObject({ retryAfter: 1 });
    expect(slack.violations).toEqual(['chat.postMessage: asked again 1000 ms before Retry-After had passed']);
    now += 1000;
    await post('C0OPS');
  });

  test('an answer can be lost after the work was done', async () => {
    const { slack, web } = await fake();
    slack.faults.fail('chat.postMessage', 'lost-answer', 1);
    const post = () => web.chat.postMessage({ channel: 'C0OPS', text: 'once' });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RequestError });
    expect(slack.messages('C0OPS')).toHaveLength(1);
    slack.faults.fail('chat.postMessage', 'http:503', 1);
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.HTTPError, statusCode: 503 });
    slack.faults.fail('chat.postMessage', 'fatal_error', 1);
    await expect(post()).rejects.toThrow('fatal_error');
    await post();
    expect(slack.violations).toEqual([]);
  });
});

describe('streams', () => {
  test('a stream shows its steps and its text, in a thread', async () => {
    const { slack, web } = await fake();
    const { ts } = await slack.say({ user: 'U0BOB', channel: 'C0OPS', text: 'why?' });
    const recipient = { recipient_user_id: 'U0BOB', recipient_team_id: slack.team };
    const stream = web.chatStream({ channel: 'C0OPS', thread_ts: ts, task_display_mode: 'timeline', ...recipient });
    const step = (status: 'in_progress' | 'complete') =>
      stream.append({ chunks: [{ type: 'task_update', id: '1', title: 'kubectl get pods', status } as never] });
    await step('in_progress');
    await step('complete');
    await stream.append({ markdown_text: '**Out of memory**' });
    await stream.stop();
    const message = slack.messages('C0OPS').at(-1);
    expect(message).toMatchObject({ threadTs: ts, stream: { state: 'stopped', markdown: '**Out of memory**' } });
    expect(message?.stream?.steps.get('1')).toMatchObject({ status: 'complete' });
    expect(slack.violations).toEqual([]);
  });

  test('a stream needs a thread and a recipient in a channel, neither in direct messages', async () => {
    const { slack, web } = await fake();
    const { ts } = await slack.say({ user: 'U0BOB', channel: 'C0OPS', text: 'why?' });
    const start = (fields: Json) => web.apiCall('chat.startStream', { channel: 'C0OPS', ...fields });
    await expect(start({})).rejects.toThrow('invalid_arguments');
    await expect(start({ thread_ts: ts })).rejects.toThrow('missing_recipient_user_id');
    const stream = await start({ channel: slack.dm('U0BOB') });
    const o = { channel: slack.dm('U0BOB'), ts: String((stream as unknown as Json).ts) };
    await expect(web.chat.update({ ...o, text: 'x' })).rejects.toThrow('streaming_state_conflict');
    const chunk = { type: 'task_update', id: '1', title: 'x', status: 'running' };
    await expect(web.chat.appendStream({ ...o, chunks: [chunk] as never })).rejects.toThrow('invalid_chunks');
    await web.chat.stopStream(o);
    await expect(web.chat.appendStream({ ...o, markdown_text: 'x' })).rejects.toThrow('message_not_in_streaming_state');
  });

  test('starting streams is a rare thing: about twenty a minute', async () => {
    const { slack, web } = await fake({ clock: () => 1e12 });
    const start = () => web.apiCall('chat.startStream', { channel: slack.dm('U0BOB') });
    for (let n = 0; n < 8; n += 1) await start();
    await expect(start()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError });
  });
});

describe('files', () => {
  const upload = (web: WebClient, fields: Json) =>
    web.files.uploadV2({ file: Buffer.from('PNG'), filename: 'memory.png', alt_text: 'Memory', ...fields } as never);

  test('an upload stands in its thread, with its bytes', async () => {
    const { slack, web } = await fake();
    const { ts } = await slack.say({ user: 'U0BOB', channel: 'C0OPS', text: 'show me' });
    await upload(web, { channel_id: 'C0OPS', thread_ts: ts, initial_comment: 'Here' });
    expect(slack.messages('C0OPS').at(-1)).toMatchObject({
      threadTs: ts,
      text: 'Here',
      files: [{ name: 'memory.png' }],
    });
    expect(slack.files[0]?.bytes.toString()).toBe('PNG');
    expect(slack.files[0]?.altText).toBe('Memory');
    expect(slack.violations).toEqual([]);
  });

  test('a file cannot be used in a block until it is processed', async () => {
    const { slack, web } = await fake();
    slack.faults.unprocessedFiles(2);
    await upload(web, {});
    const file = slack.files[0]?.id ?? '';
    const image = { type: 'image', alt_text: 'Memory', slack_file: { id: file } };
    const post = () => web.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: [image] as never });
    await expect(post()).rejects.toThrow('invalid_blocks');
    const looks = [await web.files.info({ file }), await web.files.info({ file })];
    expect(looks.map((one) => one.file?.mimetype)).toEqual(['', 'image/png']);
    await post();
  });
});

describe('views', () => {
  const home = (web: WebClient, view: Json) =>
    web.views.publish({ user_id: 'U0BOB', view: { type: 'home', blocks: [], ...view } as never });

  test('a Home tab takes a hundred blocks, and what is for modals is refused', async () => {
    const { web } = await fake();
    const dividers = (count: number) => Array.from({ length: count }, () => ({ type: 'divider' }));
    await home(web, { blocks: dividers(100) });
    await expect(home(web, { blocks: dividers(101) })).rejects.toThrow('invalid_arguments');
    await expect(home(web, { submit: plain('Send') })).rejects.toThrow('invalid_arguments');
    await expect(home(web, { private_metadata: 'x'.repeat(3001) })).rejects.toThrow('invalid_arguments');
    await expect(home(web, { blocks: [{ type: 'table', rows: rows(1) }] })).rejects.toThrow('invalid_arguments');
  });
});
