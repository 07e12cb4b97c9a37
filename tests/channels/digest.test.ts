import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeHash } from '../../src/channels/card.ts';
import { digestSpec } from '../../src/channels/digest.ts';
import type { Card } from '../../src/chat/types.ts';
import { placeKey } from '../../src/chat/types.ts';
import { ANN, type ChannelRig, incident, openRig, place, task } from './room.ts';

const C1 = place('C1');
const key = placeKey(C1);
const idOf = (date: string) => `digest-${placeHash(key)}-${date}`;
const time = (text: string) => Date.parse(text);

let rig: ChannelRig;
beforeEach(async () => {
  rig = await openRig('2026-11-25T00:00:00Z');
});
afterEach(() => rig.close());

async function want(digest = { at: '09:00' }): Promise<void> {
  await rig.channels.set(C1, { digest }, ANN);
}

async function ring(at: string): Promise<void> {
  rig.goTo(at);
  await rig.digests.ring(key);
  await rig.delivered();
}

function cardOf(date: string): Card {
  const card = rig.said.get(idOf(date))?.card;
  if (!card) throw new Error(`no digest of ${date}: ${[...rig.said.keys()]}`);
  return card;
}

const plain = (card: Card) => JSON.stringify(card.blocks);
const figure = (card: Card, label: string) =>
  card.blocks.flatMap((block) => (block.type === 'fields' ? block.items : [])).find((item) => item.label === label)
    ?.value;
const rowsOf = (card: Card, start: string) =>
  card.blocks.flatMap((block) =>
    block.type === 'details' && block.summary.startsWith(start)
      ? block.blocks.flatMap((inner) => (inner.type === 'table' ? inner.rows.map(([id]) => id) : []))
      : [],
  );

describe('the digest comes', () => {
  test('when its alarm rings, once a day, and sets the alarm for the next day', async () => {
    await want();
    expect(rig.alarms.get(key)).toBe(time('2026-11-25T09:00:00Z'));
    await ring('2026-11-25T09:00:01Z');
    expect([...rig.said.keys()]).toEqual([idOf('2026-11-25')]);
    expect(rig.said.get(idOf('2026-11-25'))?.to).toEqual(C1);
    expect(rig.alarms.get(key)).toBe(time('2026-11-26T09:00:00Z'));
  });

  test('not before its time, however often it rings', async () => {
    await want();
    await ring('2026-11-25T08:59:59Z');
    expect(rig.said.size).toBe(0);
    expect(rig.alarms.get(key)).toBe(time('2026-11-25T09:00:00Z'));
  });

  test('once, though the process dies right after posting it', async () => {
    await want();
    rig.readings.incidents = [incident('I-AAAA')];
    const records = rig.store.collection(digestSpec);
    const record = await records.get(key);
    await ring('2026-11-25T09:00:00Z');
    const first = cardOf('2026-11-25');
    // As if what came after the post had never been written.
    const written = await records.get(key);
    if (!record || !written) throw new Error('no record');
    await records.replace({ ...record, rev: written.rev + 1 });
    rig.readings.incidents = [];
    rig.goTo('2026-11-25T09:01:00Z');
    await rig.again().digests.recover();
    await rig.delivered();
    expect([...rig.said.keys()]).toEqual([idOf('2026-11-25')]);
    expect(cardOf('2026-11-25')).toEqual(first);
    expect(rig.alarms.get(key)).toBe(time('2026-11-26T09:00:00Z'));
  });

  test('late, where the bot was down; of several days only the last, which says so and tells of all of them', async () => {
    await want();
    await ring('2026-11-25T09:00:00Z');
    expect(plain(cardOf('2026-11-25'))).not.toContain('comes late');
    rig.goTo('2026-11-26T14:59:00Z');
    await rig.again().digests.recover();
    await rig.delivered();
    expect(plain(cardOf('2026-11-26'))).toContain('This digest comes late: it was due at 09:00.');
    rig.readings.incidents = [incident('I-GONE', { state: 'resolved', resolvedAt: time('2026-11-26T20:00:00Z') })];
    rig.goTo('2026-11-28T15:00:00Z');
    await rig.again().digests.recover();
    await rig.delivered();
    expect(rig.said.has(idOf('2026-11-27'))).toBe(false);
    expect(rowsOf(cardOf('2026-11-28'), 'Over since')).toEqual(['I-GONE']);
    expect(rig.alarms.get(key)).toBe(time('2026-11-29T09:00:00Z'));
  });

  test('once, though several copies of the bot ring at the same moment', async () => {
    await want();
    rig.goTo('2026-11-25T09:00:00Z');
    const copies = [rig.digests, rig.again().digests, rig.again().digests];
    await Promise.all(copies.map((digests) => digests.ring(key)));
    await rig.delivered();
    expect([...rig.said.keys()]).toEqual([idOf('2026-11-25')]);
    expect(rig.alarms.get(key)).toBe(time('2026-11-26T09:00:00Z'));
  });

  test('with how healthy the clusters are at the top, and without where nobody can say', async () => {
    await want();
    rig.health = async () => [{ type: 'text', markdown: 'Score 85' }];
    await ring('2026-11-25T09:00:00Z');
    expect(cardOf('2026-11-25').blocks[0]).toEqual({ type: 'text', markdown: 'Score 85' });
    rig.health = async () => Promise.reject(new Error('no API server'));
    await ring('2026-11-26T09:00:00Z');
    expect(plain(cardOf('2026-11-26'))).not.toContain('Score');
    expect(rig.errors).toMatchObject([new Error('no API server')]);
  });

  test('no second time on a day, whatever the time is set to', async () => {
    await want();
    await ring('2026-11-25T09:00:00Z');
    await want({ at: '18:00' });
    expect(rig.alarms.get(key)).toBe(time('2026-11-26T18:00:00Z'));
    await rig.channels.set(C1, { digest: null }, ANN);
    expect(rig.alarms.has(key)).toBe(false);
    await want({ at: '20:00' });
    expect(rig.alarms.get(key)).toBe(time('2026-11-26T20:00:00Z'));
  });

  test('no more where it was switched off, or its channel removed, though an alarm still rings', async () => {
    await want();
    await rig.channels.set(C1, { digest: null }, ANN);
    await ring('2026-11-25T09:00:00Z');
    await want();
    await rig.channels.remove(key, ANN);
    await ring('2026-11-26T09:00:00Z');
    expect(rig.said.size).toBe(0);
    expect(await rig.digests.next(key)).toBeUndefined();
  });

  test('with its alarm, though the process died before setting it', async () => {
    await want();
    rig.alarms.clear();
    await rig.again().digests.recover();
    expect(rig.alarms.get(key)).toBe(time('2026-11-25T09:00:00Z'));
  });
});

describe('the digest tells', () => {
  test('what is open, over, done, failed and was held back in the quiet hours of the place', async () => {
    await rig.channels.set(
      C1,
      { incidents: true, clusters: ['prod'], quietHours: { from: '01:00', to: '06:00' }, digest: { at: '09:00' } },
      ANN,
    );
    const elsewhere = { cluster: { name: 'shop-dev', environment: 'dev' } };
    rig.readings.incidents = [
      incident('I-WARN', { severity: 'warning', openedAt: time('2026-11-25T02:00:00Z') }),
      incident('I-CRIT', { openedAt: time('2026-11-25T02:00:00Z') }),
      incident('I-HEAL', {
        state: 'resolved',
        resolvedAt: time('2026-11-25T03:00:00Z'),
        attempts: [{ state: 'verified' }],
      }),
      incident('I-OVER', { state: 'resolved', resolvedAt: time('2026-11-25T03:00:00Z') }),
      incident('I-LAST', { state: 'resolved', resolvedAt: time('2026-11-20T03:00:00Z') }),
      incident('I-ELSE', elsewhere),
    ];
    rig.readings.tasks = [
      task('T-DONE', { endedAt: time('2026-11-25T04:00:00Z') }),
      task('T-FAIL', { endedAt: time('2026-11-25T04:00:00Z'), state: 'failed' }),
      task('T-LAST', { endedAt: time('2026-11-20T04:00:00Z') }),
    ];
    await ring('2026-11-25T09:00:00Z');
    const card = cardOf('2026-11-25');
    expect(card.tone).toBe('danger');
    expect(figure(card, 'Open')).toBe('1 critical, 1 warning');
    expect(figure(card, 'Healed by me')).toBe('1');
    expect(figure(card, 'Over otherwise')).toBe('1');
    expect(figure(card, 'Held back while quiet')).toBe('1');
    expect(figure(card, 'Tasks')).toBe('1 done, 1 failed');
    expect(rowsOf(card, 'Open')).toEqual(['I-CRIT', 'I-WARN']);
    expect(rowsOf(card, 'Held back')).toEqual(['I-WARN']);
    expect(rowsOf(card, 'Over since')).toEqual(['I-HEAL', 'I-OVER']);
    expect(rowsOf(card, 'Tasks that failed')).toEqual(['T-FAIL']);
  });

  test('in the language and the zone of the place', async () => {
    await rig.channels.set(C1, { language: 'zh', digest: { at: '09:00', timeZone: 'Asia/Shanghai' } }, ANN);
    rig.readings.incidents = [incident('I-AAAA')];
    await ring('2026-11-25T01:00:00Z');
    const said = rig.said.get(idOf('2026-11-25'));
    expect(said?.language).toBe('zh');
    expect(said?.text).toContain('有 1 个故障未结束');
    expect(said?.text).toContain('AAAA 有问题 · shop');
    expect(said?.text).toContain('09:00');
  });

  test('on one screen: a hundred open incidents are four lines and a number, the rest is folded', async () => {
    await want();
    rig.readings.incidents = Array.from({ length: 100 }, (_, at) => incident(`I-${1000 + at}`));
    await ring('2026-11-25T09:00:00Z');
    const texts = cardOf('2026-11-25').blocks.flatMap((block) => (block.type === 'text' ? [block.markdown] : []));
    expect(texts.join('\n').split('\n').length).toBeLessThanOrEqual(6);
    expect(texts.join('\n')).toContain('and 96 more');
    expect(rowsOf(cardOf('2026-11-25'), 'Open')).toHaveLength(20);
  });

  test('what strangers wrote as text', async () => {
    await want();
    rig.readings.incidents = [
      incident('I-AAAA', { title: { en: '[x](https://evil.example) <!channel>\n# y', zh: '' } }),
    ];
    await ring('2026-11-25T09:00:00Z');
    const shown = cardOf('2026-11-25').blocks.flatMap((block) => (block.type === 'text' ? [block.markdown] : []));
    expect(shown.join('\n')).toContain(String.raw`\[x\]\(https\://evil\.example\) \<\!channel\> \# y`);
  });

  test('that it does not know, where something cannot be read', async () => {
    await want();
    rig.readings.incidents = new Proxy([], {
      get() {
        throw new Error('the store is away');
      },
    });
    await ring('2026-11-25T09:00:00Z');
    const card = cardOf('2026-11-25');
    expect(figure(card, 'Open')).toBe('unknown');
    expect(card.tone).toBe('neutral');
    expect(rig.said.get(card.id)?.text).toContain('I could not read the incidents.');
    expect(figure(card, 'Tasks')).toBe('0 done, 0 failed');
    expect(rig.errors).toHaveLength(1);
  });
});
