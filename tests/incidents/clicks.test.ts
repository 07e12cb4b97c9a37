import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/approvals/policy.ts';
import { hasControl } from '../../src/chat/blocks.ts';
import type { ActionOutcome, Card, IncomingAction, UserRef } from '../../src/chat/types.ts';
import { judgeClick } from '../../src/conversations/clicks.ts';
import { createIncidentControls } from '../../src/incidents/controls.ts';
import { ANN, alert, approvalOf, oom, openRig, type Rig, taskOf, words } from './room.ts';

/** Clicks on incident cards, as a platform brings them: only a button that the card shows now, by somebody who may, does anything. */

const user = (id: string): UserRef => ({ platform: 'web', tenant: 'console', id });
const policy = parsePolicy(
  `
roles:
  operator: [web:console:ann]
  approver: [web:console:bob]
  reader: [web:console:eve]
`,
  'policy.yaml',
);

let rig: Rig;
let deliveries: number;

beforeEach(async () => {
  rig = await openRig();
  deliveries = 0;
});
afterEach(() => rig.close());

/** An open incident of something likely, so that nothing is asked for yet, and its card. */
async function open(name = 'app'): Promise<{ id: string; card: Card }> {
  rig.pass(10_000);
  rig.found(oom(name, { confidence: 'likely' }));
  await rig.incidents.take('alertmanager', [alert({ pod: `${name}-5d4f8c7b9d-x1` })]);
  await rig.settle();
  const found = (await rig.all()).find(({ finding }) => finding?.object.name === name);
  if (!found) throw new Error(`no incident of ${name}`);
  return { id: found.id, card: cardOf(found.id) };
}

function cardOf(id: string): Card {
  const card = rig.cards.get(`incident-${id}`)?.card;
  if (!card) throw new Error(`no card of ${id}`);
  return card;
}

async function click(card: Card, actionId: string, more: Partial<IncomingAction> = {}): Promise<ActionOutcome> {
  const controls = {
    ...createIncidentControls({ incidents: rig.incidents, policy, translate: words }),
    command: async () => undefined,
  };
  const action = {
    type: 'action' as const,
    deliveryId: `d${++deliveries}`,
    cardId: card.id,
    rev: card.rev,
    actionId,
    inputs: {},
    actor: ANN,
    ...more,
  };
  const runs = { get: async () => undefined } as unknown as Parameters<typeof judgeClick>[0]['runs'];
  return judgeClick({ outbox: rig.outbox, runs, controls, translate: words, take: async () => false }, action);
}

/** What a click could have done: approvals asked for, and how the incident stands. */
async function state(id: string) {
  const incident = await rig.incidents.get(id);
  return { asked: rig.proposals.length, state: incident?.state, muted: incident?.mutedUntil !== undefined };
}
const untouched = { asked: 0, state: 'open', muted: false };
const words4 = (id: string) => [`heal:${id}:raise-memory-limit`, `mute:${id}`, `close:${id}`, `look:${id}`];

describe('a click', () => {
  test('on a remedy asks for exactly that one', async () => {
    const { id, card } = await open();
    expect(await click(card, `heal:${id}:restart`)).toEqual({ result: 'accepted' });
    expect(await rig.incidents.get(id)).toMatchObject({
      state: 'healing',
      attempts: [{ remedy: 'restart', state: 'asked', by: 'web:console:ann' }],
    });
  });

  test('of a thousand on one remedy leads to one approval', async () => {
    const { id, card } = await open();
    const told = await Promise.all(Array.from({ length: 1000 }, () => click(card, `heal:${id}:restart`)));
    expect(told.filter(({ result }) => result === 'accepted').length).toBeGreaterThan(0);
    expect(rig.proposals).toHaveLength(1);
    expect((await rig.incidents.get(id))?.attempts).toHaveLength(1);
  }, 60_000);

  test('on another remedy at the same moment does not lead to a second change', async () => {
    const { id, card } = await open();
    const both = await Promise.all([click(card, `heal:${id}:restart`), click(card, `heal:${id}:raise-memory-limit`)]);
    expect(both.filter(({ result }) => result === 'accepted')).toHaveLength(1);
    expect(rig.proposals).toHaveLength(1);
    expect((await rig.incidents.get(id))?.attempts).toHaveLength(1);
  });

  test.each([
    ['nobody that is known', user('mallory')],
    ['somebody with another role', user('eve')],
    ['the same name on another platform', { ...ANN, platform: 'slack' as const }],
    ['the same name in another tenant', { ...ANN, tenant: 'other' }],
    ['the bot itself', user('copilot')],
  ])('by %s does nothing', async (_, actor) => {
    const { id, card } = await open();
    const inputs = { hours: '4', reason: 'because' };
    for (const actionId of words4(id))
      expect(await click(card, actionId, { actor, inputs })).toMatchObject({ result: 'refused', code: 'forbidden' });
    expect(await state(id)).toEqual(untouched);
  });

  test.each([
    ['a remedy that was never offered', (id: string) => `heal:${id}:drain-node`],
    ['advice, which is nothing to apply', (id: string) => `heal:${id}:advice`],
    ['no remedy at all', (id: string) => `heal:${id}`],
    ['an incident that is not there', () => 'heal:I-ZZZZ:restart'],
    ['a word that only looks like one', (id: string) => `healing:${id}:restart`],
    ['more behind it', (id: string) => `heal:${id}:restart:now`],
  ])('with %s in it does nothing', async (_, actionId) => {
    const { id, card } = await open();
    expect(await click(card, actionId(id))).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(await state(id)).toEqual(untouched);
  });

  test('on one card cannot reach the incident of another', async () => {
    const one = await open();
    const other = await open('web');
    for (const actionId of words4(other.id))
      expect(await click(one.card, actionId)).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(await state(other.id)).toEqual(untouched);
  });

  test('on a card that is not there, or of a revision that never was, does nothing', async () => {
    const { id, card } = await open();
    const actionId = `heal:${id}:restart`;
    expect(await click({ ...card, id: 'incident-I-0000' }, actionId)).toMatchObject({ code: 'not-found' });
    expect(await click(card, actionId, { rev: card.rev + 1 })).toMatchObject({ code: 'invalid' });
    expect(await state(id)).toEqual(untouched);
  });

  test('that comes again after the offer was rejected is stale, and asks for nothing', async () => {
    const { id, card } = await open();
    const first = { deliveryId: 'once' };
    expect(await click(card, `heal:${id}:restart`, first)).toEqual({ result: 'accepted' });
    await rig.incidents.onApproval(approvalOf('a1', rig.proposals[0] ?? '', 'rejected'));
    expect(hasControl(cardOf(id), `heal:${id}:restart`)).toBe(true);
    expect(await click(card, `heal:${id}:restart`, first)).toMatchObject({ result: 'refused', code: 'stale' });
    expect(await state(id)).toEqual({ asked: 1, state: 'open', muted: false });
  });

  test('on the card as it was before the approval expired is stale', async () => {
    const { id, card } = await open();
    await click(card, `heal:${id}:restart`);
    await rig.incidents.onApproval(approvalOf('a1', rig.proposals[0] ?? '', 'expired'));
    expect(await click(card, `heal:${id}:raise-memory-limit`)).toMatchObject({ code: 'stale' });
    expect(rig.proposals).toHaveLength(1);
  });

  test('after it is over does nothing more', async () => {
    const { id, card } = await open();
    expect(await click(card, `close:${id}`)).toEqual({ result: 'accepted' });
    for (const actionId of words4(id))
      expect(await click(cardOf(id), actionId, { inputs: { hours: '4', reason: 'x' } })).toMatchObject({
        result: 'refused',
        code: 'decided',
      });
    expect(rig.proposals).toEqual([]);
  });

  test('is not offered while a change is under way, nor after two tries', async () => {
    const { id, card } = await open();
    const heals = () =>
      ['restart', 'raise-memory-limit'].filter((remedy) => hasControl(cardOf(id), `heal:${id}:${remedy}`));
    await click(card, `heal:${id}:restart`);
    expect(heals()).toEqual([]);
    for (const n of [0, 1]) {
      const approval = approvalOf(`a${n + 1}`, rig.proposals[n] ?? '', 'used');
      await rig.incidents.onApproval(approval);
      await rig.incidents.onTask(approval, taskOf('undone', 'STUCK'));
      if (n === 0) await click(cardOf(id), `heal:${id}:raise-memory-limit`);
    }
    expect(heals()).toEqual([]);
    expect(await click(cardOf(id), `heal:${id}:restart`)).toMatchObject({ code: 'invalid' });
    expect(rig.proposals).toHaveLength(2);
  });

  test.each(['0', '-1', 'NaN', '721', '1e9', ''])('to mute for %j hours is refused', async (hours) => {
    const { id, card } = await open();
    expect(await click(card, `mute:${id}`, { inputs: { hours, reason: 'x' } })).toMatchObject({ code: 'invalid' });
    expect(await state(id)).toEqual(untouched);
  });
});
