import { expect, test } from 'vitest';
import { digestDate, lastDue, nextDigest } from '../../src/channels/schedule.ts';
import { randomOf } from '../support/random.ts';

/** Three years of every zone that the runtime knows: summer time and its end, half-hour zones, a leap day, a day that a zone skips. */

const FROM = Date.parse('2027-01-01T00:00:00Z');
const TO = Date.parse('2030-01-01T00:00:00Z');
const TIMES = ['00:00', '00:30', '01:59', '02:00', '02:30', '03:00', '09:00', '23:30', '23:59'];
const zones = Intl.supportedValuesOf('timeZone');

const dayAfter = (date: string) => new Date(Date.parse(`${date}T00:00:00Z`) + 24 * 3600_000).toISOString().slice(0, 10);

test(`${zones.length} zones over three years have exactly one digest on each local day`, () => {
  expect(zones.length).toBeGreaterThanOrEqual(400);
  const wrong: string[] = [];
  for (const [index, timeZone] of zones.entries()) {
    const digest = { at: TIMES[index % TIMES.length] ?? '09:00', timeZone };
    let at = FROM;
    let lastDate: string | undefined;
    for (;;) {
      const next = nextDigest(digest, { after: at, lastDate, timeZone: 'UTC' });
      if (next === undefined || next > TO) break;
      const date = digestDate(digest, next, 'UTC');
      if (lastDate !== undefined && date !== dayAfter(lastDate))
        wrong.push(`${timeZone} ${digest.at}: ${date} after ${lastDate}`);
      [at, lastDate] = [next, date];
    }
    if (lastDate === undefined || lastDate < '2029-12-30') wrong.push(`${timeZone} ${digest.at} ends at ${lastDate}`);
  }
  expect(wrong).toEqual([]);
}, 300_000);

test('a bot that is down at random never posts two for one local day, and the one that it posts late is the last that was due', () => {
  const random = randomOf(7);
  const wrong: string[] = [];
  for (const timeZone of zones.filter((_, index) => index % 10 === 0)) {
    const digest = { at: TIMES[Math.floor(random.next() * TIMES.length)] ?? '09:00', timeZone };
    const posted = new Set<string>();
    let dueAt = nextDigest(digest, { after: FROM, timeZone: 'UTC' }) ?? 0;
    while (dueAt < TO) {
      const now = dueAt + (random.next() < 0.2 ? random.next() * 100 * 3600_000 : random.next() * 60_000);
      const last = lastDue(digest, { dueAt, now, timeZone: 'UTC' });
      const date = digestDate(digest, last, 'UTC');
      if (posted.has(date)) wrong.push(`${timeZone}: two on ${date}`);
      if (last > now || last < dueAt) wrong.push(`${timeZone}: ${last} is not between ${dueAt} and ${now}`);
      posted.add(date);
      dueAt = nextDigest(digest, { after: now, lastDate: date, timeZone: 'UTC' }) ?? TO;
    }
  }
  expect(wrong).toEqual([]);
});
