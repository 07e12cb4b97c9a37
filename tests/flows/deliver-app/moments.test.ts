import { describe, expect, test } from 'vitest';
import { dayStart, momentIn, momentText } from '../../../flows/deliver-app/moments.ts';
import type { Revision } from '../../../flows/deliver-app/revisions.ts';
import { revisionFor, withoutWhen } from '../../../flows/deliver-app/roll-back.ts';

const zone = 'Asia/Shanghai';
/** Thursday, 26 November 2026, 09:30 in Shanghai. */
const now = Date.parse('2026-11-26T01:30:00Z');
const at = (text: string) => Date.parse(text);

describe('a moment', () => {
  test.each([
    ['roll back to yesterday', '2026-11-25T15:59:59.999Z'],
    ['回滚到昨天的版本', '2026-11-25T15:59:59.999Z'],
    ['前天的', '2026-11-24T15:59:59.999Z'],
    ['as it was 3 hours ago', '2026-11-25T22:30:00.000Z'],
    ['2 天前', '2026-11-24T01:30:00.000Z'],
    ['last week', '2026-11-22T15:59:59.999Z'],
  ])('"%s" is meant in the zone of the place', (text, wanted) => {
    const found = momentIn(text, now, zone);
    expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(wanted);
  });

  test('that is not named is none', () => {
    expect(momentIn('roll back checkout', now, zone)).toBeUndefined();
  });

  test('is told as it was there', () => {
    expect(momentText(now, zone)).toBe('2026-11-26 09:30');
    expect(new Date(dayStart(now, zone)).toISOString()).toBe('2026-11-25T16:00:00.000Z');
  });
});

const revision = (number: number, tag: string, madeAt: string, earlier: number[] = []): Revision => ({
  number,
  images: [`shop/web:${tag}`],
  madeAt: at(madeAt),
  earlier,
});
const present = revision(5, '1.5.0', '2026-11-26T00:30:00Z');
const older = [
  revision(4, 'v1.4.0', '2026-11-25T10:00:00Z'),
  revision(3, '1.3.0', '2026-11-25T08:00:00Z', [1]),
  revision(2, '1.2.0', '2026-11-20T08:00:00Z'),
];
const kept = { present, older, now, zone };

describe('what is rolled back to', () => {
  test.each([
    ['roll back web', 4],
    ['roll back web to the previous version', 4],
    ["roll back web to yesterday's", 4],
    ['回滚 web 到昨天的版本', 4],
    ['roll back web to revision 3', 3],
    ['roll back web to revision 1', 3],
    ['回滚 web 到版本 2', 2],
    ['回滚 web 到第 2 版', 2],
    ['roll back web to 1.4.0', 4],
    ['rollback web to v1.2.0', 2],
    ['roll back web to what it was 4 days ago', 2],
  ])('"%s" is revision %i', (text, number) => {
    const found = revisionFor(text, kept);
    expect(found === 'present' || found === undefined ? found : found.number).toBe(number);
  });

  test('what ran then and runs now is no change', () => {
    const yesterday = revision(5, '1.5.0', '2026-11-25T11:00:00Z');
    expect(revisionFor('roll back web to yesterday', { ...kept, present: yesterday })).toBe('present');
  });

  test.each(['roll back web to revision 9', 'roll back web to 7.7.7', 'roll back web to 90 days ago'])(
    '"%s" is not kept',
    (text) => {
      expect(revisionFor(text, kept)).toBeUndefined();
    },
  );

  test('words of time are no names', () => {
    expect(withoutWhen("roll back checkout to yesterday's").trim().split(/\s+/)).toEqual(['checkout', 'to']);
    expect(withoutWhen('roll back web to revision 3')).not.toMatch(/revision|3/);
  });
});
