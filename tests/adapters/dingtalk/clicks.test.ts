import { describe, expect, test } from 'vitest';
import type { ActionOutcome, Card, Intake, Outgoing } from '../../../src/chat/types.ts';
import type { FakeDingTalk } from '../../fakes/dingtalk/dingtalk.ts';
import { approval, bench, connected, group, OPS } from './support.ts';

const UPDATE = 'PUT /v1.0/card/instances';
const showing = (card: Card): Outgoing => ({ text: card.title, card, language: 'en' });
const refused: ActionOutcome = { result: 'refused', code: 'decided', message: 'Bob has approved it already.' };

describe('clicks on cards', () => {
  test.for(['value', 'content', 'root'] as const)(
    'are understood wherever the callback has them: %s',
    async (where) => {
      const { fake, actions, outTrackId } = await withCard();
      await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2', where, inputs: { reason: 'tested' } });
      expect(actions).toEqual([
        {
          type: 'action',
          deliveryId: expect.any(String),
          cardId: 'approval-a1b2c3',
          rev: 1,
          actor: { platform: 'dingtalk', tenant: fake.corpId, id: 'manager807' },
          actionId: 'approve:a1b2',
          inputs: { reason: 'tested' },
        },
      ]);
      expect(fake.violations).toEqual([]);
    },
  );

  test('the same click twice has one delivery id, another person’s has another', async () => {
    const { fake, actions, outTrackId } = await withCard();
    for (const user of ['alice', 'alice', 'bob']) await fake.click({ user, outTrackId, actionId: 'approve:a1b2' });
    const [first, second, third] = actions.map(({ deliveryId }) => deliveryId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('the ack brings the card’s next state, before any call for it', async () => {
    const made = await withCard({
      action: async () => {
        const message = showing(approval({ rev: 2, title: 'Approved by Alice', closed: true }));
        void made.chat.deliver({ ...made.delivery, message, previous: made.first }).catch(() => {});
        return { result: 'accepted' };
      },
    });
    const { fake, outTrackId } = made;
    fake.faults.slow(UPDATE, 5_000);
    const { ack } = await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2' });
    expect(ack).toMatchObject({ cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true } });
    const card = fake.cards.get(outTrackId);
    expect(card?.params.content).toContain('Approved by Alice');
    expect(fake.buttons(outTrackId, 'alice')).toEqual([]);
    expect(card?.updates.map(({ by }) => by)).toEqual(['ack']);
    fake.faults.slow(UPDATE, 0);
  });

  test('where the card does not change at once, who clicked is told that it is recorded', async () => {
    const { fake, outTrackId } = await withCard();
    await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2' });
    const card = fake.cards.get(outTrackId);
    expect(card?.privateData.manager807?.note).toContain('Recorded');
    expect(card?.privateData.bob0412).toBeUndefined();
    expect(fake.buttons(outTrackId, 'bob')).toHaveLength(2);
  });

  test('a refusal is told to who clicked alone, on the card and by a direct message, and the card is refreshed', async () => {
    const { fake, chat, outTrackId, delivery, first } = await withCard({ action: async () => refused });
    const stale = fake.buttons(outTrackId, 'alice').find(({ actionId }) => actionId === 'approve:a1b2');
    await chat.deliver({
      ...delivery,
      message: showing(approval({ rev: 2, title: 'Approved by Bob', closed: true })),
      previous: first,
    });
    const card = fake.cards.get(outTrackId);
    // Alice’s screen has not caught up.
    if (card && stale) card.params.btns = JSON.stringify([asButton(stale)]);
    await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2' });
    expect(card?.privateData.manager807?.note).toContain('approved it already');
    expect(card?.params.content).toContain('Approved by Bob');
    expect(card?.params.btns).toBe('[]');
    await fake.settled(() => fake.messages('alice').length === 1);
    expect(fake.messages('alice')[0]?.text).toContain('approved it already');
    expect(fake.messages(OPS).filter(({ by }) => by !== 'card')).toEqual([]);
  });

  test('what one person was told goes away with the card’s next state', async () => {
    const { fake, chat, outTrackId, delivery, first } = await withCard({ action: async () => refused });
    await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2' });
    await chat.deliver({ ...delivery, message: showing(approval({ rev: 2 })), previous: first });
    expect(fake.cards.get(outTrackId)?.privateData.manager807).toMatchObject({ note: '', note_btns: '[]' });
  });

  test('a core that takes its time gets an empty ack in time, and is heard all the same', async () => {
    const { promise, resolve } = Promise.withResolvers<ActionOutcome>();
    const { fake, outTrackId } = await withCard({ action: () => promise });
    const { ack } = await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2' });
    expect(ack).toEqual({});
    resolve(refused);
    await fake.settled(() => fake.messages('alice').length === 1);
  });

  test('a click that could not be judged gets no ack that says it was', async () => {
    const { fake, errors, outTrackId } = await withCard({
      action: async () => {
        throw new Error('the disk is full');
      },
    });
    const { ack } = await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2' });
    expect(ack).toBeUndefined();
    expect(errors.some((error) => error.includes('the disk is full'))).toBe(true);
  });

  test('a person from outside is so at a click as well', async () => {
    const { fake, chat, actions, outTrackId } = await withCard();
    await fake.click({ user: 'visitor', outTrackId, actionId: 'approve:a1b2' });
    expect(actions[0]?.actor.tenant).toBe(`outside-${fake.corpId}`);
    expect(actions[0] && (await chat.person?.(actions[0].actor))).toMatchObject({ outside: true });
  });

  test('a click is the first thing after a restart: the card itself says whose organisation it is in', async () => {
    const before = await withCard();
    await before.chat.stop();
    const { fake, outTrackId } = before;
    const { chat, actions } = await successor(fake);
    await fake.click({ user: 'bob', outTrackId, actionId: 'approve:a1b2' });
    expect(actions[0] && (await chat.person?.(actions[0].actor))).toMatchObject({ outside: false });
  });

  test('who clicks from another organisation after a restart is nobody, and from outside once it is known', async () => {
    const before = await withCard();
    await before.chat.stop();
    const { fake, outTrackId } = before;
    const { chat, actions } = await successor(fake);
    const cardPrivateData = { actionIds: ['approve:a1b2'], params: { cardId: 'approval-a1b2c3', rev: 1 } };
    const data = { outTrackId, userId: 'bob0412', corpId: 'dingOther', value: JSON.stringify({ cardPrivateData }) };
    const headers = { topic: '/v1.0/card/instances/callback', messageId: 'm1', contentType: 'application/json' };
    fake.push({ specVersion: '1.0', type: 'CALLBACK', headers, data: JSON.stringify(data) });
    await fake.settled(() => actions.length === 1);
    const [{ actor } = fail()] = actions;
    expect(await chat.person?.(actor)).toBeUndefined();
    await fake.click({ user: 'alice', outTrackId, actionId: 'approve:a1b2' });
    expect(await chat.person?.(actor)).toMatchObject({ outside: true });
  });

  test('a callback that nobody can read is acked and told', async () => {
    const { fake, actions, errors } = await withCard();
    const headers = { topic: '/v1.0/card/instances/callback', messageId: 'm1', contentType: 'application/json' };
    const data = { outTrackId: 'x', userId: 'manager807', value: '{"cardPrivateData":{"actionIds":[],"params":{}}}' };
    fake.push({ specVersion: '1.0', type: 'CALLBACK', headers, data: JSON.stringify(data) });
    await fake.settled(() => errors.some((error) => error.startsWith('frame')));
    expect(actions).toEqual([]);
  });
});

describe('a dangerous click', () => {
  const confirm = { title: 'Delete web?', text: 'Three pods end.', ok: 'Delete', cancel: 'Keep' };
  const dangerous = approval({
    blocks: [{ type: 'buttons', items: [{ id: 'delete:web', label: 'Delete', style: 'danger', confirm }] }],
  });

  test('is asked about first, of who clicked alone; his yes does it', async () => {
    const { fake, actions, outTrackId } = await withCard({ card: async () => showing(dangerous) }, dangerous);
    await fake.click({ user: 'alice', outTrackId, actionId: 'delete:web', params: { confirm: 'ask' } });
    expect(actions).toEqual([]);
    expect(fake.cards.get(outTrackId)?.privateData.manager807?.note).toContain('Three pods end');
    expect(fake.buttons(outTrackId, 'bob')).toHaveLength(1);
    await fake.click({ user: 'alice', outTrackId, actionId: 'delete:web', params: { confirm: 'yes' } });
    expect(actions).toMatchObject([{ actionId: 'delete:web', rev: 1, inputs: {} }]);
    expect(fake.violations).toEqual([]);
  });

  test('his no takes the question away and does nothing', async () => {
    const { fake, actions, outTrackId } = await withCard({ card: async () => showing(dangerous) }, dangerous);
    await fake.click({ user: 'alice', outTrackId, actionId: 'delete:web', params: { confirm: 'ask' } });
    await fake.click({ user: 'alice', outTrackId, actionId: 'delete:web', params: { confirm: 'no' } });
    expect(fake.cards.get(outTrackId)?.privateData.manager807).toMatchObject({ note: '', note_btns: '[]' });
    expect(actions).toEqual([]);
  });

  test('his yes is to what he has seen: the question keeps the revision of the first click', async () => {
    const newer = { ...dangerous, rev: 7 };
    const { fake, actions, outTrackId } = await withCard({ card: async () => showing(newer) }, dangerous);
    await fake.click({ user: 'alice', outTrackId, actionId: 'delete:web', params: { confirm: 'ask' } });
    await fake.click({ user: 'alice', outTrackId, actionId: 'delete:web', params: { confirm: 'yes' } });
    expect(actions).toMatchObject([{ rev: 1 }]);
  });

  test('on a card that is closed by now is judged, not asked about', async () => {
    const closed = showing({ ...dangerous, rev: 2, closed: true });
    const { fake, actions, outTrackId } = await withCard({ card: async () => closed }, dangerous);
    await fake.click({ user: 'alice', outTrackId, actionId: 'delete:web', params: { confirm: 'ask' } });
    expect(actions).toHaveLength(1);
  });
});

/** A bench that has put a card into a group. */
async function withCard(intake: Partial<Intake> = {}, card = approval()) {
  const made = await bench({ template: true, intake });
  await connected(made);
  const delivery = { key: card.id, conversation: group(made.fake), message: showing(card) };
  const first = await made.chat.deliver(delivery);
  const [outTrackId = ''] = made.fake.cards.keys();
  return { ...made, delivery, first, outTrackId };
}

/** The next process, at the same DingTalk. */
async function successor(fake: FakeDingTalk) {
  const { clientId, clientSecret, apiBase, oapiBase, robotCode, templateId: cardTemplateId } = fake;
  const next = await bench({ adapter: { clientId, clientSecret, apiBase, oapiBase, robotCode, cardTemplateId } });
  await connected({ fake, chat: next.chat });
  return next;
}

function fail(): never {
  throw new Error('Nobody has clicked');
}

function asButton({ text, actionId, params }: { text: string; actionId: string; params: object }): object {
  return { text, color: 'blue', status: 'normal', event: { type: 'sendCardRequest', params: { actionId, params } } };
}
