import { describe, expect, test } from 'vitest';
import type { ActionOutcome, Outgoing } from '../../../src/chat/types.ts';
import { approval, type Rig, type RigOptions, rig, words } from './rig.ts';

const alice = { user: 'U0ALICE', channel: 'C0OPS' };

const form: Outgoing = {
  text: 'Mute checkout: mute I-7K3F 1h',
  language: 'en',
  card: {
    id: 'incident-I-7K3F',
    rev: 3,
    title: 'checkout is down',
    tone: 'danger',
    blocks: [
      { type: 'details', summary: 'What was looked at', blocks: [{ type: 'text', markdown: 'Three pods restart.' }] },
      {
        type: 'details',
        summary: 'Mute',
        blocks: [
          {
            type: 'inputs',
            items: [
              { id: 'for', label: 'For', kind: 'select', options: [{ id: '1h', label: 'an hour' }], required: true },
              { id: 'why', label: 'Why', kind: 'text' },
              { id: 'all', label: 'The whole namespace', kind: 'toggle' },
            ],
            submit: { id: 'mute:I-7K3F', label: 'Mute' },
          },
        ],
      },
    ],
  },
};

/** A rig with one message in the channel, and a way to click on it. */
async function shown(message: Outgoing, options: RigOptions = {}) {
  const rigged = await rig(options);
  const { messageId } = await rigged.deliver({
    key: message.card?.id ?? 'r-1',
    conversation: rigged.place('C0OPS'),
    message,
  });
  const [ts = ''] = messageId.split('+');
  return { ...rigged, ts, press: (actionId: string, user = 'U0ALICE') => press(rigged, { ts, actionId, user }) };
}

async function press({ slack }: Pick<Rig, 'slack'>, o: { ts: string; actionId: string; user: string }) {
  const clicked = await slack.click({ channel: 'C0OPS', ...o });
  expect(await clicked.outcome).toEqual({});
}

const ephemerals = ({ slack }: Pick<Rig, 'slack'>) => slack.messages('C0OPS').filter((one) => one.ephemeralFor);

/** The only window that is open on somebody's screen, once it is filled. */
async function view({ slack }: Pick<Rig, 'slack'>, filled: (text: string) => boolean) {
  await slack.settled(() => [...slack.views.values()].some((one) => filled(JSON.stringify(one))));
  const [open] = [...slack.views.values()];
  if (!open) throw new Error('No window is open');
  return open;
}

const refused = (message: string, code: 'stale' | 'invalid' = 'stale'): ActionOutcome => ({
  result: 'refused',
  code,
  message,
});

describe('clicks on cards in Slack', () => {
  test('a click names the card, the revision that was seen, and the action; nothing else', async () => {
    const { slack, actions, press: click } = await shown(approval(7));
    await click('approve:a1b2');
    await slack.settled(() => actions.length === 1);
    expect(actions[0]).toEqual({
      type: 'action',
      deliveryId: expect.stringMatching(/^click:U0ALICE:/),
      cardId: 'approval-a1b2c3',
      rev: 7,
      actor: expect.objectContaining({ platform: 'slack', tenant: slack.team, id: 'U0ALICE' }),
      actionId: 'approve:a1b2',
      inputs: {},
    });
    expect(slack.violations).toEqual([]);
  });

  test('a refusal is told to the clicker alone, and its words stay words', async () => {
    const rigged = await shown(approval(), { intake: { action: async () => refused('<!channel> bob was *first*') } });
    await rigged.press('approve:a1b2');
    await rigged.slack.settled(() => ephemerals(rigged).length > 0);
    expect(ephemerals(rigged)).toMatchObject([
      {
        ephemeralFor: 'U0ALICE',
        text: '&lt;!channel&gt; bob was *first*',
        blocks: [{ type: 'section', text: { type: 'plain_text' } }],
      },
    ]);
  });

  test('where Slack takes no private message, the refusal comes by the click’s own way', async () => {
    const rigged = await shown(approval(), { intake: { action: async () => refused('bob was first') } });
    rigged.slack.faults.fail('chat.postEphemeral', 'internal_error', 1);
    await rigged.press('approve:a1b2');
    await rigged.slack.settled(() => ephemerals(rigged).length > 0);
    expect(ephemerals(rigged)).toMatchObject([{ ephemeralFor: 'U0ALICE', text: 'bob was first' }]);
  });

  test('a click on which the core is slow to decide is acknowledged in time', async () => {
    let decide: (outcome: ActionOutcome) => void = () => {};
    const rigged = await shown(approval(), {
      intake: { action: () => new Promise((resolve) => (decide = resolve)) },
    });
    await rigged.press('approve:a1b2');
    decide(refused('too late'));
    await rigged.slack.settled(() => ephemerals(rigged).length > 0);
    expect(rigged.slack.lost).toEqual([]);
  });

  test('a click that could not be stored says so to the clicker', async () => {
    const rigged = await shown(approval(), {
      intake: {
        action: async () => {
          throw new Error('disk full');
        },
      },
    });
    await rigged.press('approve:a1b2');
    await rigged.slack.settled(() => ephemerals(rigged).length > 0);
    expect(ephemerals(rigged)[0]?.text).toMatch(/click again/i);
  });

  test('a block that is none of ours names no card', async () => {
    const { slack, actions } = await rig();
    slack.push({
      type: 'interactive',
      envelope_id: 'E1',
      payload: {
        type: 'block_actions',
        user: { id: 'U0ALICE' },
        team: { id: slack.team },
        container: { type: 'message' },
        trigger_id: '1.2.3',
        actions: [{ action_id: 'approve:a1b2', block_id: 'x', type: 'button', action_ts: '1' }],
      },
    });
    await slack.mention({ ...alice, text: 'help' });
    await slack.settled(() => slack.acks.length > 1);
    expect(actions).toEqual([]);
  });
});

describe('forms and folded parts in Slack', () => {
  const withCard = { intake: { card: async () => form } };

  test('a form opens empty at once and is filled with the card as it is now', async () => {
    const rigged = await shown(form, withCard);
    await rigged.press('~form:mute:I-7K3F');
    const open = await view(rigged, (text) => text.includes('an hour'));
    expect(open.private_metadata).toBe('incident-I-7K3F#3#mute:I-7K3F');
    expect(rigged.slack.violations).toEqual([]);
  });

  test('what was put into it reaches the core as the inputs of its action, and it closes', async () => {
    const rigged = await shown(form, withCard);
    await rigged.press('~form:mute:I-7K3F');
    const { id } = await view(rigged, (text) => text.includes('an hour'));
    const values = { for: '1h', why: 'known', all: ['yes'] };
    expect(await rigged.slack.submit({ user: 'U0ALICE', viewId: id, values: { ...values, all: 'yes' } })).toEqual({});
    expect(rigged.actions).toMatchObject([
      { cardId: 'incident-I-7K3F', rev: 3, actionId: 'mute:I-7K3F', inputs: { for: '1h', why: 'known', all: true } },
    ]);
    expect(rigged.slack.views.size).toBe(0);
  });

  test('an input that is refused is named in the form, which stays open', async () => {
    const rigged = await shown(form, {
      intake: { card: async () => form, action: async () => refused('At most a day', 'invalid') },
    });
    await rigged.press('~form:mute:I-7K3F');
    const { id } = await view(rigged, (text) => text.includes('an hour'));
    expect(await rigged.slack.submit({ user: 'U0ALICE', viewId: id, values: { for: '1h' } })).toEqual({
      response_action: 'errors',
      errors: { for: 'At most a day' },
    });
    expect(rigged.slack.violations).toEqual([]);
  });

  test('any other refusal is what the form then says', async () => {
    const rigged = await shown(form, {
      intake: { card: async () => form, action: async () => refused('The card has moved on') },
    });
    await rigged.press('~form:mute:I-7K3F');
    const { id } = await view(rigged, (text) => text.includes('an hour'));
    await rigged.slack.submit({ user: 'U0ALICE', viewId: id, values: { for: '1h' } });
    expect(JSON.stringify(rigged.slack.views.get(id))).toContain('The card has moved on');
    expect(rigged.slack.violations).toEqual([]);
  });

  test('a folded part is read in a window', async () => {
    const rigged = await shown(form, withCard);
    await rigged.press('~fold:0');
    await view(rigged, (text) => text.includes('Three pods restart'));
    expect(rigged.actions).toEqual([]);
  });

  test('where there is no such card for this person, the window says so', async () => {
    const rigged = await shown(form);
    await rigged.press('~form:mute:I-7K3F');
    await view(rigged, (text) => text.includes('moved on'));
    expect(rigged.slack.violations).toEqual([]);
  });
});

describe('the Home tab', () => {
  test('shows a person his own page, and anew after a click there', async () => {
    let rev = 1;
    const rigged = await rig({
      intake: {
        home: async (viewer) => [words(`For ${viewer.id}`), approval(rev)],
        action: async () => {
          rev += 1;
          return { result: 'accepted' };
        },
      },
    });
    const { slack } = rigged;
    await slack.openHome('U0ALICE');
    await slack.settled(() => slack.home('U0ALICE') !== undefined);
    expect(JSON.stringify(slack.home('U0ALICE'))).toContain('For U0ALICE');
    expect(slack.home('U0BOB')).toBeUndefined();
    const id = slack.home('U0ALICE')?.id ?? '';
    const clicked = await slack.clickInView({ user: 'U0ALICE', viewId: id, actionId: 'approve:a1b2' });
    expect(await clicked.outcome).toEqual({});
    await slack.settled(() => JSON.stringify(slack.home('U0ALICE')).includes('approval-a1b2c3#2#'));
    expect(slack.violations).toEqual([]);
  });

  test('a refusal there opens a window', async () => {
    const rigged = await rig({
      intake: { home: async () => [approval()], action: async () => refused('bob was first') },
    });
    const { slack } = rigged;
    await slack.openHome('U0ALICE');
    await slack.settled(() => slack.home('U0ALICE') !== undefined);
    const id = slack.home('U0ALICE')?.id ?? '';
    await slack.clickInView({ user: 'U0ALICE', viewId: id, actionId: 'approve:a1b2' });
    await view(rigged, (text) => text.includes('bob was first'));
  });
});
