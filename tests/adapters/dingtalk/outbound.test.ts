import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../adapters/dingtalk/render.ts';
import { wordDocument } from '../../../adapters/dingtalk/render-document.ts';
import { type Card, type ConversationRef, NotYet, type Outgoing, Undeliverable } from '../../../src/chat/types.ts';
import { sampleMessages } from '../../support/cards.ts';
import { approval, type Bench, type BenchOptions, bench, connected, direct, group, OPS, translate } from './support.ts';

const GROUP_SEND = 'POST /v1.0/robot/groupMessages/send';
const DIRECT_SEND = 'POST /v1.0/robot/oToMessages/batchSend';
const CREATE = 'POST /v1.0/card/instances/createAndDeliver';
const UPDATE = 'PUT /v1.0/card/instances';

const saying = (text: string): Outgoing => ({ text, language: 'en' });
const showing = (card: Card): Outgoing => ({ text: card.title, card, language: 'en' });
const calls = ({ fake }: Pick<Bench, 'fake'>, api: string) => fake.calls.filter((call) => call.api === api);

describe('messages without a template', () => {
  test('go as a reply where somebody has spoken, and call who asked', async () => {
    const { fake, chat } = await spoken({ conversation: OPS });
    await chat.deliver({ key: 'r-1', conversation: group(fake, 'manager807'), message: saying('Three nodes.') });
    expect(fake.messages(OPS)).toMatchObject([{ by: 'webhook', at: ['manager807'] }]);
    expect(fake.messages(OPS)[0]?.text).toContain('Three nodes');
    expect(fake.violations).toEqual([]);
  });

  test('go from the robot’s own accord where nobody has', async () => {
    const { fake, chat } = await bench();
    await chat.deliver({ key: 'digest', conversation: group(fake), message: saying('Good morning.') });
    await chat.deliver({ key: 'digest', conversation: direct(fake), message: saying('Good morning.') });
    expect(fake.messages(OPS)).toMatchObject([{ by: 'group', msgKey: 'sampleMarkdown' }]);
    expect(fake.messages('alice')).toMatchObject([{ by: 'direct', msgKey: 'sampleMarkdown' }]);
    expect(fake.violations).toEqual([]);
  });

  test.for([true, 'early'] as const)('an address that has run out is no obstacle (%s)', async (webhookExpired) => {
    const { fake, chat } = await spoken({ webhookExpired });
    await chat.deliver({ key: 'r-1', conversation: direct(fake), message: saying('Here I am.') });
    expect(fake.messages('alice')).toMatchObject([{ by: 'direct' }]);
    await chat.deliver({ key: 'r-2', conversation: direct(fake), message: saying('And again.') });
    expect(fake.calls.filter(({ api }) => api === 'webhook').length).toBeLessThanOrEqual(1);
  });

  test('a refusal by errcode in an HTTP 200 is a failure: it goes the other way', async () => {
    const { fake, chat, errors } = await spoken();
    fake.faults.fail('webhook', 310_000, 1);
    await chat.deliver({ key: 'r-1', conversation: direct(fake), message: saying('Here I am.') });
    expect(fake.messages('alice')).toMatchObject([{ by: 'direct' }]);
    expect(errors.filter((error) => error.includes('310000'))).toHaveLength(1);
  });

  test('a robot that is silenced there says it the other way, and keeps off the reply for ten minutes', async () => {
    const { fake, chat } = await spoken();
    fake.faults.fail('webhook', 130_101, 1);
    await chat.deliver({ key: 'r-1', conversation: direct(fake), message: saying('One.') });
    await fake.say({ user: 'alice', text: 'again' });
    await fake.settled(() => fake.acks.length === 2);
    await chat.deliver({ key: 'r-2', conversation: direct(fake), message: saying('Two.') });
    expect(calls({ fake }, 'webhook')).toHaveLength(1);
    expect(fake.messages('alice').map(({ by }) => by)).toEqual(['direct', 'direct']);
  });

  test('no conversation gets more than eighteen messages a minute, and another is not held up by it', async () => {
    const { fake, chat } = await spoken();
    const say = (at: number, conversation: ConversationRef) =>
      chat.deliver({ key: `r-${at}`, conversation, message: saying(`Number ${at}`) });
    for (let at = 1; at <= 18; at++) await retried(fake, () => say(at, direct(fake)));
    const refusal = await retried(fake, async () => {
      const error = await say(19, direct(fake)).catch((error: unknown) => error);
      if (error instanceof NotYet && error.waitMs < 1_000) throw error;
      return error;
    });
    expect(refusal).toBeInstanceOf(NotYet);
    expect(refusal instanceof NotYet && refusal.waitMs).toBeGreaterThan(50_000);
    await say(20, group(fake));
    expect(fake.messages('alice')).toHaveLength(18);
    expect(fake.messages(OPS)).toHaveLength(1);
    expect(fake.bans).toEqual([]);
  });

  test('of many answers within a minute most are replies, the others go from the robot’s own accord', async () => {
    const { fake, chat, say } = await talkative();
    for (let at = 1; at <= 18; at++) await retried(fake, () => say(chat, at));
    expect(fake.messages('alice').filter(({ by }) => by === 'webhook')).toHaveLength(14);
    expect(fake.messages('alice').filter(({ by }) => by === 'direct')).toHaveLength(4);
    expect(fake.violations).toEqual([]);
  });

  test('a process that was killed and begins anew does not use up the replies that the one before has left', async () => {
    const { fake, chat, say } = await talkative();
    for (let at = 1; at <= 17; at++) await retried(fake, () => say(chat, at));
    await chat.stop();
    const next = await successor(fake);
    for (let at = 18; at <= 28; at++) await retried(fake, () => say(next.chat, at));
    expect(fake.messages('alice')).toHaveLength(28);
    expect(fake.messages('alice').filter(({ by }) => by === 'webhook')).toHaveLength(16);
    expect(fake.bans).toEqual([]);
    expect(fake.violations).toEqual([]);
  });

  test('in its first minute a process replies twice to whom only replies reach, and the rest waits', async () => {
    const { fake, chat, messages } = await spoken({ user: 'visitor' });
    const conversation = messages[0]?.conversation ?? direct(fake, '');
    const say = (at: number) => chat.deliver({ key: `r-${at}`, conversation, message: saying(`Number ${at}`) });
    await say(1);
    await say(2);
    await expect(say(3)).rejects.toBeInstanceOf(NotYet);
    expect(fake.messages('visitor')).toHaveLength(2);
  });

  test('a storm of messages to many groups is slowed before DingTalk refuses any', async () => {
    const { fake, chat } = await bench();
    const send = async (at: number) => {
      for (;;) {
        const conversation = { ...group(fake), id: `cid${at}` };
        const waitMs = await chat
          .deliver({ key: `storm-${at}`, conversation, message: saying(`Number ${at}`) })
          .then(() => 0)
          .catch((error: unknown) => (error instanceof NotYet ? error.waitMs : Promise.reject(error)));
        if (waitMs === 0) return;
        const until = Date.now() + waitMs;
        await fake.settled(() => Date.now() >= until);
      }
    };
    for (let at = 0; at < 40; at++) fake.groups.set(`cid${at}`, { title: 'x' });
    await Promise.all(Array.from({ length: 40 }, (_, at) => send(at)));
    expect(calls({ fake }, GROUP_SEND)).toHaveLength(40);
    expect(fake.violations).toEqual([]);
  });

  test('DingTalk’s own “too fast” is waited for', async () => {
    const { fake, chat } = await bench();
    fake.faults.fail(GROUP_SEND, 'Forbidden.AccessDenied.QpsLimitForApi', 1);
    const sending = chat.deliver({ key: 'r-1', conversation: group(fake), message: saying('x') });
    await expect(sending).rejects.toBeInstanceOf(NotYet);
  });

  test('a group that the robot is not in, and a person who is not there, are undeliverable', async () => {
    const { fake, chat } = await bench();
    const nowhere = { ...group(fake), id: 'cidNowhere' };
    await expect(chat.deliver({ key: 'r-1', conversation: nowhere, message: saying('x') })).rejects.toBeInstanceOf(
      Undeliverable,
    );
    const nobody = direct(fake, 'nobody');
    await expect(chat.deliver({ key: 'r-1', conversation: nobody, message: saying('x') })).rejects.toBeInstanceOf(
      Undeliverable,
    );
  });

  test('a person from outside can be answered, but not written to', async () => {
    const { fake, chat, messages } = await spoken({ user: 'visitor' });
    const [message] = messages;
    const conversation = message?.conversation ?? direct(fake, '');
    await chat.deliver({ key: 'r-1', conversation, message: saying('Help yourself.') });
    expect(fake.messages('visitor')).toMatchObject([{ by: 'webhook' }]);
    const restarted = await bench();
    const again = restarted.chat.deliver({ key: 'r-2', conversation, message: saying('x') });
    await expect(again).rejects.toBeInstanceOf(Undeliverable);
  });

  test('a right that is missing makes the bot unhealthy, and is tried again', async () => {
    const { fake, chat } = await bench();
    await connected({ fake, chat });
    fake.faults.fail(GROUP_SEND, 'Forbidden.AccessDenied.AccessTokenPermissionDenied', 1);
    const delivery = { key: 'r-1', conversation: group(fake), message: saying('x') };
    const refusal = await chat.deliver(delivery).catch((error: unknown) => error);
    expect(refusal).not.toBeInstanceOf(Undeliverable);
    expect(chat.health().ok).toBe(false);
    expect(chat.health().detail).toContain('qyapi_robot_sendmsg');
    await chat.deliver(delivery);
    expect(chat.health().ok).toBe(true);
  });

  test('buttons are links that say their words, and following one is heard', async () => {
    const { fake, chat, messages } = await spoken();
    await chat.deliver({ key: 'approval-a1b2c3', conversation: direct(fake), message: showing(approval()) });
    const said = fake.messages('alice')[0]?.text ?? '';
    const link = /\((dtmd:\/\/[^)]*approve[^)]*)\)/.exec(said)?.[1] ?? '';
    await fake.press({ user: 'alice', link });
    await fake.settled(() => messages.length === 2);
    expect(messages[1]?.text).toBe('approve a1b2');
  });

  test('an edit is said anew only when something has happened that one has to know', async () => {
    const { fake, chat } = await spoken();
    const conversation = direct(fake);
    const task = (percent: number, status: 'running' | 'failed', rev: number): Outgoing => {
      const steps = [{ id: 's1', title: 'Create the pool', status }];
      const blocks: Card['blocks'] = [{ type: 'progress', title: 'Progress', percent, steps }];
      return showing({ id: 'task-T-7K3F', rev, title: 'Task T-7K3F', tone: 'info', blocks });
    };
    const first = await chat.deliver({ key: 'task-T-7K3F', conversation, message: task(10, 'running', 1) });
    const second = await chat.deliver({
      key: 'task-T-7K3F',
      conversation,
      message: task(60, 'running', 2),
      previous: first,
    });
    expect(second).toEqual(first);
    expect(fake.messages('alice')).toHaveLength(1);
    const third = await chat.deliver({
      key: 'task-T-7K3F',
      conversation,
      message: task(60, 'failed', 3),
      previous: second,
    });
    expect(third).not.toEqual(second);
    expect(fake.messages('alice')).toHaveLength(2);
  });

  test('what was said before and is true again is said again', async () => {
    const { fake, chat } = await spoken();
    const conversation = direct(fake);
    const state = (rev: number, tone: Card['tone']) => showing(approval({ id: 'incident-I-7K3F', rev, tone }));
    let previous = await chat.deliver({ key: 'incident-I-7K3F', conversation, message: state(1, 'danger') });
    for (const [at, tone] of (['success', 'danger'] as const).entries())
      previous = await chat.deliver({
        key: 'incident-I-7K3F',
        conversation,
        message: state(at + 2, tone),
        previous,
      });
    expect(fake.messages('alice')).toHaveLength(3);
  });

  test('a delivery repeated in the same state says nothing twice', async () => {
    const { fake, chat } = await spoken();
    const delivery = { key: 'approval-a1b2c3', conversation: direct(fake), message: showing(approval()) };
    await chat.deliver(delivery);
    await chat.deliver(delivery);
    await chat.deliver({ ...delivery, message: showing(approval({ rev: 2 })) });
    expect(fake.messages('alice')).toHaveLength(1);
  });

  test('a long answer comes in parts within the limit; when the second fails, the first is not said again', async () => {
    const { fake, chat } = await bench();
    const text = Array.from({ length: 120 }, (_, at) => `Line ${at}: ${'words '.repeat(10)}`).join('\n\n');
    const delivery = { key: 'r-long', conversation: group(fake), message: saying(text) };
    await retried(
      fake,
      () => chat.deliver(delivery),
      () => {
        if (fake.messages(OPS).length === 1) fake.faults.fail(GROUP_SEND, 503, 1);
      },
    );
    const parts = fake.messages(OPS).map(({ text }) => text);
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(4_000);
    for (let at = 0; at < 120; at++) expect(parts.filter((part) => part.includes(`Line ${at}:`))).toHaveLength(1);
    expect(fake.violations).toEqual([]);
  });

  test('what no message holds is a file below it, once', async () => {
    const { fake, chat } = await bench();
    const text = Array.from({ length: 900 }, (_, at) => `Line ${at}: ${'words '.repeat(10)}`).join('\n\n');
    const delivery = { key: 'r-huge', conversation: group(fake), message: saying(text) };
    await retried(fake, () => chat.deliver(delivery));
    await retried(fake, () => chat.deliver(delivery));
    const files = fake.messages(OPS).filter(({ msgKey }) => msgKey === 'sampleFile');
    expect(files).toHaveLength(1);
    expect(files[0]?.fileName).toMatch(/\.docx$/);
    expect(fake.media.get(files[0]?.mediaId ?? '')?.bytes).toEqual(Buffer.from(wordDocument(text)));
    expect(fake.violations).toEqual([]);
  });

  test.each([true, false])(
    'a log of 2,000 lines is one document, with every line of it (template: %s)',
    async (template) => {
      const { fake, chat } = await bench({ template });
      const log = sampleMessages['long-log-zh'];
      if (!log) throw new Error('The sample has another name');
      const whole = renderMarkdown(log, { translate }).files[0]?.content ?? '';
      expect(whole.match(/Z \d+ GET \/cart/g)?.length).toBeGreaterThan(2000);
      await retried(fake, () => chat.deliver({ key: 'r-log', conversation: group(fake), message: log }));
      const files = fake.messages(OPS).filter(({ msgKey }) => msgKey === 'sampleFile');
      expect(files.map(({ fileName }) => fileName)).toEqual(['r-106a00-2.docx']);
      expect(fake.media.get(files[0]?.mediaId ?? '')?.bytes).toEqual(Buffer.from(wordDocument(whole)));
      expect(fake.violations).toEqual([]);
    },
  );

  test('a file that cannot be uploaded does not hold up the message, and somebody is told', async () => {
    const { fake, chat, errors } = await bench();
    const text = Array.from({ length: 900 }, (_, at) => `Line ${at}: ${'words '.repeat(10)}`).join('\n\n');
    fake.faults.fail('POST /media/upload', 500, 1);
    const delivery = { key: 'r-huge', conversation: group(fake), message: saying(text) };
    const first = await retried(fake, () => chat.deliver(delivery));
    const said = fake.messages(OPS).map(({ msgKey }) => msgKey);
    expect(said.length).toBeGreaterThan(0);
    expect(said).not.toContain('sampleFile');
    expect(errors.filter((error) => error.includes('media/upload'))).toHaveLength(1);
    expect(await chat.deliver({ ...delivery, previous: first })).toEqual(first);
    expect(fake.messages(OPS)).toHaveLength(said.length);
  });

  test('a curve is drawn, uploaded once, and shown as a picture', async () => {
    const drawn: string[] = [];
    const picture = async (_: unknown, title: string) => {
      drawn.push(title);
      return new Uint8Array([137, 80, 78, 71]);
    };
    const { fake, chat } = await bench({ adapter: { picture } });
    const message = showing(chartCard());
    await chat.deliver({ key: 'report', conversation: group(fake), message });
    await chat.deliver({ key: 'report', conversation: direct(fake), message });
    expect(drawn).toHaveLength(1);
    const [mediaId = ''] = fake.media.keys();
    expect(fake.media.get(mediaId)).toMatchObject({ type: 'image' });
    expect(fake.messages(OPS)[0]?.text).toContain(`(${mediaId})`);
    expect(fake.violations).toEqual([]);
  });

  test('a curve that cannot be drawn or uploaded is told in words', async () => {
    const picture = async () => new Uint8Array([1]);
    const { fake, chat, errors } = await bench({ adapter: { picture } });
    fake.faults.fail('POST /media/upload', 500, 5);
    await chat.deliver({ key: 'report', conversation: group(fake), message: showing(chartCard()) });
    expect(fake.messages(OPS)).toHaveLength(1);
    expect(fake.messages(OPS)[0]?.text).toContain('Memory');
    expect(errors.some((error) => error.startsWith('picture'))).toBe(true);
  });
});

describe('cards', () => {
  test('are created once however often the delivery is repeated, and edited in place', async () => {
    const { fake, chat } = await bench({ template: true });
    const delivery = { key: 'approval-a1b2c3', conversation: group(fake, 'manager807'), message: showing(approval()) };
    const first = await retried(fake, () => chat.deliver(delivery));
    expect(await retried(fake, () => chat.deliver(delivery))).toEqual(first);
    const message = showing(approval({ rev: 2, title: 'Scaled', closed: true, tone: 'success' }));
    await retried(fake, () => chat.deliver({ ...delivery, message, previous: first }));
    expect(fake.cards.size).toBe(1);
    const [card] = fake.cards.values();
    expect(card?.params.content).toContain('Scaled');
    expect(card?.params.btns).toBe('[]');
    expect(calls({ fake }, CREATE)).toHaveLength(1);
    expect(fake.violations).toEqual([]);
  });

  test('a delivery repeated by the next process finds the card that is there', async () => {
    const { fake, chat } = await bench({ template: true });
    const delivery = { key: 'approval-a1b2c3', conversation: group(fake), message: showing(approval()) };
    const first = await chat.deliver(delivery);
    const { clientId, clientSecret, apiBase, oapiBase, robotCode, templateId: cardTemplateId } = fake;
    const settings = { clientId, clientSecret, apiBase, oapiBase, robotCode, cardTemplateId };
    const next = await bench({ adapter: settings });
    const message = showing(approval({ rev: 2, title: 'Newer' }));
    const again = await retried(fake, () => next.chat.deliver({ ...delivery, message }));
    expect(again.messageId.split('~')[1]).toBe(first.messageId.split('~')[1]);
    expect(fake.cards.size).toBe(1);
    expect([...fake.cards.values()][0]?.params.content).toContain('Newer');
  });

  test('the same card in two places is two cards, each in its own', async () => {
    const { fake, chat } = await bench({ template: true });
    const message = showing(approval());
    await retried(fake, () => chat.deliver({ key: 'incident-I-7K3F', conversation: group(fake), message }));
    await retried(fake, () => chat.deliver({ key: 'incident-I-7K3F', conversation: direct(fake), message }));
    expect([...fake.cards.values()].map(({ space }) => space).sort()).toEqual([
      `dtv1.card//IM_GROUP.${OPS}`,
      'dtv1.card//IM_ROBOT.manager807',
    ]);
  });

  test('words without a card go as markdown', async () => {
    const { fake, chat } = await bench({ template: true });
    await chat.deliver({ key: 'r-1', conversation: group(fake), message: saying('Three nodes.') });
    expect(fake.cards.size).toBe(0);
    expect(fake.messages(OPS)).toMatchObject([{ by: 'group' }]);
  });

  test.for([
    ['an unknown template', { cardTemplateId: 'nobody-knows.schema' }],
    ['a missing right', {}],
  ] as const)('are replaced by markdown with links after %s, and health says why', async ([why, adapter]) => {
    const { fake, chat } = await bench({ template: true, adapter });
    await connected({ fake, chat });
    if (why === 'a missing right') fake.faults.fail(CREATE, 'Forbidden.AccessDenied.AccessTokenPermissionDenied', 1);
    await chat.deliver({ key: 'approval-a1b2c3', conversation: group(fake), message: showing(approval()) });
    expect(fake.messages(OPS)).toMatchObject([{ by: 'group' }]);
    expect(fake.messages(OPS)[0]?.text).toContain('dtmd://');
    expect(chat.health().ok).toBe(true);
    expect(chat.health().detail).toContain('DINGTALK_CARD_TEMPLATE_ID');
  });

  test('a place that takes no card and no message is undeliverable', async () => {
    const { fake, chat } = await bench({ template: true });
    const conversation = { ...group(fake), id: 'cidNowhere' };
    const sending = chat.deliver({ key: 'approval-a1b2c3', conversation, message: showing(approval()) });
    await expect(sending).rejects.toBeInstanceOf(Undeliverable);
  });

  test('a card that is gone is put there anew', async () => {
    const { fake, chat } = await bench({ template: true });
    const delivery = { key: 'task-T-7K3F', conversation: group(fake), message: showing(approval()) };
    const previous = await chat.deliver(delivery);
    fake.cards.clear();
    const message = showing(approval({ rev: 2 }));
    await retried(fake, () => chat.deliver({ ...delivery, message, previous }));
    expect(fake.cards.size).toBe(1);
  });

  test('a hundred cards at once stay below DingTalk’s rate, and each ends up in its last state', async () => {
    const { fake, chat } = await bench({ template: true });
    const one = async (at: number) => {
      const key = `task-${at}`;
      const card = (rev: number) => showing(approval({ id: key, rev, title: `Task ${at}, state ${rev}` }));
      const conversation = group(fake);
      const previous = await retried(fake, () => chat.deliver({ key, conversation, message: card(1) }));
      await retried(fake, () => chat.deliver({ key, conversation, message: card(2), previous }));
    };
    await Promise.all(Array.from({ length: 50 }, (_, at) => one(at)));
    expect(fake.cards.size).toBe(50);
    for (const card of fake.cards.values()) expect(card.params.content).toContain('state 2');
    expect(fake.violations).toEqual([]);
  });

  test('DingTalk’s QpsLimit holds every card for two seconds', async () => {
    const { fake, chat } = await bench({ template: true });
    fake.faults.fail(CREATE, 'Forbidden.AccessDenied.QpsLimitForApi', 1);
    const send = (key: string) =>
      chat.deliver({ key, conversation: group(fake), message: showing(approval({ id: key })) });
    await expect(send('one')).rejects.toBeInstanceOf(NotYet);
    const second = await send('two').catch((error: unknown) => error);
    expect(second instanceof NotYet && second.waitMs).toBeGreaterThan(1_500);
    expect(calls({ fake }, CREATE)).toHaveLength(1);
    expect(calls({ fake }, UPDATE)).toHaveLength(0);
  });
});

describe('tokens', () => {
  test('one is fetched for all who need it at once, and kept', async () => {
    const { fake, chat } = await bench();
    const send = (at: number) =>
      chat.deliver({ key: `r-${at}`, conversation: group(fake), message: saying(`Number ${at}`) });
    await Promise.all([1, 2, 3, 4].map(send));
    expect(calls({ fake }, 'POST /v1.0/oauth2/accessToken')).toHaveLength(1);
  });

  test('one that DingTalk no longer takes is replaced, and the call made again', async () => {
    const { fake, chat } = await bench();
    await chat.deliver({ key: 'r-1', conversation: group(fake), message: saying('One.') });
    fake.faults.expireTokens();
    await chat.deliver({ key: 'r-2', conversation: group(fake), message: saying('Two.') });
    expect(fake.messages(OPS)).toHaveLength(2);
    expect(calls({ fake }, 'POST /v1.0/oauth2/accessToken')).toHaveLength(2);
    expect(fake.violations).toEqual([]);
  });

  test('it is renewed five minutes before its end', async () => {
    let now = Date.now();
    const { fake, chat } = await bench({ adapter: { clock: () => now } });
    const send = (key: string) => chat.deliver({ key, conversation: group(fake), message: saying(key) });
    await send('one');
    now += 6_890_000;
    await send('two');
    expect(calls({ fake }, 'POST /v1.0/oauth2/accessToken')).toHaveLength(1);
    now += 20_000;
    await send('three');
    expect(calls({ fake }, 'POST /v1.0/oauth2/accessToken')).toHaveLength(2);
  });

  test('people who are not reached are no success', async () => {
    const { fake, chat } = await bench();
    fake.faults.fail(DIRECT_SEND, 503, 1);
    await expect(chat.deliver({ key: 'r-1', conversation: direct(fake), message: saying('x') })).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });
});

function chartCard(): Card {
  const points: [number, number][] = [
    [0, 1],
    [60_000, 2],
  ];
  const chart = { unit: 'bytes', series: [{ name: 'web', points }], limits: [], marks: [] } as const;
  return {
    id: 'report-1',
    rev: 1,
    title: 'Report',
    tone: 'info',
    blocks: [{ type: 'chart', title: 'Memory', chart: { ...chart, series: [...chart.series], limits: [], marks: [] } }],
  };
}

/** As the outbox does: again after NotYet, and after what may be tried again. */
async function retried<T>(fake: Bench['fake'], send: () => Promise<T>, between = () => {}): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      return await send();
    } catch (error) {
      if (error instanceof Undeliverable) throw error;
      const until = Date.now() + (error instanceof NotYet ? error.waitMs : 20);
      await fake.settled(() => Date.now() >= until);
      between();
    }
  }
  throw new Error('It was never sent');
}

interface Spoken {
  user?: string;
  conversation?: string;
  webhookExpired?: boolean | 'early';
}

/** A bench in which somebody has just said something. */
async function spoken(said: Spoken = {}, options: BenchOptions = {}) {
  const made = await bench(options);
  await connected(made);
  await made.fake.say({ user: 'alice', text: 'hello', ...said });
  await made.fake.settled(() => made.messages.length === 1);
  return made;
}

/** A bench that has run for a while, and to which alice has spoken. */
async function talkative() {
  let lateBy = 0;
  const made = await bench({ adapter: { clock: () => Date.now() + lateBy } });
  lateBy = 70_000;
  await connected(made);
  await made.fake.say({ user: 'alice', text: 'hello' });
  await made.fake.settled(() => made.messages.length === 1);
  const say = (chat: Bench['chat'], at: number) =>
    chat.deliver({ key: `r-${at}`, conversation: direct(made.fake), message: saying(`Number ${at}`) });
  return { ...made, say };
}

/** The next process, at the same DingTalk, to which alice has spoken as well. */
async function successor(fake: Bench['fake']) {
  const { clientId, clientSecret, apiBase, oapiBase, robotCode } = fake;
  const next = await bench({ adapter: { clientId, clientSecret, apiBase, oapiBase, robotCode } });
  await connected({ fake, chat: next.chat });
  await fake.say({ user: 'alice', text: 'hello again' });
  await fake.settled(() => next.messages.length === 1);
  return next;
}
