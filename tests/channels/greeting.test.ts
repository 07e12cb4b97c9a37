import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGreeting } from '../../src/channels/greeting.ts';
import { controlsOf } from '../../src/chat/blocks.ts';
import { ANN, type ChannelRig, openRig, place, translate } from './room.ts';

let rig: ChannelRig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const joined = () => createGreeting({ channels: rig.channels, outbox: rig.outbox, translate });

test('a group that the bot is brought into is greeted once, and can be set up from then on', async () => {
  for (const again of [0, 1, 2]) await joined()(place('C1', again ? { threadId: '1.2' } : {}));
  await rig.delivered();
  expect(rig.said.size).toBe(1);
  const [said] = [...rig.said.values()];
  expect(said?.to).toEqual(place('C1'));
  expect(said?.text).toContain('ask before every change');
  expect(await rig.channels.list()).toMatchObject([{ id: 'slack:T1:C1', incidents: false }]);
});

test('another group is greeted as well, and settings that are there stay', async () => {
  await rig.channels.set(place('C2'), { incidents: true, language: 'zh' }, ANN);
  await joined()(place('C1'));
  await joined()(place('C2'));
  await rig.delivered();
  expect([...rig.said.values()].map(({ to, language }) => [to.id, language])).toEqual([
    ['C1', 'en'],
    ['C2', 'zh'],
  ]);
  expect(await rig.channels.get('slack:T1:C2')).toMatchObject({ incidents: true, rev: 1 });
});

test('its buttons say what one would type', async () => {
  await rig.channels.set(place('C2'), { language: 'zh' }, ANN);
  await joined()(place('C2'));
  await rig.delivered();
  const [said] = [...rig.said.values()];
  const ids = said?.card
    ? controlsOf(said.card).flatMap((block) => (block.type === 'buttons' ? block.items.map(({ id }) => id) : []))
    : [];
  expect(ids).toEqual(['send:设置', 'send:帮助']);
});
