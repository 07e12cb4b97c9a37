import { describe, expect, test } from 'vitest';
import type { TemplateValue } from '../../../../src/helm/types.ts';
import { answers, call, callIn, failures, testWorld } from './calls.ts';

type Methods = Record<string, (...args: TemplateValue[]) => TemplateValue>;

const at = (layout: string, text: string): TemplateValue => call('mustToDate', layout, text);
const RFC3339 = '2006-01-02T15:04:05Z07:00';
const moment = at('2006-01-02T15:04:05.999999999Z07:00', '2009-02-05T05:00:57.0123456Z');

describe('times are written by the layouts of Go', () => {
  const layouts: [layout: string, written: string][] = [
    ['Mon Jan _2 15:04:05 2006', 'Thu Feb  5 05:00:57 2009'],
    ['Mon Jan 02 15:04:05 -0700 2006', 'Thu Feb 05 05:00:57 +0000 2009'],
    ['02 Jan 06 15:04 MST', '05 Feb 09 05:00 UTC'],
    ['Monday, 02-Jan-06 15:04:05 MST', 'Thursday, 05-Feb-09 05:00:57 UTC'],
    [RFC3339, '2009-02-05T05:00:57Z'],
    ['2006-01-02T15:04:05.999999999Z07:00', '2009-02-05T05:00:57.0123456Z'],
    ['3:04PM', '5:00AM'],
    ['03:4:5 pm', '05:0:57 am'],
    ['06 1 2', '09 2 5'],
    ['Hi Janet, the Month is January', 'Hi Janet, the Month is February'],
    ['Jan _2 15:04:05.000', 'Feb  5 05:00:57.012'],
    ['05.000000', '57.012345'],
    ['05,000000000', '57,012345600'],
    ['05.99', '57.01'],
    ['05.9', '57'],
    ['002 __2 2', '036  36 5'],
    ['-07 -07:00 -0700 -070000 -07:00:00', '+00 +00:00 +0000 +000000 +00:00:00'],
    ['Z07 Z0700 Z070000', 'Z Z Z'],
    ['20060102150405', '20090205050057'],
    ['15:04_20060102', '05:00_20090205'],
    ['15h', '05h'],
    ['no time at all', 'no time at all'],
    ['', ''],
  ];
  for (const [layout, written] of layouts) {
    test(`${JSON.stringify(layout)} writes ${JSON.stringify(written)}`, () => {
      expect(call('date', layout, moment)).toBe(written);
    });
  }

  test('years before 1000 have four digits, and those before Christ a sign', () => {
    expect(call('date', '2006', at('2006', '0012'))).toBe('0012');
    expect(call('date', '2006', -62_200_000_000n)).toBe('-0002');
    expect(call('date', '2006', 253_500_000_000n)).toBe('10003');
  });

  test('a time prints itself as Go does', () => {
    expect(call('toString', moment)).toBe('2009-02-05 05:00:57.0123456 +0000 UTC');
    expect(call('toString', at(RFC3339, '2009-02-05T05:00:57+08:00'))).toBe('2009-02-05 05:00:57 +0800 +0800');
    expect(call('typeOf', moment)).toBe('time.Time');
    expect(call('empty', at('2006', '0001'))).toBe(false);
  });
});

describe('a time is seen from any zone', () => {
  answers([
    ['dateInZone', '2006-01-02 15:04 -0700 MST', 1_704_067_200n, 'Asia/Shanghai', '2024-01-01 08:00 +0800 CST'],
    ['date_in_zone', '15:04 -0700 MST', 1_704_067_200n, 'America/New_York', '19:00 -0500 EST'],
    ['dateInZone', '15:04 -0700 MST', 1_720_000_000n, 'America/New_York', '05:46 -0400 EDT'],
    ['dateInZone', '15:04 MST', 1_720_000_000n, 'Europe/Paris', '11:46 CEST'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'Europe/London', '00:00 GMT'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'Asia/Kolkata', '05:30 IST'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'Asia/Tokyo', '09:00 JST'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'America/Sao_Paulo', '21:00 -03'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'Asia/Kathmandu', '05:45 +0545'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'UTC', '00:00 UTC'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'Local', '00:00 UTC'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, '', '00:00 UTC'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, 'Mars/Olympus', '00:00 UTC'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, '../../etc/passwd', '00:00 UTC'],
    ['dateInZone', '15:04 MST', 1_704_067_200n, '+08:00', '00:00 UTC'],
    ['htmlDate', 0n, '1970-01-01'],
    ['htmlDateInZone', 0n, 'America/New_York', '1969-12-31'],
    ['htmlDateInZone', 0n, 'Asia/Shanghai', '1970-01-01'],
    ['date', '2006', 1.5, '2026'],
    ['date', '2006', 'no time', '2026'],
    ['date', '2006', null, '2026'],
  ]);
  failures([
    ['date', '2006', 99_999_999_999_999_999n, 'beyond what calendars know'],
    ['unixEpoch', 5n, 'wrong type for value; expected time.Time; got int'],
    ['dateModify', '1h', 'now', 'wrong type for value; expected time.Time; got string'],
  ]);
});

describe('text is read as a time', () => {
  const texts: [layout: string, text: string, time: string][] = [
    ['2006-01-02', '2017-12-31', '2017-12-31T00:00:00Z'],
    ['02 Jan 06 15:04:05 MST', '13 Jun 19 20:39:39 GMT', '2019-06-13T20:39:39Z'],
    [RFC3339, '2010-02-04T21:00:57-08:00', '2010-02-04T21:00:57-08:00'],
    [RFC3339, '2010-02-04T21:00:57Z', '2010-02-04T21:00:57Z'],
    [RFC3339, '2010-02-04T21:00:57+00:00', '2010-02-04T21:00:57Z'],
    ['Mon Jan _2 15:04:05 2006', 'thu FEB 4 21:00:57 2010', '2010-02-04T21:00:57Z'],
    ['Mon Jan _2 15:04:05 2006', 'Thu   Feb    4    21:00:57    2010', '2010-02-04T21:00:57Z'],
    ['Monday, January 2 2006', 'Tuesday, March 3 2015', '2015-03-03T00:00:00Z'],
    ['3:04PM', '12:00AM', '0000-01-01T00:00:00Z'],
    ['3:04PM', '12:00PM', '0000-01-01T12:00:00Z'],
    ['03:04pm 2006', '09:30pm 2001', '2001-01-01T21:30:00Z'],
    ['2006-01-02 15:04:05', '2010-02-04 21:00:57.5', '2010-02-04T21:00:57.5Z'],
    ['2006-01-02 15:04:05.000', '2010-02-04 21:00:57.012', '2010-02-04T21:00:57.012Z'],
    ['2006-01-02 15:04:05,999', '2010-02-04 21:00:57,012345678', '2010-02-04T21:00:57.012345678Z'],
    ['2006-01-02 15:04:05.999', '2010-02-04 21:00:57', '2010-02-04T21:00:57Z'],
    ['2006-002', '2020-366', '2020-12-31T00:00:00Z'],
    ['2006-002', '2019-060', '2019-03-01T00:00:00Z'],
    ['2006-01 002', '2010-02 035', '2010-02-04T00:00:00Z'],
    ['06', '69', '1969-01-01T00:00:00Z'],
    ['06', '68', '2068-01-01T00:00:00Z'],
    ['2006 MST', '2010 UTC', '2010-01-01T00:00:00Z'],
    ['2006-01-02T15:04:05-070000', '1871-01-01T05:33:02-003408', '1871-01-01T05:33:02-00:34'],
    ['2006-01-02 15:04 -07', '2010-02-04 21:00 +05', '2010-02-04T21:00:00+05:00'],
  ];
  for (const [layout, text, time] of texts) {
    test(`${JSON.stringify(text)} by ${JSON.stringify(layout)} is ${time}`, () => {
      expect((at(layout, text) as Methods).Format?.('2006-01-02T15:04:05.999999999Z07:00')).toBe(time);
    });
  }

  test('a zone that is known by its name only keeps the name', () => {
    const written = (text: string) => (at('2006-01-02 15:04 MST', text) as Methods).Format?.('15:04 -0700 MST');
    expect(written('2010-02-04 21:00 PST')).toBe('21:00 +0000 PST');
    // Go reads the clock as that of UTC, and then shows it from there.
    expect(written('2010-02-04 21:00 GMT-8')).toBe('13:00 -0800 GMT-8');
    expect(written('2010-02-04 21:00 CEST')).toBe('21:00 +0000 CEST');
  });

  failures([
    ['mustToDate', '2006-01-02', '2017-13-01', 'parsing time "2017-13-01": month out of range'],
    ['mustToDate', '2006-01-02', '2017-02-29', 'parsing time "2017-02-29": day out of range'],
    ['mustToDate', '2006-01-02', '2017-02-00', 'day out of range'],
    ['mustToDate', '15:04', '24:00', 'hour out of range'],
    ['mustToDate', '3:04', '13:00', 'hour out of range'],
    ['mustToDate', '15:04', '23:60', 'minute out of range'],
    ['mustToDate', '15:04:05', '23:00:60', 'second out of range'],
    ['mustToDate', '2006-01-02', 'x', 'parsing time "x" as "2006-01-02": cannot parse "x" as "2006"'],
    ['mustToDate', '2006-01-02', '2017/01/02', 'cannot parse "/01/02" as "-"'],
    ['mustToDate', '2006-01-02', '2017-01-02T', 'extra text: "T"'],
    ['mustToDate', 'Jan', 'Foo', 'cannot parse "Foo" as "Jan"'],
    ['mustToDate', '01', '1', 'cannot parse "1" as "01"'],
    ['mustToDate', '05.000', '59.-12', 'fractional second out of range'],
    ['mustToDate', '05.000', '59.1', 'cannot parse ".1" as ".000"'],
    ['mustToDate', 'Jan _2 002 2006', 'Feb  4 034 2006', 'day-of-year does not match day'],
    ['mustToDate', 'Jan _2 002 2006', 'Feb  4 004 2006', 'day-of-year does not match month'],
    ['mustToDate', '2006-002', '2019-366', 'day-of-year out of range'],
    ['mustToDate', 'Z07:00', '+25:00', 'time zone offset hour out of range'],
    ['mustToDate', 'MST', 'pst', 'cannot parse "pst" as "MST"'],
    ['mustToDate', 'MST', 'ABCDEF', 'cannot parse "ABCDEF" as "MST"'],
  ]);

  test('toDate answers the first moment of all for what it cannot read', () => {
    const zero = call('toDate', '2006-01-02', 'nonsense');
    expect(call('toString', zero)).toBe('0001-01-01 00:00:00 +0000 UTC');
    expect((zero as Methods).IsZero?.()).toBe(true);
  });
});

describe('durations', () => {
  answers([
    ['duration', 95n, '1m35s'],
    ['duration', '95', '1m35s'],
    ['duration', 3600n, '1h0m0s'],
    ['duration', 0n, '0s'],
    ['duration', -90n, '-1m30s'],
    ['duration', 1.5, '0s'],
    ['duration', 'x', '0s'],
    ['durationRound', '2h5s', '2h'],
    ['durationRound', '24h5s', '1d'],
    ['durationRound', '2400h5s', '3mo'],
    ['durationRound', '8761h', '1y'],
    ['durationRound', '-90m', '1h'],
    ['durationRound', '1h', '60m'],
    ['durationRound', '61s', '1m'],
    ['durationRound', '1.5s', '1s'],
    ['durationRound', '1s', '0s'],
    ['durationRound', 'x', '0s'],
    ['durationRound', 7_200_000_000_000n, '2h'],
    ['durationRound', 1.5, '0s'],
    ['durationRound', null, '0s'],
  ]);

  const added: [by: string, time: string][] = [
    ['24h', '2009-02-06T05:00:57.0123456Z'],
    ['-1.5h', '2009-02-05T03:30:57.0123456Z'],
    ['1h30m15s', '2009-02-05T06:31:12.0123456Z'],
    ['+90s', '2009-02-05T05:02:27.0123456Z'],
    ['1ms', '2009-02-05T05:00:57.0133456Z'],
    ['400ns', '2009-02-05T05:00:57.012346Z'],
    ['-20ms', '2009-02-05T05:00:56.9923456Z'],
    ['.5s', '2009-02-05T05:00:57.5123456Z'],
    ['1µs', '2009-02-05T05:00:57.0123466Z'],
    ['0', '2009-02-05T05:00:57.0123456Z'],
  ];
  for (const [by, time] of added) {
    test(`${by} later`, () => {
      for (const name of ['dateModify', 'date_modify', 'mustDateModify', 'must_date_modify']) {
        expect(call('date', '2006-01-02T15:04:05.999999999Z07:00', call(name, by, moment))).toBe(time);
      }
    });
  }

  const wrong: [by: string, words: string][] = [
    ['', 'time: invalid duration ""'],
    ['3', 'time: missing unit in duration "3"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['x', 'time: invalid duration "x"'],
    ['.s', 'time: invalid duration ".s"'],
    ['9999999h', 'time: invalid duration "9999999h"'],
    ['1constructor', 'time: unknown unit "constructor"'],
  ];
  for (const [by, words] of wrong) {
    test(`a duration of ${JSON.stringify(by)} changes nothing, or is complained of`, () => {
      expect(call('toString', call('dateModify', by, moment))).toBe(call('toString', moment));
      expect(() => call('mustDateModify', by, moment)).toThrow(words);
    });
  }
});

describe('what depends on the clock is told', () => {
  test('now is the time of the world', () => {
    const world = testWorld();
    expect(callIn(world, 'toString', callIn(world, 'now'))).toBe('2026-11-26 05:00:00.123 +0000 UTC');
    expect(world.told).toEqual(['now']);
  });

  test('ago is how long something is ago, to the second', () => {
    expect(call('ago', at(RFC3339, '2026-11-26T04:57:55Z'))).toBe('2m5s');
    expect(call('ago', at(RFC3339, '2026-11-26T05:00:05Z'))).toBe('-5s');
    expect(call('ago', at(RFC3339, '2026-11-26T02:25:43Z'))).toBe('2h34m17s');
    expect(call('ago', 'x')).toBe('0s');
    expect(call('durationRound', at(RFC3339, '2026-11-23T04:57:55Z'))).toBe('3d');
  });

  test('a given time is not told', () => {
    const world = testWorld();
    callIn(world, 'date', '2006', moment);
    callIn(world, 'unixEpoch', moment);
    expect(world.told).toEqual([]);
    callIn(world, 'date', '2006', 'x');
    expect(world.told).toEqual(['now']);
  });
});

describe('a time has the methods of Go', () => {
  const time = moment as Methods;
  const values: [name: string, value: TemplateValue][] = [
    ['Unix', 1_233_810_057n],
    ['UnixMilli', 1_233_810_057_012n],
    ['UnixNano', 1_233_810_057_012_345_600n],
    ['Year', 2009n],
    ['Month', 'February'],
    ['Day', 5n],
    ['Weekday', 'Thursday'],
    ['YearDay', 36n],
    ['Hour', 5n],
    ['Minute', 0n],
    ['Second', 57n],
    ['Nanosecond', 12_345_600n],
    ['IsZero', false],
  ];
  for (const [name, value] of values) {
    test(`${name} is ${String(value)}`, () => {
      expect(time[name]?.()).toBe(value);
    });
  }

  test('times are compared, moved and written', () => {
    const later = call('dateModify', '1s', moment);
    expect(time.Before?.(later)).toBe(true);
    expect(time.After?.(later)).toBe(false);
    expect(time.Equal?.(moment)).toBe(true);
    expect(time.Format?.('2006')).toBe('2009');
    expect(call('date', '2006-01-02 15:04', time.AddDate?.(1n, 0n, 30n) ?? null)).toBe('2010-03-07 05:00');
    expect(call('unixEpoch', moment)).toBe('1233810057');
    expect(() => time.Format?.(1n)).toThrow('wrong type for value; expected string');
    expect(() => time.Format?.()).toThrow('wrong number of args for Format: want 1 got 0');
  });
});
