import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actionId } from '../../src/channels/card.ts';
import { createChannelControls } from '../../src/channels/controls.ts';
import { createChannelViews } from '../../src/channels/views.ts';
import { hasControl } from '../../src/chat/blocks.ts';
import type { Block, Card, UserRef } from '../../src/chat/types.ts';
import { placeKey } from '../../src/chat/types.ts';
import { ANN, type ChannelRig, EVE, openRig, place, policy, translate } from './room.ts';

const C1 = place('C1');
const key = placeKey(C1);
let rig: ChannelRig;
let controls: ReturnType<typeof createChannelControls>;
let views: ReturnType<typeof createChannelViews>;

beforeEach(async () => {
  rig = await openRig();
  const { channels, outbox } = rig;
  const clusters = async () => [{ name: 'shop-prod', environment: 'prod' }];
  controls = createChannelControls({ channels, policy, outbox, translate, timeZone: 'UTC', clusters });
  views = createChannelViews({
    channels,
    policy,
    translate,
    timeZone: 'UTC',
    clock: rig.now,
    onError: () => undefined,
    readings: {
      incidents: { list: async () => [] },
      tasks: { list: async () => [] },
      approvals: { pending: async () => [] },
    },
  });
});
afterEach(() => rig.close());

async function type(command: string, what?: string, user: UserRef = ANN) {
  const said = await controls.command(command, what === undefined ? {} : { what }, {
    user,
    conversation: { ...C1, threadId: '1.2' },
    language: 'en',
  });
  return { text: said ? translate.en(said.say) : undefined, buttons: said?.buttons ?? [] };
}

/** The blocks that somebody sees who asks for the settings. */
async function shown(user: UserRef): Promise<Block[]> {
  const found = await views.copilot_channel({}, { user, conversation: C1, language: 'en' });
  return found.ok ? (found.data.blocks as unknown as Block[]) : [];
}

describe('typed words', () => {
  test('change what is told, and say what it was and how to take it back', async () => {
    const { text, buttons } = await type('subscribe', 'this channel to prod critical');
    expect(text).toContain('Incidents: not told → told as they happen');
    expect(text).toContain('Clusters: all → prod');
    expect(text).toContain('Severities: critical, warning, notice → critical');
    expect(buttons).toMatchObject([{ id: actionId('undo', C1, 1), label: 'Undo' }]);
    expect(await controls.click(buttons[0]?.id ?? '', ANN)).toEqual({ result: 'accepted' });
    expect(await rig.channels.get(key)).toMatchObject({ incidents: false, clusters: [] });
  });

  test('of somebody without the role change nothing', async () => {
    for (const [command, what] of [
      ['subscribe', 'everything'],
      ['unsubscribe', undefined],
      ['quiet', '22:00-08:00'],
      ['digest', 'at 09:00'],
    ] as const)
      expect((await type(command, what, EVE)).text).toContain('role operator');
    expect(await rig.channels.get(key)).toBeUndefined();
    expect(await rig.audit()).toEqual([]);
  });

  test('say so where it is so already, and how to put it where they are not understood', async () => {
    expect((await type('unsubscribe')).text).toBe('It is so already.');
    expect((await type('subscribe', 'to shop-prd')).text).toContain('no cluster or environment called shop-prd');
    expect((await type('quiet')).text).toContain('quiet hours 22:00-08:00');
    expect((await type('digest')).text).toContain('digest at 09:00');
    expect(await rig.channels.get(key)).toBeUndefined();
  });

  test('never repeat a word that could be markup', async () => {
    const { text } = await type('subscribe', '<!channel>');
    expect(text).toContain('called ?');
  });

  test('say that what is held back needs a digest, where there is none', async () => {
    await type('subscribe', 'everything');
    expect((await type('quiet', 'quiet hours 22:00-08:00')).text).toContain('digest at 09:00');
    expect((await type('digest', 'digest at 09:00')).text).not.toContain('there is none');
  });

  test('of other rooms are left to them', async () => {
    expect(await controls.command('mute', {}, { user: ANN, conversation: C1, language: 'en' })).toBeUndefined();
    expect(controls.owns('mute:I-7K3F')).toBe(false);
  });
});

describe('the form', () => {
  const submitOf = (blocks: Block[]) => blocks.find((block) => block.type === 'inputs')?.submit.id ?? '';

  test('is for those who may change something; the others see what holds, and who may', async () => {
    expect(submitOf(await shown(ANN))).toBe(actionId('save', C1, 0));
    const seen = await shown(EVE);
    expect(submitOf(seen)).toBe('');
    expect(JSON.stringify(seen)).toContain('role operator');
  });

  test('saved does what typed words do, and is told where it holds, once', async () => {
    const inputs = { incidents: true, clusters: 'shop-prod', severities: ['critical'], digest: '09:00' };
    expect(await controls.click(submitOf(await shown(ANN)), ANN, inputs)).toEqual({ result: 'accepted' });
    await rig.delivered();
    expect(await rig.channels.get(key)).toMatchObject({ incidents: true, clusters: ['shop-prod'], rev: 1 });
    const [said] = [...rig.said.values()];
    expect(said?.to).toEqual(C1);
    const card = said?.card as Card;
    expect(card.title).toBe('The settings of this channel have changed');
    expect(JSON.stringify(card.blocks)).toContain('U1');
    expect(hasControl(card, actionId('undo', C1, 1))).toBe(true);
    expect(hasControl(card, actionId('save', C1, 1))).toBe(true);
  });

  test('of an older revision changes nothing', async () => {
    const old = submitOf(await shown(ANN));
    await type('digest', 'digest at 09:00');
    expect(await controls.click(old, ANN, { digest: '' })).toMatchObject({ result: 'refused', code: 'stale' });
    expect((await rig.channels.get(key))?.digest).toEqual({ at: '09:00' });
  });

  test('sent by somebody without the role is refused, wherever he got the card from', async () => {
    const id = submitOf(await shown(ANN));
    expect(await controls.click(id, EVE, { incidents: true })).toMatchObject({ result: 'refused', code: 'forbidden' });
    expect(await rig.channels.get(key)).toBeUndefined();
  });

  test('with something that makes no sense is refused with a word to whom sent it', async () => {
    const id = submitOf(await shown(ANN));
    for (const inputs of [
      { quiet: 'at night' },
      { zone: 'Mars/Olympus' },
      { clusters: '<!channel>' },
      { severities: [] },
    ])
      expect(await controls.click(id, ANN, inputs)).toMatchObject({
        result: 'refused',
        code: 'invalid',
        message: expect.stringMatching(/\w/),
      });
    expect(await rig.channels.get(key)).toBeUndefined();
  });

  test('speaks the language of the place', async () => {
    await rig.channels.set(C1, { language: 'zh' }, ANN);
    const refused = await controls.click(actionId('save', C1, 1), EVE, {});
    expect(refused).toMatchObject({ message: expect.stringContaining('operator 角色') });
  });
});

describe('a button', () => {
  test('names its place exactly, whatever the platform calls it', () => {
    const group = place('cidA+b/c==:x', { platform: 'dingtalk', tenant: 'ding1' });
    const id = actionId('save', group, 3);
    expect(controls.owns(id)).toBe(true);
    expect(id.length).toBeLessThan(255);
  });

  test('of no known form belongs to nobody here', () => {
    for (const id of [
      'channel:save',
      'channel:drop:1:group:slack:T1:C1',
      'channel:save:x:group:slack:T1:C1',
      'approve:a1b2',
    ])
      expect(controls.owns(id)).toBe(false);
  });
});
