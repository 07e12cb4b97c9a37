import { describe, expect, test } from 'vitest';
import type { ProgressStep, UserRef } from '../../../src/chat/types.ts';
import { type BenchOptions, bench, connected, direct } from './support.ts';

const CREATE = 'POST /v1.0/card/instances/createAndDeliver';
const step = (status: ProgressStep['status']): ProgressStep => ({ id: 's1', title: 'Reading pods', status });

describe('a long turn', () => {
  test('without a template is seen as a reaction to what was asked, which goes away at its end', async () => {
    const { fake, activity, msgId } = await asked();
    activity.step(step('running'));
    await fake.settled(() => fake.reactions.length === 1);
    expect(fake.reactions[0]).toMatchObject({ msgId, recalled: false });
    await activity.end();
    expect(fake.reactions).toMatchObject([{ recalled: false }, { msgId, recalled: true }]);
    expect(fake.violations).toEqual([]);
  });

  test('with a template is a card that is written into', async () => {
    const { fake, activity } = await asked({ template: true });
    activity.step(step('running'));
    await fake.settled(() => fake.cards.size === 1);
    const [card] = fake.cards.values();
    expect(card?.params).toMatchObject({ flowStatus: '2' });
    expect(card?.params.content).toContain('Reading pods');
    activity.step(step('done'));
    await fake.settled(() => card?.streams.length === 1);
    await activity.end();
    expect(card?.streams.at(-1)).toMatchObject({ key: 'content', final: true });
    expect(card?.params).toMatchObject({ flowStatus: '3' });
    expect(fake.violations).toEqual([]);
  });

  test.for([true, false])('that is over at once shows nothing (template: %s)', async (template) => {
    const { fake, activity } = await asked({ template });
    activity.step(step('running'));
    await activity.end();
    expect(fake.cards.size).toBe(0);
    expect(fake.reactions).toEqual([]);
  });

  test('that DingTalk will not show is no error', async () => {
    const { fake, activity, errors } = await asked({ template: true });
    fake.faults.fail(CREATE, 500, 9);
    activity.step(step('running'));
    await fake.settled(() => fake.calls.some(({ api }) => api === CREATE));
    await activity.end();
    expect(errors).toEqual([]);
  });

  test('leaves nothing behind when the bot stops', async () => {
    const { fake, chat, activity } = await asked();
    activity.step(step('running'));
    await fake.settled(() => fake.reactions.length === 1);
    await chat.stop();
    await activity.end();
    expect(fake.reactions).toHaveLength(1);
  });
});

async function asked(options: BenchOptions = {}) {
  const made = await bench(options);
  await connected(made);
  const { msgId } = await made.fake.say({ user: 'alice', text: 'why is web slow?' });
  await made.fake.settled(() => made.messages.length === 1);
  const conversation = direct(made.fake);
  const viewer: UserRef = { platform: 'dingtalk', tenant: conversation.tenant, id: conversation.id };
  const activity = made.chat.activity?.(conversation, viewer);
  if (!activity) throw new Error('No activity');
  return { ...made, msgId, activity };
}
