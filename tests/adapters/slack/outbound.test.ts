import { describe, expect, test } from 'vitest';
import type { Block, Card, Outgoing } from '../../../src/chat/types.ts';
import { sampleMessages } from '../../support/cards.ts';
import { against, approval, patiently, type Rig, rig, words } from './rig.ts';

const posted = ({ slack }: Pick<Rig, 'slack'>, method = 'chat.postMessage') =>
  slack.calls.filter((call) => call.method === method);

function report(blocks: number, rev = 1): Outgoing {
  const many: Block[] = Array.from({ length: blocks }, (_, n) => ({
    type: 'text',
    markdown: `**${n}** ${'words of a long report '.repeat(20)}`,
  }));
  const card: Card = { id: 'r-0123456789ab-0', rev, title: 'Report', tone: 'info', blocks: many };
  return { text: 'Report', card, language: 'en' };
}

const partsOf = (messageId: string) => messageId.split('+').filter((part) => !part.startsWith('files'));
const uploads = ({ slack }: Pick<Rig, 'slack'>) =>
  slack.files.filter(({ complete }) => complete).map(({ name, shares }) => [name, shares[0]?.threadTs]);

/** A card with two folded parts; a long one does not fit its window. */
function folded(rev: number, [first, second]: [number, number], more: Partial<Card> = {}): Outgoing {
  const fold = (summary: string, lines: number): Block => ({
    type: 'details',
    summary,
    blocks: Array.from({ length: lines }, (_, n) => ({
      type: 'text',
      markdown: `${n} ${'what was seen '.repeat(20)}`,
    })),
  });
  const blocks = [fold('Pods', first), fold('Nodes', second)];
  return { text: 'Found', card: { id: 'r-1-0', rev, title: 'Found', tone: 'info', blocks, ...more }, language: 'en' };
}

describe('what the bot says in Slack', () => {
  test('a message is posted, and its card is edited in place', async () => {
    const { slack, deliver, place } = await rig();
    const sent = { key: 'approval-a1b2c3', conversation: place('C0OPS') };
    const first = await deliver({ ...sent, message: approval(1) });
    const closed = approval(2, { closed: true, title: 'Approved by bob' });
    const second = await deliver({ ...sent, message: closed, previous: first });
    expect(second.messageId).toBe(first.messageId);
    const [message, ...more] = slack.messages('C0OPS');
    expect(more).toEqual([]);
    expect(message).toMatchObject({ ts: first.messageId, edits: 1, text: expect.stringContaining('Approved by bob') });
    expect(JSON.stringify(message?.blocks)).not.toContain('approve:a1b2');
    expect(slack.violations).toEqual([]);
  });

  test('nothing in it unfurls, links names, or is empty', async () => {
    const rigged = await rig();
    await rigged.deliver({
      key: 'r-1',
      conversation: rigged.place('C0OPS'),
      message: words('see https://evil.example'),
    });
    expect(posted(rigged)[0]?.body).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
      parse: 'none',
      link_names: 'false',
      text: expect.stringMatching(/./),
    });
  });

  test('it answers in the thread, below its own message, and in direct conversations', async () => {
    const { slack, deliver, place } = await rig();
    const { ts } = await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'plan' });
    await deliver({ key: 'r-1', conversation: place('C0OPS', ts), message: words('in the thread') });
    const root = await deliver({ key: 'incident-1', conversation: place('C0DEV'), message: words('checkout is down') });
    const under = { ...place('C0DEV'), under: 'incident-1' };
    await deliver({ key: 'r-2', conversation: under, root, message: words('below it') });
    const dm = slack.dm('U0BOB');
    await deliver({ key: 'r-3', conversation: place(dm), message: words('to you') });
    expect(slack.messages('C0OPS').at(-1)).toMatchObject({ threadTs: ts, text: 'in the thread' });
    expect(slack.messages('C0DEV').at(-1)).toMatchObject({ threadTs: root.messageId, text: 'below it' });
    expect(slack.messages(dm).at(-1)).toMatchObject({ text: 'to you' });
    expect(slack.violations).toEqual([]);
  });

  test('every sample message gets through', async () => {
    const { slack, deliver } = await rig();
    for (const [name, message] of Object.entries(sampleMessages)) {
      const channel = slack.addChannel({ id: `C0${name.toUpperCase().replace(/\W/g, '')}` }).id;
      await deliver({
        key: message.card?.id ?? name,
        conversation: { platform: 'slack', tenant: slack.team, id: channel, kind: 'group' },
        message,
      });
    }
    expect(slack.violations).toEqual([]);
    for (const channel of slack.channels.values())
      for (const { text } of channel.messages) expect(text.length).toBeLessThanOrEqual(4000);
  }, 60_000);

  test('a long report is several messages; an edit changes them, adds to them and takes away', async () => {
    const { slack, deliver, place } = await rig();
    const sent = { key: 'r-0123456789ab-0', conversation: place('C0OPS') };
    const first = await deliver({ ...sent, message: report(40) });
    const parts = partsOf(first.messageId);
    expect(parts.length).toBeGreaterThan(1);
    const second = await deliver({ ...sent, message: report(60, 2), previous: first });
    const longer = partsOf(second.messageId);
    expect(longer.slice(0, parts.length)).toEqual(parts);
    expect(longer.length).toBeGreaterThanOrEqual(parts.length);
    const third = await deliver({ ...sent, message: report(1, 3), previous: second });
    expect(third.messageId.split('+')[0]).toBe(parts[0]);
    const left = slack.messages('C0OPS').filter(({ files }) => files.length === 0);
    expect(left.map(({ ts }) => ts)).toEqual([parts[0]]);
    expect(slack.violations).toEqual([]);
  }, 30_000);

  test('a part that was posted before the rate ended is not posted again', async () => {
    const rigged = await rig();
    const { slack, place, deliver } = rigged;
    const { messageId } = await deliver({ key: 'r-1', conversation: place('C0OPS'), message: report(100) });
    const parts = partsOf(messageId);
    const texts = slack.messages('C0OPS').filter(({ files }) => files.length === 0);
    expect(texts.map(({ ts }) => ts)).toEqual(parts);
    expect(posted(rigged)).toHaveLength(parts.length);
  }, 30_000);

  test('an edit of a message that is gone is posted anew', async () => {
    const { slack, deliver, place } = await rig();
    const sent = { key: 'approval-a1b2c3', conversation: place('C0OPS') };
    const first = await deliver({ ...sent, message: approval(1) });
    await slack.remove({ user: 'U0ALICE', channel: 'C0OPS', ts: first.messageId });
    const second = await deliver({ ...sent, message: approval(2), previous: first });
    expect(second.messageId).not.toBe(first.messageId);
    expect(slack.messages('C0OPS').map(({ ts }) => ts)).toEqual([second.messageId]);
  });
});

describe('what can never arrive in Slack', () => {
  test.each([
    ['a channel that there is not', 'C0NOWHERE', /channel_not_found.*\/invite/],
    ['a channel without the bot', 'C0AWAY', /\/invite/],
  ])('%s is undeliverable, with the next step', async (_, channel, next) => {
    const { adapter, place } = await rig();
    const sent = { key: 'r-1', conversation: place(channel), message: words('hello') };
    await expect(patiently(() => adapter.deliver(sent))).rejects.toMatchObject({
      code: 'UNDELIVERABLE',
      message: expect.stringMatching(next),
    });
  });

  test('an archived channel is undeliverable', async () => {
    const { slack, deliver, place } = await rig();
    slack.addChannel({ id: 'C0OLD', archived: true });
    const sent = { key: 'r-1', conversation: place('C0OLD'), message: words('hello') };
    await expect(deliver(sent)).rejects.toMatchObject({ code: 'UNDELIVERABLE' });
  });

  test('a command typed where the bot is not is answered to the person alone, with how to invite it', async () => {
    const { slack, deliver, place } = await rig();
    await slack.slash({ user: 'U0ALICE', channel: 'C0AWAY', text: 'status' });
    const sent = { key: 'r-1', conversation: place('C0AWAY'), message: words('All is <!channel> well') };
    await expect(deliver(sent)).rejects.toMatchObject({ code: 'UNDELIVERABLE' });
    const [told] = slack.messages('C0AWAY').filter(({ ephemeralFor }) => ephemeralFor);
    expect(told).toMatchObject({
      ephemeralFor: 'U0ALICE',
      text: expect.stringMatching(/\/invite[\s\S]*All is &lt;!channel/),
    });
  });
});

describe('Slack’s rates and troubles', () => {
  test('429 in one channel does not delay another, nor the other calls', async () => {
    const { slack, adapter, deliver, place } = await rig();
    slack.faults.rateLimit('chat.postMessage', 2, 'C0OPS');
    const refused = { key: 'r-1', conversation: place('C0OPS'), message: words('later') };
    const waits: number[] = [];
    const late = patiently(async () => {
      try {
        return await adapter.deliver(refused);
      } catch (error) {
        if (error instanceof Error && 'waitMs' in error) waits.push(Number(error.waitMs));
        throw error;
      }
    });
    const ready = await deliver({ key: 'r-2', conversation: place('C0DEV'), message: words('at once') });
    await deliver({ key: 'r-2', conversation: place('C0DEV'), message: approval(2), previous: ready });
    expect(slack.messages('C0OPS')).toEqual([]);
    await late;
    expect(Math.max(...waits)).toBeGreaterThan(1500);
    expect(slack.messages('C0OPS').map(({ text }) => text)).toEqual(['later']);
    expect(slack.violations).toEqual([]);
  });

  test('a burst into one channel goes out at a message a second, in no case faster', async () => {
    const { slack, deliver, place } = await rig();
    const all = Array.from({ length: 7 }, (_, n) =>
      deliver({ key: `r-${n}`, conversation: place('C0OPS'), message: words(`line ${n}`) }),
    );
    await Promise.all(all);
    expect(slack.messages('C0OPS')).toHaveLength(7);
    expect(slack.violations).toEqual([]);
  });

  test('an answer that was lost is looked for before anything is posted again', async () => {
    const { slack, adapter, deliver, place } = await rig();
    slack.faults.fail('chat.postMessage', 'lost-answer', 1);
    const sent = { key: 'approval-a1b2c3', conversation: place('C0OPS'), message: approval(1) };
    await expect(adapter.deliver(sent)).rejects.toMatchObject({ unclear: true });
    const { messageId } = await deliver(sent);
    expect(slack.messages('C0OPS').map(({ ts }) => ts)).toEqual([messageId]);
  });

  test('what an earlier process posted without writing it down is found and edited', async () => {
    const { slack, adapter, deliver, place } = await rig();
    const { ts } = await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'plan' });
    const first = await deliver({ key: 'r-1', conversation: place('C0OPS', ts), message: words('what size?') });
    const top = await deliver({ key: 'incident-1', conversation: place('C0OPS'), message: words('checkout is down') });
    await adapter.stop();
    const next = await against(slack);
    const since = Date.now() - 60_000;
    const plan = { key: 'r-1', conversation: place('C0OPS', ts), message: words('what size?') };
    expect(await next.deliver({ ...plan, since })).toMatchObject({ messageId: first.messageId });
    const trouble = { key: 'incident-1', conversation: place('C0OPS'), message: words('and worse') };
    const again = await next.deliver({ ...trouble, since });
    expect(again.messageId).toBe(top.messageId);
    const said = slack.messages('C0OPS').filter(({ user }) => user === slack.botUser);
    expect(said.map(({ text }) => text)).toEqual(['what size?', 'and worse']);
  });

  test('what nobody else can have tried is not looked for', async () => {
    const { slack, deliver, place } = await rig();
    await deliver({ key: 'r-1', conversation: place('C0OPS'), message: words('hello'), since: Date.now() });
    await deliver({ key: 'r-2', conversation: place('C0OPS'), message: words('again') });
    expect(slack.calls.filter(({ method }) => method.startsWith('conversations.'))).toEqual([]);
  });

  test('blocks that Slack refuses are sent without the younger kinds, and the curve as a picture', async () => {
    const drawn: string[] = [];
    const { slack, deliver, place } = await rig({
      options: {
        picture: async (_, title) => {
          drawn.push(title);
          return Buffer.from('\x89PNG');
        },
      },
    });
    slack.faults.fail('chat.postMessage', 'invalid_blocks', 1);
    const chart = Object.values(sampleMessages).find(({ card }) => JSON.stringify(card).includes('"type":"chart"'));
    const message = chart ?? words('none');
    const { messageId } = await deliver({ key: 'incident-1', conversation: place('C0OPS'), message });
    const [ts] = messageId.split('+');
    expect(messageId).toMatch(/\+files:/);
    const said = slack.messages('C0OPS');
    expect(JSON.stringify(said)).not.toContain('data_visualization');
    const pictures = said.filter(({ files }) => files.length > 0);
    expect(pictures.map((one) => ({ in: one.threadTs, name: one.files[0]?.name }))).toContainEqual({
      in: ts,
      name: 'chart-1.png',
    });
    expect(drawn.length).toBeGreaterThan(0);
  });

  test('blocks that Slack refuses in any form leave the words', async () => {
    const { slack, deliver, place } = await rig();
    slack.faults.fail('chat.postMessage', 'invalid_blocks', 2);
    await deliver({ key: 'approval-a1b2c3', conversation: place('C0OPS'), message: approval() });
    const [message] = slack.messages('C0OPS');
    expect(message).toMatchObject({ blocks: [], text: expect.stringContaining('Scale checkout to 4') });
  });

  test('a log of 2,000 lines is one file in the thread, with every line of it', async () => {
    const rigged = await rig();
    const { slack, deliver, place } = rigged;
    const log = sampleMessages['long-log-en'];
    const whole = log?.card?.blocks.find(({ type }) => type === 'details');
    const [code] = whole?.type === 'details' ? whole.blocks : [];
    if (!log || code?.type !== 'code') throw new Error('The sample has another form');
    const { messageId } = await deliver({ key: 'r-1-0', conversation: place('C0OPS'), message: log });
    expect(uploads(rigged)).toEqual([['r-106a00-2-fold-0.txt', partsOf(messageId)[0]]]);
    const text = Buffer.from(slack.files[0]?.bytes ?? '').toString();
    expect(text.split('\n').slice(-2001).join('\n')).toBe(code.text);
    expect(slack.violations).toEqual([]);
  });

  test('files go into the thread once, whatever is edited later, and after a failed upload as well', async () => {
    const { slack, deliver, place } = await rig();
    slack.faults.fail('files.getUploadURLExternal', 'http:503', 1);
    const long = (rev: number): Outgoing => report(100, rev);
    const sent = { key: 'r-1', conversation: place('C0OPS') };
    const first = await deliver({ ...sent, message: long(1) });
    const files = slack.files.filter(({ complete }) => complete).length;
    expect(files).toBeGreaterThan(0);
    await deliver({ ...sent, message: long(2), previous: first });
    expect(slack.files.filter(({ complete }) => complete)).toHaveLength(files);
    const [ts] = first.messageId.split('+');
    expect(slack.files.every(({ complete, shares }) => !complete || shares[0]?.threadTs === ts)).toBe(true);
    expect(posted({ slack }).length).toBe(first.messageId.split('+').length - 1);
  }, 60_000);

  test('a fold that has grown too long goes into the thread with the edit, and at the end what has changed since', async () => {
    const { slack, adapter, deliver, place } = await rig();
    const sent = { key: 'r-1-0', conversation: place('C0OPS') };
    const first = await deliver({ ...sent, message: folded(1, [3, 100]) });
    const [ts] = first.messageId.split('+');
    const second = await deliver({ ...sent, message: folded(2, [100, 101]), previous: first });
    const same = await deliver({ ...sent, message: folded(3, [101, 101]), previous: second });
    expect(uploads({ slack })).toEqual([
      ['r-1-0-fold-1.txt', ts],
      ['r-1-0-fold-0.txt', ts],
    ]);
    await adapter.stop();
    const next = await against(slack);
    const closed = folded(4, [102, 100], { closed: true });
    const last = await next.deliver({ ...sent, message: closed, previous: same });
    expect(uploads({ slack }).slice(2)).toEqual([['r-1-0-fold-0.txt', ts]]);
    await next.deliver({ ...sent, message: { ...closed, text: 'Found it' }, previous: last });
    expect(uploads({ slack })).toHaveLength(3);
    expect(slack.violations).toEqual([]);
  }, 30_000);

  test('to what an older version has put into the thread only what is new is added', async () => {
    const { slack, deliver, place } = await rig();
    const sent = { key: 'r-1-0', conversation: place('C0OPS') };
    const { messageId } = await deliver({ ...sent, message: folded(1, [3, 3]) });
    const previous = { conversation: place('C0OPS'), messageId: `${messageId}+files` };
    const second = await deliver({ ...sent, message: folded(2, [3, 100]), previous });
    expect(uploads({ slack })).toEqual([]);
    await deliver({ ...sent, message: folded(3, [100, 100]), previous: second });
    expect(uploads({ slack })).toEqual([['r-1-0-fold-0.txt', messageId]]);
  }, 30_000);

  test('before it has started nothing is lost: it is told to come back', async () => {
    const { adapter, place } = await rig();
    await adapter.stop();
    await expect(
      adapter.deliver({ key: 'r-1', conversation: place('C0OPS'), message: words('hello') }),
    ).rejects.toMatchObject({ code: 'NOT_YET' });
  });
});
