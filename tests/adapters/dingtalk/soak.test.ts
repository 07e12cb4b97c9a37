import { expect, test } from 'vitest';
import type { DropHow } from '../../fakes/dingtalk/dingtalk.ts';
import { bench, connected } from './support.ts';

const WAYS: DropHow[] = ['close', 'reset', 'disconnect', 'silence', 'zombie'];

test('three hundred messages while the sockets end in five ways: what reached DingTalk’s sockets reaches the core', async () => {
  const heard = new Map<string, number>();
  const { fake, chat, errors } = await bench({
    fake: { redeliverMs: 400 },
    intake: { message: async ({ deliveryId }) => void heard.set(deliveryId, (heard.get(deliveryId) ?? 0) + 1) },
  });
  await connected({ fake, chat });
  const sent: string[] = [];
  for (let at = 0; at < 300; at++) {
    if (at % 20 === 10) fake.faults.dropSockets(WAYS[Math.floor(at / 20) % WAYS.length] ?? 'close');
    const { msgId } = await fake.say({
      user: at % 2 === 0 ? 'alice' : 'bob',
      text: `message ${at}`,
      copies: 1 + (at % 3),
    });
    sent.push(msgId);
    const until = Date.now() + 5;
    await fake.settled(() => Date.now() >= until);
  }
  const expected = sent.filter((id) => !fake.lost.includes(id));
  await fake.settled(() => expected.every((id) => heard.has(id)) && fake.unacked().length === 0, 15_000);
  expect(fake.lost.length).toBeLessThan(60);
  expect(fake.violations).toEqual([]);
  expect(errors.filter((error) => !error.includes('lost') && !error.startsWith('connection'))).toEqual([]);
});
