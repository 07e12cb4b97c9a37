import { describe, expect, it } from 'vitest';
import type { ReportFinding, ReportInput } from '../../src/analysis/report.ts';
import { randomOf } from '../support/random.ts';
import { bell, curve, DAY, HOUR, healthy, MONTH, NOW, rhythm, unrelated, WEEK } from './series.ts';
import { CURVE_SCRIPTS, findings, hasPython } from './shipped.ts';

type Series = ReportInput['series'];
const codes = (found: ReportFinding[]) => found.map(({ code, labels }) => `${labels.pool ?? ''}:${code}`).sort();
const figures = (found: ReportFinding[]) => found[0]?.figures;
const pool = (name: string) => ({ name: 'cpu-used', labels: { pool: name } });
/** Noise of 3 %, the same each time. */
const noisy = (seed = 7) => {
  const random = randomOf(seed);
  return () => 1 + 0.03 * bell(random);
};

describe.skipIf(!hasPython)('the analyses (need python3)', () => {
  it.each(CURVE_SCRIPTS)('%s raises no alarm over healthy curves', async (script) => {
    const series = Array.from({ length: 40 }, (_, seed) => healthy(seed + 1, script !== 'seasonality'));
    expect(await findings(script, series)).toEqual([]);
  });

  it.each([...CURVE_SCRIPTS, 'correlate'])(
    '%s is silent where there is nothing, only gaps, one value, or zeros',
    async (script) => {
      const about = { capacity: 0, ...pool('a') };
      const few: Series = [
        { name: 'cpu-used', unit: 'cores', labels: {}, capacity: 4, points: [] },
        curve({ ...pool('gaps'), capacity: 4 }, () => null),
        { ...curve({ ...pool('one'), capacity: 4 }, () => null), points: [[NOW, 3]] },
        curve(about, () => 0),
        curve({ name: 'volume-free', labels: {}, capacity: 0 }, () => 0),
        curve({ name: 'network', labels: {} }, () => 5),
      ];
      expect(await findings(script, few)).toEqual([]);
      expect(await findings(script, [])).toEqual([]);
    },
  );

  it.each(['trend', 'changepoint', 'anomaly'])('%s says nothing of what is too small to matter', async (script) => {
    const errors = { name: 'api-errors', unit: 'percent' };
    const found = await findings(script, [
      curve(errors, (_, day) => 0.001 * day ** 2),
      curve(errors, (_, day) => (day < 4.5 ? 0 : 0.1)),
      curve(errors, (_, day) => (day > 5 && day < 5.3 ? 0.3 : 0)),
    ]);
    expect(found).toEqual([]);
  });

  describe('trend', () => {
    it('tells the slope of what rises below a rhythm and noise', async () => {
      const noise = noisy();
      const found = await findings('trend', [
        curve(pool('a'), (at, day) => (10 + 2 * day) * noise() + rhythm(at, 0.5), MONTH),
        curve(pool('b'), (_, day) => (100 - 8 * day) * noise(), WEEK),
        curve(pool('c'), (at) => 10 * rhythm(at, 0.5) * noise(), MONTH),
      ]);
      expect(codes(found)).toEqual(['a:RISING', 'b:FALLING']);
      expect(figures(found)).toMatchObject({ perDay: expect.closeTo(2, 0), days: 30 });
      expect(found[1]?.figures).toMatchObject({ perDay: expect.closeTo(-8, 0), p: expect.closeTo(0.0027, 3) });
    });

    it('is not misled by a third of all days without samples, nor by two mad days', async () => {
      const found = await findings('trend', [
        curve(
          pool('a'),
          (_, day) => (Math.floor(day) % 3 === 1 ? null : Math.floor(day) === 12 ? 900 : 10 + day),
          MONTH,
        ),
      ]);
      expect(figures(found)).toMatchObject({ perDay: expect.closeTo(1, 1), days: 20 });
    });

    it('takes rising restarts for worse than rising use', async () => {
      const restarts = curve(
        { name: 'restarts', unit: 'count', labels: { namespace: 'prod', workload: 'api' } },
        (_, day) => 3 * Math.round(day),
        { days: 14, stepMs: DAY },
      );
      expect(await findings('trend', [restarts])).toMatchObject([{ code: 'RISING', severity: 'medium' }]);
    });
  });

  describe('changepoint', () => {
    it('tells when a level moved and stayed, to six hours', async () => {
      const noise = noisy();
      // A Tuesday, 2.5 days before the end.
      const moved = NOW - 2.5 * DAY;
      const found = await findings('changepoint', [
        curve(pool('a'), (at) => (at < moved ? 10 : 16) * rhythm(at, 0.3) * noise()),
        curve(pool('b'), (at) => 10 * rhythm(at, 0.3) * noise()),
        curve(pool('c'), (at) => (at < NOW - 12 * DAY ? 10 : 5) * noise(), MONTH),
      ]);
      expect(codes(found)).toEqual(['a:LEVEL-ROSE', 'c:LEVEL-FELL']);
      expect(figures(found)).toMatchObject({ before: expect.closeTo(10, -1), after: expect.closeTo(16, -1) });
      expect(Math.abs(Number(figures(found)?.at) - moved)).toBeLessThanOrEqual(6 * HOUR);
      expect(Math.abs(Number(found[1]?.figures.at) - (NOW - 12 * DAY))).toBeLessThanOrEqual(6 * HOUR);
    });

    it('does not take a weekend, or an hour of trouble, for a move', async () => {
      const noise = noisy();
      const weekend = (at: number) => [0, 6].includes(new Date(at).getUTCDay());
      const found = await findings('changepoint', [
        curve(pool('a'), (at) => (weekend(at) ? 4 : 10) * noise()),
        curve(pool('b'), (at) => (weekend(at) ? 4 : 10) * noise(), MONTH),
        curve(pool('c'), (at) => (Math.abs(at - NOW + 2 * DAY) < HOUR / 2 ? 40 : 10) * noise()),
      ]);
      expect(found).toEqual([]);
    });
  });

  describe('anomaly', () => {
    it('tells when a stretch was unlike other days, and how far', async () => {
      const noise = noisy();
      const odd = (at: number) => Math.abs(at - (NOW - 2 * DAY)) <= 2 * HOUR;
      const found = await findings('anomaly', [
        curve(pool('a'), (at) => (odd(at) ? 40 : 10 * rhythm(at, 0.5)) * noise()),
        curve(pool('b'), (at) => 10 * rhythm(at, 0.5) * noise()),
        curve(pool('c'), (at) => (odd(at) ? 1 : 10) * noise(), MONTH),
      ]);
      expect(codes(found)).toEqual(['a:UNUSUAL', 'c:UNUSUAL']);
      const [high, low] = found;
      expect(high).toMatchObject({ severity: 'low', figures: { value: expect.closeTo(40, -1) } });
      expect(Math.abs(Number(high?.figures.from) - (NOW - 2 * DAY - 2 * HOUR))).toBeLessThanOrEqual(HOUR);
      expect(low).toMatchObject({ severity: 'info', figures: { usual: expect.closeTo(10, -1) } });
    });

    it('is not alarmed by a spike of an hour, nor by a peak that comes each day', async () => {
      const peak = (at: number) => (at % DAY < 4 * HOUR ? 50 : 10);
      const found = await findings('anomaly', [
        curve(pool('a'), (at) => (at === NOW - 2 * DAY ? 90 : 10)),
        curve(pool('b'), peak),
        curve(pool('c'), peak, MONTH),
      ]);
      expect(found).toEqual([]);
    });
  });

  describe('seasonality', () => {
    it('tells a rhythm of the day, its peak and its trough', async () => {
      const noise = noisy();
      const found = await findings('seasonality', [
        curve(pool('a'), (at) => 10 * rhythm(at, 0.6) * noise()),
        curve(pool('b'), () => 10 * noise()),
        curve(pool('c'), (_, day) => 10 * day * noise()),
        curve(pool('d'), (at) => (Math.floor(at / DAY) % 3 === 0 ? null : 10 * rhythm(at, 0.6)), MONTH),
      ]);
      expect(codes(found)).toEqual(['a:RHYTHM', 'd:RHYTHM']);
      expect(Math.abs(Number(figures(found)?.peakHour) - 14)).toBeLessThanOrEqual(2);
      expect(Math.abs(Number(figures(found)?.troughHour) - 2)).toBeLessThanOrEqual(2);
    });

    it('tells a rhythm of the week from one of the day', async () => {
      const noise = noisy();
      const found = await findings('seasonality', [
        curve(pool('a'), (at) => ([0, 6].includes(new Date(at).getUTCDay()) ? 3 : 10) * noise(), MONTH),
      ]);
      expect(found).toMatchObject([{ code: 'RHYTHM', text: { en: 'cpu-used a has a rhythm of the week' } }]);
    });
  });

  describe('forecast', () => {
    const volume = (name: string) => ({
      name: 'volume-free',
      unit: 'bytes',
      labels: { persistentvolumeclaim: name },
      capacity: 100,
    });

    it('counts the days until a volume is full, and how sure that is', async () => {
      const noise = noisy();
      const found = await findings('forecast', [
        curve(volume('a'), (_, day) => 90 - 10 * day + noise()),
        curve(volume('b'), (_, day) => 90 - 2 * day + noise()),
        curve(volume('c'), () => 20 + noise()),
        curve(volume('d'), (at) => 30 - (20 * (at % DAY)) / DAY),
        curve({ ...pool('e'), capacity: 40 }, (_, day) => (day > 3 && day < 4 ? null : 5 * day)),
      ]);
      expect(found.map(({ labels, severity }) => [labels.persistentvolumeclaim ?? 'e', severity])).toEqual([
        ['a', 'high'],
        ['e', 'high'],
      ]);
      expect(figures(found)).toMatchObject({ days: expect.closeTo(2.1, 1) });
      expect(Number(figures(found)?.earliest)).toBeLessThanOrEqual(Number(figures(found)?.days));
      expect(Number(figures(found)?.latest)).toBeGreaterThanOrEqual(Number(figures(found)?.days));
      expect(found[1]?.figures.days).toBeCloseTo(1, 1);
    });

    it('says that what is full is full', async () => {
      const found = await findings('forecast', [curve(volume('a'), (_, day) => 70 - 10 * day)]);
      expect(figures(found)).toMatchObject({ days: expect.closeTo(0, 0) });
    });
  });

  describe('profile', () => {
    it('tells p95 of use against what is allocatable in the same pool', async () => {
      const p95 = (name: string) => ({ name: 'memory-used', unit: 'bytes', labels: { pool: name, stat: 'p95' } });
      const there = (name: string) =>
        curve({ name: 'memory-allocatable', unit: 'bytes', labels: { pool: name } }, () => 100);
      const found = await findings('profile', [
        ...['full', 'tight', 'fine', 'idle'].map(there),
        // 1 to 100, as often each: p95 by hand is 95.05.
        curve(p95('full'), (at) => 1 + ((at / (HOUR / 2)) % 100), { days: 100 / 48, stepMs: HOUR / 2 }),
        curve(p95('tight'), () => 90),
        curve(p95('fine'), () => 50),
        curve(p95('idle'), () => 10),
        curve(p95('unlimited'), () => 1000),
      ]);
      expect(codes(found)).toEqual(['full:TIGHT', 'idle:IDLE', 'tight:TIGHT']);
      expect(found.map(({ severity }) => severity)).toEqual(['high', 'medium', 'info']);
      expect(figures(found)).toMatchObject({ count: 100, missing: 0, p50: 50.5, p95: 95.05, p99: 99.01, p100: 100 });
    });
  });

  describe('correlate', () => {
    const samples: Series = [curve(pool('a'), () => 5)];
    const at = (day: number, minutes: number) => NOW - 7 * DAY + day * DAY + minutes * 60_000;

    it('tells which incidents came after which changes, and what chance would give', async () => {
      const days = [1, 2, 3, 4];
      const events = [
        ...days.map((day) => ({ at: at(day, 0), kind: 'deploy', name: 'Roll out api' })),
        ...days.map((day) => ({ at: at(day, 20), kind: 'incident', name: 'OOMKilled' })),
        { at: at(5.5, 0), kind: 'incident', name: 'OOMKilled' },
        ...days.map((day) => ({ at: at(day, 300), kind: 'scale', name: 'Scale web' })),
      ];
      const found = await findings('correlate', samples, events);
      expect(found).toMatchObject([{ code: 'AFTER-CHANGE', severity: 'medium' }]);
      // Four hours of seven days lie within an hour after a deploy: 5 * 4 / 168.
      expect(figures(found)).toMatchObject({
        hits: 4,
        incidents: 5,
        chance: expect.closeTo(0.119, 2),
        lift: expect.closeTo(33.6, 0),
      });
      expect(found[0]?.text.en).toContain('happened within an hour after');
      expect(JSON.stringify(found)).not.toMatch(/cause|because|导致|引起/);
    });

    it('takes names as they come: long, in lines, with what cannot be seen', async () => {
      const name = `Roll\nout\u200b ${'x'.repeat(500)} <b>@all</b>`;
      const events = [1, 2, 3, 4].flatMap((day) => [
        { at: at(day, 0), kind: 'deploy', name },
        { at: at(day, 20), kind: 'incident', name: '\u202e' },
      ]);
      const [found] = await findings('correlate', samples, events);
      expect(found?.text.en).toMatch(/after "Roll out x+"/);
    });

    it('tells of changes in general where each has another name', async () => {
      const events = [1, 2, 3, 4].flatMap((day) => [
        { at: at(day, 0), kind: 'deploy', name: `Roll out ${day}` },
        { at: at(day, 20), kind: 'incident', name: 'OOMKilled' },
      ]);
      const found = await findings('correlate', samples, events);
      expect(found.map(({ text }) => text.en)).toEqual([
        '4 of 4 incidents "OOMKilled" happened within an hour after a change; by chance it would be 0.1',
      ]);
    });

    it('takes a storm of incidents after one change for one', async () => {
      const events = [
        { at: at(2, 0), kind: 'deploy', name: 'Roll out api' },
        ...Array.from({ length: 12 }, (_, index) => ({ at: at(2, 4 * index + 1), kind: 'incident', name: 'Crash' })),
      ];
      expect(await findings('correlate', samples, events)).toEqual([]);
    });

    it('raises no alarm over clusters where changes and incidents know nothing of each other', async () => {
      for (let cluster = 1; cluster <= 10; cluster += 1)
        expect(await findings('correlate', samples, unrelated(cluster))).toEqual([]);
    });
  });
});
