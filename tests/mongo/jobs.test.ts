import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { openAlarmClock } from '../../src/jobs/alarm-clock.ts';
import { alarmClockContract } from '../jobs/contract.ts';

const place = { dataDir: 'unused', mongoUrl: process.env.MONGODB_URL ?? '' };

alarmClockContract('MongoDB', () => place);

test('of two copies of the bot one rings each alarm, and none rings one that the other moved', async () => {
  const errors: unknown[] = [];
  const name = `n-${randomUUID()}`;
  const rung: string[] = [];
  const open = async () => {
    const clock = await openAlarmClock({ ...place, onError: (error) => errors.push(error) });
    await clock.start({ [name]: async (key) => void rung.push(key) });
    return clock;
  };
  const one = await open();
  const other = await open();
  const soon = Date.now() + 600;
  const keys = Array.from({ length: 40 }, (_, n) => `k${n}`);
  await Promise.all(keys.map((key) => one.set(name, key, soon)));
  await Promise.all(keys.slice(20).map((key) => other.set(name, key, soon + 60_000)));
  await one.set(name, 'last', soon + 1500);
  await vi.waitFor(() => expect(rung).toContain('last'), 6000);
  expect(rung.toSorted()).toEqual([...keys.slice(0, 20), 'last'].toSorted());
  await Promise.all([one.stop(), other.stop()]);
  expect(errors).toEqual([]);
});
