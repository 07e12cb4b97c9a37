import { describe, expect, test } from 'vitest';
import { digestDate, isLate, lastDue, nextDigest } from '../../src/channels/schedule.ts';

const next = (digest: Parameters<typeof nextDigest>[0], after: string, lastDate?: string) => {
  const at = nextDigest(digest, { after: Date.parse(after), lastDate, timeZone: 'UTC' });
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('the next digest', () => {
  test('is today where its time is still to come, else tomorrow', () => {
    const digest = { at: '09:00', timeZone: 'Asia/Shanghai' };
    expect(next(digest, '2026-11-25T00:59:59Z')).toBe('2026-11-25T01:00:00.000Z');
    expect(next(digest, '2026-11-25T01:00:00Z')).toBe('2026-11-26T01:00:00.000Z');
  });

  test('is not on a day that had one', () => {
    expect(next({ at: '18:00' }, '2026-11-25T10:00:00Z', '2026-11-25')).toBe('2026-11-26T18:00:00.000Z');
  });

  test('keeps to its days, the last of a week leads to the first of the next', () => {
    const digest = { at: '09:00', days: ['mon' as const, 'fri' as const] };
    expect(next(digest, '2026-11-25T10:00:00Z')).toBe('2026-11-27T09:00:00.000Z');
    expect(next(digest, '2026-11-27T10:00:00Z')).toBe('2026-11-30T09:00:00.000Z');
  });

  test('comes at the same time of day before and after summer time begins and ends', () => {
    const digest = { at: '09:00', timeZone: 'Europe/Berlin' };
    expect(next(digest, '2026-03-28T09:00:00Z')).toBe('2026-03-29T07:00:00.000Z');
    expect(next(digest, '2026-03-27T09:00:00Z')).toBe('2026-03-28T08:00:00.000Z');
    expect(next(digest, '2026-10-24T08:00:00Z')).toBe('2026-10-25T08:00:00.000Z');
  });

  test('at a time that a day does not have comes on that day all the same, and at one that it has twice comes once', () => {
    const digest = { at: '02:30', timeZone: 'Europe/Berlin' };
    const spring = next(digest, '2026-03-28T12:00:00Z') ?? '';
    expect(digestDate(digest, Date.parse(spring), 'UTC')).toBe('2026-03-29');
    const autumn = next(digest, '2026-10-24T12:00:00Z') ?? '';
    expect(digestDate(digest, Date.parse(autumn), 'UTC')).toBe('2026-10-25');
    expect(next(digest, autumn, '2026-10-25')).toBe('2026-10-26T01:30:00.000Z');
  });

  test('at a time that the leap to summer time takes from the end of a day comes right before it, and on the next day again', () => {
    // https://www.timeanddate.com/time/zone/greenland/ittoqqortoormiit: from 23:00 to midnight.
    const digest = { at: '23:30', timeZone: 'America/Scoresbysund' };
    const leap = next(digest, '2027-03-27T12:00:00Z', '2027-03-26') ?? '';
    expect([leap, digestDate(digest, Date.parse(leap), 'UTC')]).toEqual(['2027-03-28T00:59:00.000Z', '2027-03-27']);
    expect(next(digest, leap, '2027-03-27')).toBe('2027-03-29T00:30:00.000Z');
  });

  test('that was missed is told by the last one that was due, and says that it is late', () => {
    const due = (text: string) => Date.parse(text);
    const last = (now: string) =>
      new Date(
        lastDue({ at: '09:00' }, { dueAt: due('2026-11-25T09:00:00Z'), now: due(now), timeZone: 'UTC' }),
      ).toISOString();
    expect(last('2026-11-25T09:00:00Z')).toBe('2026-11-25T09:00:00.000Z');
    expect(last('2026-11-26T08:59:59Z')).toBe('2026-11-25T09:00:00.000Z');
    expect(last('2026-11-26T09:00:00Z')).toBe('2026-11-26T09:00:00.000Z');
    expect(last('2026-12-03T08:00:00Z')).toBe('2026-12-02T09:00:00.000Z');
    expect(isLate(0, 29 * 60_000)).toBe(false);
    expect(isLate(0, 30 * 60_000)).toBe(true);
  });
});
