import { App, HTTPReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, test } from 'vitest';
import { boltOn, silent } from './bolt.ts';
import { type FakeSlack, type FakeSlackOptions, type Json, startFakeSlack } from './slack.ts';

/** The fake against the real packages: what passes here speaks the wire that Bolt speaks. */

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function fake(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const slack = await startFakeSlack({ ackMs: 300, retryMs: [0, 50, 100], zombieMs: 600, ...options });
  ending.push(() => slack.close());
  return slack;
}

function scene(slack: FakeSlack) {
  const running = boltOn(slack);
  ending.push(() => running.stop());
  return running;
}

const button = (id: string, block: string): Json => ({
  type: 'actions',
  block_id: block,
  elements: [{ type: 'button', action_id: id, text: { type: 'plain_text', text: 'Go' } }],
});

describe('events', () => {
  test('a mention reaches the app as app_mention and as message, with one ts', async () => {
    const slack = await fake();
    const { app, start } = scene(slack);
    const heard: string[] = [];
    app.event('app_mention', async ({ event, client }) => {
      heard.push(`mention ${event.ts} ${event.text}`);
      await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: 'Planned.' });
    });
    app.message(async ({ message }) => void heard.push(`message ${message.ts}`));
    await start();
    const { ts } = await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'plan a cluster' });
    await slack.settled(() => heard.length === 2 && slack.messages('C0OPS').length === 2);
    expect(heard.toSorted()).toEqual([`mention ${ts} <@U0COPILOT> plan a cluster`, `message ${ts}`]);
    expect(slack.messages('C0OPS')[1]).toMatchObject({ user: 'U0COPILOT', threadTs: ts, text: 'Planned.' });
    await slack.settled(() => slack.unacked().length === 0);
    expect(slack.violations).toEqual([]);
  });

  test('copies share an event id, or only the ts where they have ids of their own', async () => {
    const slack = await fake();
    const { app, start } = scene(slack);
    const seen: { text: string; id: string; ts: string }[] = [];
    app.message(async ({ message, body }) => {
      seen.push({ text: 'text' in message ? (message.text ?? '') : '', id: body.event_id, ts: message.ts });
    });
    await start();
    const channel = slack.dm('U0ALICE');
    await slack.say({ user: 'U0ALICE', channel, text: 'same', copies: 3 });
    await slack.say({ user: 'U0ALICE', channel, text: 'new', copies: 3, newIds: true, spreadMs: 60 });
    await slack.settled(() => seen.length === 6);
    const of = (text: string, key: 'id' | 'ts') =>
      new Set(seen.filter((one) => one.text === text).map((one) => one[key])).size;
    expect([of('same', 'id'), of('same', 'ts'), of('new', 'id'), of('new', 'ts')]).toEqual([1, 1, 3, 1]);
  });

  test('an event that nobody takes comes again on another socket, a click is lost', async () => {
    const slack = await fake({ echo: false });
    const { app, start } = scene(slack);
    const retries: (number | undefined)[] = [];
    app.message(async ({ context }) => void retries.push(context.retryNum));
    app.action('go', async ({ ack }) => ack());
    await start();
    const channel = slack.dm('U0BOB');
    await app.client.chat.postMessage({ channel, text: 'Go?', blocks: [button('go', 'b') as never] });
    const [card] = slack.messages(channel);
    slack.faults.dropSockets('zombie');
    await slack.say({ user: 'U0BOB', channel, text: 'one' });
    await slack.say({ user: 'U0BOB', channel, text: 'two' });
    await slack.settled(() => retries.length === 2);
    expect(retries.toSorted()).toEqual([0, 1]);
    const click = () => slack.click({ user: 'U0BOB', channel, ts: card?.ts ?? '', actionId: 'go' });
    const outcomes = await Promise.all([(await click()).outcome, (await click()).outcome]);
    expect(outcomes.filter((one) => one === undefined)).toHaveLength(1);
    expect(slack.lost).toMatchObject([{ type: 'interactive' }]);
  });

  test('a frame that is no JSON does not hinder the next event', async () => {
    const slack = await fake();
    const { app, start } = scene(slack);
    let heard = 0;
    app.event('app_mention', async () => void heard++);
    await start();
    slack.push('{"half');
    slack.push('nothing');
    await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'still there?' });
    await slack.settled(() => heard === 1);
  });

  test('signed requests reach an HTTP receiver, and a wrong signature does not', async () => {
    const slack = await fake();
    const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger: silent });
    const clientOptions = { slackApiUrl: slack.apiUrl };
    const app = new App({ token: slack.botToken, receiver, logger: silent, clientOptions });
    const heard: string[] = [];
    app.event('app_mention', async ({ event }) => void heard.push(event.text));
    app.command('/k8s', async ({ ack, command }) => ack(`You said ${command.text}`));
    const server = await app.start({ host: '127.0.0.1', port: 0 });
    ending.push(() => app.stop());
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/slack/events`;
    slack.deliverTo(url);
    await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'over HTTP' });
    await slack.settled(() => heard.length === 1);
    await slack.slash({ user: 'U0ALICE', channel: 'C0OPS', text: 'help' });
    expect(slack.messages('C0OPS').at(-1)).toMatchObject({ text: 'You said help', ephemeralFor: 'U0ALICE' });
    const headers = { ...slack.sign('{}'), 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', body: '{"a":1}', headers })).status).toBe(401);
  });
});

describe('sockets', () => {
  test('events are handled while one of two sockets is refreshed', async () => {
    const slack = await fake();
    const { app, start } = scene(slack);
    let heard = 0;
    app.event('app_mention', async () => void heard++);
    await start();
    slack.faults.dropSockets('refresh', 1);
    expect(slack.sockets()).toBe(1);
    await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'in the gap' });
    await slack.settled(() => heard === 1);
    await slack.settled(() => slack.sockets() === 2);
    expect(slack.opened()).toBe(3);
    expect(slack.lost).toEqual([]);
  });

  for (const how of ['close', 'reset', 'silence', 'zombie'] as const)
    test(`a client comes back after ${how}`, async () => {
      const slack = await fake();
      await scene(slack).start();
      slack.faults.dropSockets(how, 2);
      await slack.settled(() => slack.opened() === 4 && slack.sockets() === 2, 8000);
      expect(slack.violations).toEqual([]);
    });

  test('an address works once', async () => {
    const slack = await fake();
    const { url } = await new WebClient(slack.appToken, { slackApiUrl: slack.apiUrl }).apps.connections.open();
    const first = new WebSocket(url ?? '');
    await slack.settled(() => slack.sockets() === 1);
    const failed = new Promise((resolve) => new WebSocket(url ?? '').addEventListener('error', resolve));
    await failed;
    first.close();
    expect(slack.violations).toEqual(['socket: a ticket that is unknown, used or too old']);
  });
});

describe('interaction', () => {
  test('a click carries what the selects hold, and its answer can be private', async () => {
    const slack = await fake();
    const { app, start } = scene(slack);
    let values: unknown;
    app.action('go', async ({ ack, body, respond }) => {
      await ack();
      values = body.type === 'block_actions' ? body.state?.values : undefined;
      await respond({ text: 'Only for you', replace_original: false, response_type: 'ephemeral' });
    });
    await start();
    const option = (value: string) => ({ value, text: { type: 'plain_text' as const, text: value } });
    const select = { type: 'static_select', action_id: 'region', options: [option('hangzhou'), option('beijing')] };
    const card = { ...button('go', 'c#1#0') };
    card.elements = [select, ...(card.elements as Json[])];
    await app.client.chat.postMessage({ channel: 'C0OPS', text: 'Where?', blocks: [card as never] });
    const ts = slack.messages('C0OPS')[0]?.ts ?? '';
    const o = { user: 'U0BOB', channel: 'C0OPS', ts, actionId: 'go', values: { region: 'beijing' } };
    expect(await (await slack.click(o)).outcome).toEqual({});
    await slack.settled(() => slack.messages('C0OPS').length === 2);
    expect(values).toMatchObject({ 'c#1#0': { region: { selected_option: { value: 'beijing' } } } });
    expect(slack.messages('C0OPS')[1]).toMatchObject({ text: 'Only for you', ephemeralFor: 'U0BOB' });
    await expect(slack.click({ ...o, actionId: 'gone' })).rejects.toThrow('Nothing here can be clicked as gone');
  });

  test('a command is lost when nobody is there, and shown to all when the ack says so', async () => {
    const slack = await fake();
    expect(await slack.slash({ user: 'U0BOB', channel: 'C0OPS', text: 'help' })).toEqual({ ack: undefined });
    const { app, start } = scene(slack);
    app.command('/k8s', async ({ ack }) => ack({ response_type: 'in_channel', text: 'Here is help' }));
    await start();
    await slack.slash({ user: 'U0BOB', channel: 'C0OPS', text: 'help' });
    expect(slack.messages('C0OPS')).toMatchObject([
      { user: 'U0BOB', text: '/k8s help' },
      { user: 'U0COPILOT', text: 'Here is help' },
    ]);
    expect(slack.lost).toHaveLength(1);
  });

  test('a modal is opened within three seconds, keeps a wrong answer, and closes on a good one', async () => {
    let now = Date.now();
    const slack = await fake({ clock: () => now });
    const { app, start } = scene(slack);
    const triggers: string[] = [];
    app.command('/k8s', async ({ ack, command }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
    app.view('form', async ({ ack, view }) => {
      const size = view.state.values.size?.size?.value;
      await ack(size === '3' ? undefined : { response_action: 'errors', errors: { size: 'Three is the least' } });
    });
    await start();
    const input = { type: 'plain_text_input' as const, action_id: 'size' };
    const label = { type: 'plain_text' as const, text: 'Size' };
    const view = {
      type: 'modal' as const,
      callback_id: 'form',
      title: label,
      submit: label,
      blocks: [{ type: 'input' as const, block_id: 'size', label, element: input }],
    };
    for (let n = 0; n < 2; n += 1) await slack.slash({ user: 'U0BOB', channel: 'C0OPS', text: 'form' });
    const open = (trigger: string | undefined) => app.client.views.open({ trigger_id: trigger ?? '', view });
    const opened = await open(triggers[0]);
    await expect(open(triggers[0])).rejects.toThrow('exchanged_trigger_id');
    now += 3001;
    await expect(open(triggers[1])).rejects.toThrow('expired_trigger_id');
    const submit = (size: string) =>
      slack.submit({ user: 'U0BOB', viewId: opened.view?.id ?? '', values: size ? { size } : {} });
    await expect(submit('')).rejects.toThrow('must be filled in');
    expect(await submit('1')).toMatchObject({ response_action: 'errors' });
    expect(slack.views.size).toBe(1);
    expect(await submit('3')).toEqual({});
    expect(slack.views.size).toBe(0);
    expect(slack.violations).toHaveLength(2);
  });

  test('a response URL answers five times within half an hour', async () => {
    let now = Date.now();
    const slack = await fake({ clock: () => now });
    const { app, start } = scene(slack);
    const urls: string[] = [];
    app.command('/k8s', async ({ ack, command }) => {
      urls.push(command.response_url);
      await ack();
    });
    await start();
    for (let n = 0; n < 2; n += 1) await slack.slash({ user: 'U0BOB', channel: 'C0OPS', text: 'x' });
    const answer = async (url = '') =>
      (await fetch(url, { method: 'POST', body: '{"text":"hi"}', headers: { 'content-type': 'application/json' } }))
        .status;
    for (let n = 0; n < 5; n += 1) expect(await answer(urls[0])).toBe(200);
    expect(await answer(urls[0])).toBe(404);
    now += 31 * 60_000;
    expect(await answer(urls[1])).toBe(404);
    expect(slack.violations).toEqual(['response_url: used_url', 'response_url: expired_url']);
  });

  test('the Home tab shows what was published last', async () => {
    const slack = await fake();
    const { app, start } = scene(slack);
    app.event('app_home_opened', async ({ event, client }) => {
      const blocks = [button('refresh', 'h')] as never;
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
    });
    let container = '';
    app.action('refresh', async ({ ack, body }) => {
      await ack();
      container = body.type === 'block_actions' ? (body.container.type as string) : '';
    });
    await start();
    await slack.openHome('U0ALICE');
    await slack.settled(() => slack.home('U0ALICE') !== undefined);
    const viewId = slack.home('U0ALICE')?.id ?? '';
    await (await slack.clickInView({ user: 'U0ALICE', viewId, actionId: 'refresh' })).outcome;
    expect(container).toBe('view');
  });
});
