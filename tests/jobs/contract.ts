import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type AlarmClock, openAlarmClock } from '../../src/jobs/alarm-clock.ts';

interface Place {
  dataDir: string;
  mongoUrl?: string;
}

/** What the alarm clock promises on every backend; `place` is where its alarms are kept. */
export function alarmClockContract(backend: string, place: () => Place): void {
  describe(`the alarm clock on ${backend}`, () => {
    const open: AlarmClock[] = [];
    const errors: unknown[] = [];
    const clockAt = async (where: Place) => {
      const clock = await openAlarmClock({ ...where, onError: (error, name) => errors.push([name, error]) });
      open.push(clock);
      return clock;
    };
    /** A clock that writes down when each key rang. */
    const started = async (where: Place, name = `n-${randomUUID()}`) => {
      const clock = await clockAt(where);
      const rings: { key: string; at: number }[] = [];
      await clock.start({ [name]: async (key) => void rings.push({ key, at: Date.now() }) });
      return { clock, rings, name, keys: () => rings.map(({ key }) => key) };
    };
    afterEach(async () => {
      for (const clock of open.splice(0)) await clock.stop();
      expect(errors.splice(0)).toEqual([]);
    });

    test('an alarm that is due rings at once', async () => {
      const { clock, rings, name } = await started(place());
      const late: number[] = [];
      for (let n = 0; n < 20; n++) {
        const at = Date.now();
        await clock.set(name, `k${n}`, at);
        await vi.waitFor(() => expect(rings).toHaveLength(n + 1), { interval: 1 });
        late.push((rings[n]?.at ?? 0) - at);
      }
      expect(late.sort((a, b) => a - b)[10]).toBeLessThan(50);
    });

    test('a later alarm rings when it is due, never early, and once', async () => {
      const { clock, rings, name } = await started(place());
      const due = Array.from({ length: 20 }, (_, n) => Date.now() + 100 + n * 20);
      await Promise.all(due.map((at, n) => clock.set(name, String(n), at)));
      await vi.waitFor(() => expect(rings).toHaveLength(20), 4000);
      for (const { key, at } of rings) expect(at).toBeGreaterThanOrEqual(due[Number(key)] ?? Number.NaN);
      expect(new Set(rings.map(({ key }) => key)).size).toBe(20);
    });

    test('setting an alarm again moves it, sooner and later, and clearing it silences it', async () => {
      const { clock, keys, name } = await started(place());
      const now = Date.now();
      await clock.set(name, 'sooner', now + 60_000);
      await clock.set(name, 'later', now + 150);
      await clock.set(name, 'cleared', now + 150);
      await clock.set(name, 'sooner', now + 150);
      await clock.set(name, 'later', now + 60_000);
      await clock.clear(name, 'cleared');
      await clock.clear(name, 'never-set');
      await clock.set(name, 'last', now + 400);
      await vi.waitFor(() => expect(keys()).toContain('last'), 4000);
      expect(keys()).toEqual(['sooner', 'last']);
    });

    test('of alarms for one key set at once the last one counts', async () => {
      const { clock, keys, name } = await started(place());
      const now = Date.now();
      await Promise.all([100, 120, 140, 60_000].map((ms) => clock.set(name, 'one', now + ms)));
      await clock.set(name, 'last', now + 300);
      await vi.waitFor(() => expect(keys()).toContain('last'), 4000);
      expect(keys()).toEqual(['last']);
    });

    test('a handler may set its own alarm again, and none is lost', async () => {
      const clock = await clockAt(place());
      const name = `n-${randomUUID()}`;
      let rung = 0;
      await clock.start({
        [name]: async (key) => {
          rung += 1;
          if (rung < 20) await clock.set(name, key, Date.now() + (rung % 2) * 10);
        },
      });
      await clock.set(name, 'again', Date.now());
      await vi.waitFor(() => expect(rung).toBe(20), 15_000);
    });

    test('names and keys of any form are told apart', async () => {
      const { clock, keys, name } = await started(place());
      const odd = [
        '',
        ' ',
        'a b',
        "'; DROP TABLE jobs; --",
        '{"$gt":""}',
        '$where',
        '中文',
        '🚀',
        '__proto__',
        '1',
        '01',
      ];
      for (const key of odd) await clock.set(name, key, Date.now() + 200);
      await clock.set(`${name}-other`, 'silent', Date.now());
      await vi.waitFor(() => expect(keys()).toHaveLength(odd.length), 4000);
      expect(keys().sort()).toEqual(odd.sort());
    });

    test('a handler that throws is reported and tried again, ever later, until it succeeds', async () => {
      const clock = await clockAt(place());
      const name = `n-${randomUUID()}`;
      const tries: number[] = [];
      await clock.start({
        [name]: async () => {
          tries.push(Date.now());
          if (tries.length === 1) throw new Error('try 1');
          if (tries.length === 2) await Promise.reject();
        },
      });
      await clock.set(name, 'one', Date.now());
      await vi.waitFor(() => expect(tries).toHaveLength(3), 8000);
      const [first = 0, second = 0, third = 0] = tries;
      expect(second - first).toBeGreaterThanOrEqual(500);
      expect(third - second).toBeGreaterThanOrEqual(1000);
      expect(errors.splice(0)).toEqual([
        [name, new Error('try 1')],
        [name, new Error('undefined')],
      ]);
    });

    test('more alarms than may ring at once all ring', async () => {
      const { clock, keys, name } = await started(place());
      const due = Date.now() + 300;
      await Promise.all(Array.from({ length: 500 }, (_, n) => clock.set(name, String(n), due)));
      await vi.waitFor(() => expect(new Set(keys()).size).toBe(500), 10_000);
    });

    test('a recurring handler rings again and again', async () => {
      const clock = await clockAt(place());
      const name = `n-${randomUUID()}`;
      const rings: number[] = [];
      await clock.start({ [name]: async () => void rings.push(Date.now()) }, { [name]: 200 });
      await vi.waitFor(() => expect(rings.length).toBeGreaterThanOrEqual(3), 8000);
      for (const [n, at] of rings.entries()) if (n > 0) expect(at - (rings[n - 1] ?? 0)).toBeGreaterThanOrEqual(190);
    });

    test('a recurring handler goes on ringing when the alarm of its name without a key is set and cleared', async () => {
      const clock = await clockAt(place());
      const name = `n-${randomUUID()}`;
      let rung = 0;
      await clock.start({ [name]: async () => void rung++ }, { [name]: 200 });
      await clock.set(name, '', Date.now() + 60_000);
      await clock.clear(name, '');
      await vi.waitFor(() => expect(rung).toBeGreaterThanOrEqual(3), 8000);
    });

    test('stopping waits for a handler that runs, and the rest rings after the next start', async () => {
      const where = place();
      const name = `n-${randomUUID()}`;
      const first = await clockAt(where);
      const finish = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      let ended = false;
      await first.start({
        [name]: async () => {
          begun.resolve();
          await finish.promise;
          ended = true;
        },
      });
      await first.set(name, 'running', Date.now());
      await first.set(name, 'locked ahead', Date.now() + 700);
      await begun.promise;
      const stopped = first.stop();
      finish.resolve();
      await stopped;
      expect(ended).toBe(true);
      open.splice(open.indexOf(first), 1);

      const { keys } = await started(where, name);
      await vi.waitFor(() => expect(keys()).toEqual(['locked ahead']), 4000);
    });

    test('what a killed process was handling, and what fell due since, rings after a restart', async () => {
      const where = place();
      const name = `n-${randomUUID()}`;
      const child = startRinger(where, name);
      await until(child, 'ringing');
      child.kill('SIGKILL');
      if (child.signalCode === null) await once(child, 'exit');
      const begin = Date.now();
      const { keys } = await started(where, name);
      await vi.waitFor(() => expect(keys().sort()).toEqual(['handled', 'overdue']), 8000);
      expect(Date.now() - begin).toBeLessThan(where.mongoUrl === undefined ? 2000 : 6000);
    });
  });
}

/** Another process whose handler of the alarm `handled` never ends; `overdue` falls due a moment later. */
function startRinger(where: Place, name: string): ChildProcess {
  const file = join(import.meta.dirname, 'ringer.ts');
  return spawn(process.execPath, [file, JSON.stringify(where), name], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function until(child: ChildProcess, line: string): Promise<void> {
  if (!child.stdout) throw new Error('The child has no output');
  for await (const said of createInterface({ input: child.stdout })) if (said === line) return;
  throw new Error(`The child ended before it said ${line}`);
}
