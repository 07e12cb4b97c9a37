import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test, vi } from 'vitest';
import { openAlarmClock } from '../../src/jobs/alarm-clock.ts';
import { alarmClockContract } from './contract.ts';

const root = mkdtempSync(join(tmpdir(), 'k8s-copilot-alarms-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = () => mkdtempSync(join(root, 'data-'));

alarmClockContract('SQLite', () => ({ dataDir: newFolder() }));

test('an alarm that rang leaves nothing behind', async () => {
  const dataDir = newFolder();
  const clock = await openAlarmClock({ dataDir, onError: (error) => expect.unreachable(String(error)) });
  const rung = vi.fn(async () => undefined);
  await clock.start({ rung });
  for (let n = 0; n < 50; n++) await clock.set('rung', String(n), Date.now());
  await vi.waitFor(() => expect(rung).toHaveBeenCalledTimes(50));
  await clock.stop();
  const database = new DatabaseSync(join(dataDir, 'alarms.db'));
  expect(database.prepare('SELECT count(*) AS jobs FROM jobs').get()).toEqual({ jobs: 0 });
  database.close();
});

test('a recurring handler that was killed at work rings at once after the restart, not an interval later', async () => {
  const dataDir = newFolder();
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const dead = await openAlarmClock({ dataDir, onError: (error) => expect.unreachable(String(error)) });
  const atWork = () => {
    begun.resolve();
    return end.promise;
  };
  await dead.start({ daily: atWork }, { daily: 86_400_000 });
  await begun.promise;
  // The copy is what a kill at this moment leaves behind.
  const left = newFolder();
  cpSync(dataDir, left, { recursive: true });
  const clock = await openAlarmClock({ dataDir: left, onError: (error) => expect.unreachable(String(error)) });
  const rung = vi.fn(async () => undefined);
  await clock.start({ daily: rung }, { daily: 86_400_000 });
  await vi.waitFor(() => expect(rung).toHaveBeenCalledOnce(), 2000);
  end.resolve();
  await Promise.all([clock.stop(), dead.stop()]);
});

test('finding the next job reads the index, however many wait', async () => {
  const dataDir = newFolder();
  const clock = await openAlarmClock({ dataDir, onError: () => undefined });
  await clock.stop();
  const database = new DatabaseSync(join(dataDir, 'alarms.db'));
  const due = `SELECT id FROM jobs WHERE name = 'n' AND locked_at IS NULL AND next_run_at <= 1 ORDER BY next_run_at LIMIT 1`;
  const key = `SELECT id FROM jobs WHERE name = 'n' AND json_extract(body, '$.data.key') = 'k'`;
  const details = [due, key].flatMap((sql) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail),
  );
  database.close();
  expect(details).toEqual([expect.stringContaining('INDEX jobs_due'), expect.stringContaining('INDEX jobs_key')]);
});
