import { describe, expect, test } from 'vitest';
import { isQuiet, localTime, quietAt } from '../../src/approvals/local-time.ts';
import { policyOf } from './support.ts';

const night = { from: '22:00', to: '07:00', autonomy: 'copilot' as const };
const at = (text: string) => Date.parse(text);

describe('quiet hours', () => {
  test.each([
    ['2026-11-25T21:59Z', false],
    ['2026-11-25T22:00Z', true],
    ['2026-11-26T00:00Z', true],
    ['2026-11-26T06:59Z', true],
    ['2026-11-26T07:00Z', false],
  ])('over midnight at %s: %s', (time, quiet) => {
    expect(isQuiet(night, at(time), 'UTC')).toBe(quiet);
  });

  test('belong to the day on which they begin', () => {
    const weekend = { ...night, days: ['fri' as const] };
    expect(isQuiet(weekend, at('2026-11-27T23:00Z'), 'UTC')).toBe(true);
    expect(isQuiet(weekend, at('2026-11-28T03:00Z'), 'UTC')).toBe(true);
    expect(isQuiet(weekend, at('2026-11-28T23:00Z'), 'UTC')).toBe(false);
    const monday = { ...night, from: '00:00', to: '00:00', days: ['mon' as const] };
    expect(isQuiet(monday, at('2026-11-30T12:00Z'), 'UTC')).toBe(true);
    expect(isQuiet(monday, at('2026-12-01T00:00Z'), 'UTC')).toBe(false);
  });

  test('are told by the clocks of their zone, in summer and in winter, and at half hours', () => {
    const berlin = { ...night, timeZone: 'Europe/Berlin' };
    expect(isQuiet(berlin, at('2026-07-01T20:30Z'), 'UTC')).toBe(true);
    expect(isQuiet(berlin, at('2026-12-01T20:30Z'), 'UTC')).toBe(false);
    expect(isQuiet({ ...night, timeZone: 'Asia/Kolkata' }, at('2026-12-01T16:30Z'), 'UTC')).toBe(true);
    expect(isQuiet({ ...night, timeZone: 'Asia/Kolkata' }, at('2026-12-01T16:29Z'), 'UTC')).toBe(false);
  });

  test('that allow nothing win over those that only ask', () => {
    const policy = policyOf(`roles: {}
quietHours:
  - { from: '00:00', to: '23:00' }
  - { from: '01:00', to: '02:00', autonomy: observe }`);
    expect(quietAt(policy, at('2026-11-25T01:30Z'), 'UTC')?.autonomy).toBe('observe');
    expect(quietAt(policy, at('2026-11-25T03:30Z'), 'UTC')?.autonomy).toBe('copilot');
    expect(quietAt(policy, at('2026-11-25T23:30Z'), 'UTC')).toBeUndefined();
  });
});

test('a day and minute are those of the zone', () => {
  expect(localTime(at('2026-11-25T20:05Z'), 'Asia/Shanghai')).toEqual({ date: '2026-11-26', minute: 245 });
  expect(localTime(at('2026-11-25T00:00Z'), 'UTC')).toEqual({ date: '2026-11-25', minute: 0 });
});
