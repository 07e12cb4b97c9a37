import { describe, expect, test } from 'vitest';
import { scoreOf } from '../../../../flows/health-report/score/score.ts';
import { shareOut } from '../../../../flows/health-report/score/shares.ts';
import type { Category, Trouble, Verdict } from '../../../../src/health/types.ts';
import { HOUR, NOW } from '../../../support/survey-builder.ts';
import { words } from '../signals/rated.ts';

const CATEGORIES: Category[] = [
  'workloads',
  'nodes',
  'control-plane',
  'capacity',
  'storage',
  'security',
  'observability',
];

/** Something good in every category, so that all are known. */
const allKnown: Verdict[] = CATEGORIES.map((category) => ({ code: `OK-${category}`, category, state: 'good' }));

const bad = (code: string, changes: Partial<Trouble> & { category?: Category } = {}): Verdict => {
  const { category = 'workloads', ...trouble } = changes;
  return {
    code,
    category,
    state: 'bad',
    severity: 'high',
    confidence: 1,
    affected: 1,
    relevant: 1,
    graceMs: 0,
    prod: true,
    objects: [{ kind: 'Deployment', namespace: 'prod', name: 'web' }],
    count: 1,
    text: { en: `${code} is bad`, zh: `${code} 异常` },
    evidence: [],
    next: { en: 'Mend it.', zh: '修复。' },
    ...trouble,
  };
};
const lost = (code: string, worst: Extract<Verdict, { state: 'unknown' }>['worst']): Verdict => ({
  code,
  category: 'workloads',
  state: 'unknown',
  kind: 'lost',
  why: 'forbidden',
  ...(worst && { worst }),
});
const rate = (verdicts: Verdict[], snoozes: { findingId: string; by: string; until: number }[] = []) =>
  scoreOf([...allKnown, ...verdicts], { now: NOW, snoozes }, words);

describe('the score', () => {
  test('with nothing bad and all known is 100, an A, without a line', () => {
    expect(rate([]).score).toEqual({
      score: 100,
      grade: 'A',
      coverage: 1,
      lines: [],
      scoreWithoutSnoozed: 100,
      ruleSet: '2026-11',
    });
  });

  test.each<[string, Partial<Trouble>, number]>([
    ['all of it, high', {}, 90],
    ['a quarter of it: 10 × (0.3 + 0.7 × 0.5)', { affected: 1, relevant: 4 }, 94],
    ['medium', { severity: 'medium' }, 96],
    ['told only', { severity: 'info' }, 100],
    ['half of its grace time', { since: NOW - HOUR, graceMs: 2 * HOUR }, 95],
    ['just begun', { since: NOW, graceMs: HOUR }, 100],
    ['to come, by a clock that is ahead', { since: NOW + HOUR, graceMs: HOUR }, 100],
    ['since nobody knows when', { graceMs: HOUR }, 90],
    ['a rule of thumb', { confidence: 0.5 }, 95],
    ['more affected than there is', { affected: 5, relevant: 1 }, 90],
    ['critical, outside prod', { severity: 'critical', prod: false }, 75],
  ])('of %s', (_, changes, score) => {
    expect(rate([bad('X', changes)]).score.score).toBe(score);
  });

  test('halves are rounded to the even number', () => {
    const half = (severity: 'low' | 'high') => bad('X', { severity, confidence: 0.5 });
    expect(rate([half('low')]).score.score).toBe(100);
    expect(rate([half('low'), bad('Y', { severity: 'low' })]).score.score).toBe(98);
  });

  test('a category loses no more than its weight, and its lines share that', () => {
    const codes = ['A', 'B', 'C', 'D', 'E'];
    const { score } = rate(codes.map((code) => bad(code)));
    expect(score.score).toBe(70);
    expect(score.lines.map(({ code, points }) => [code, points])).toEqual(codes.map((code) => [code, 6]));
  });

  test('where a category is not known at all, the others make up the 100', () => {
    const known = allKnown.filter(({ category }) => category === 'workloads' || category === 'nodes');
    const { score } = scoreOf([...known, bad('X')], { now: NOW }, words);
    expect(score).toMatchObject({ score: 80, coverage: 0.5, grade: 'B?' });
  });

  test('cost is told and not scored', () => {
    const { score, findings } = rate([bad('CST7', { category: 'cost' })]);
    expect(score.score).toBe(100);
    expect(findings.map(({ code, points }) => [code, points])).toEqual([['CST7', 0]]);
  });

  test('of nothing that is known, all points are lost in one line', () => {
    const { score } = scoreOf([], { now: NOW }, words);
    expect(score).toMatchObject({ score: 0, grade: 'F?', coverage: 0, lines: [{ code: 'UNKNOWN', points: 100 }] });
  });
});

describe('ceilings', () => {
  test('something critical in prod holds it at 69, in a line of its own', () => {
    const { score } = rate([bad('X', { severity: 'critical', affected: 1, relevant: 10_000 })]);
    expect(score.score).toBe(69);
    expect(score.ceiling?.why.en).toBe('Something critical in prod: no more than 69 points while X is bad');
    expect(score.lines.map(({ code, points }) => [code, points])).toEqual([
      ['X', 8],
      ['CEILING:critical', 23],
    ]);
  });

  test('an outage holds it at 49', () => {
    expect(rate([bad('X', { severity: 'critical', outage: true })]).score).toMatchObject({ score: 49, grade: 'F' });
  });

  test('what has not lasted its grace time holds nothing', () => {
    const young = { since: NOW - HOUR, graceMs: 2 * HOUR };
    expect(rate([bad('X', { severity: 'critical', outage: true, ...young })]).score).not.toHaveProperty('ceiling');
  });

  test('one that would not lower the score is no line', () => {
    const verdicts = CATEGORIES.flatMap((category) =>
      ['A', 'B', 'C'].map((code) => bad(`${code}-${category}`, { category, severity: 'critical' })),
    );
    expect(rate(verdicts).score).toMatchObject({ score: 0 });
    expect(rate(verdicts).score).not.toHaveProperty('ceiling');
  });

  test('with less than 80 % known it is at most 89, and the grade is in question', () => {
    const absent = (index: number): Verdict => ({
      code: `M${index}`,
      category: 'workloads',
      state: 'unknown',
      kind: 'absent',
      why: 'no Prometheus',
    });
    expect(rate([absent(1)]).score).toMatchObject({ score: 100, coverage: 0.85, grade: 'A' });
    expect(rate([absent(1), absent(2)]).score).toMatchObject({ score: 100, coverage: 0.8, grade: 'A' });
    expect(rate([absent(1), absent(2), absent(3)]).score).toMatchObject({
      score: 89,
      coverage: 0.775,
      grade: 'B?',
      lines: [{ points: 11, code: 'CEILING:coverage' }],
    });
  });
});

describe('what is lost', () => {
  test('counts as the worst that it could be, and says what could not be looked at', () => {
    const { score, findings } = rate([lost('W13', { severity: 'medium', confidence: 1 })]);
    expect(score.score).toBe(96);
    expect(score.lines[0]).toMatchObject({
      code: 'W13',
      points: 4,
      text: { en: 'Autoscalers at their limit: could not be looked at (forbidden), counts as bad as it could be' },
    });
    expect(findings).toEqual([]);
  });

  test('takes all of a category of which nothing else is known', () => {
    const known = allKnown.filter(({ category }) => category !== 'workloads');
    const { score } = scoreOf([...known, lost('W13', { severity: 'medium', confidence: 1 })], { now: NOW }, words);
    expect(score.score).toBe(70);
  });

  test('brings the ceiling that it could bring', () => {
    expect(rate([lost('API1', { severity: 'critical', confidence: 1, outage: true })]).score.score).toBe(49);
    expect(rate([lost('NEW', undefined)]).score.score).toBe(69);
  });
});

describe('snoozed findings', () => {
  const snooze = (until: number) => [{ findingId: 'X:prod', by: 'ann', until }];

  test('stay a line with the name of who snoozed them; a second score is without them', () => {
    const { score, findings } = rate([bad('X'), bad('Y', { severity: 'medium' })], snooze(NOW + HOUR));
    expect(score).toMatchObject({ score: 86, scoreWithoutSnoozed: 96 });
    expect(score.lines[0]).toMatchObject({ code: 'X', points: 10, snoozed: { by: 'ann', until: NOW + HOUR } });
    expect(findings[0]).toMatchObject({ id: 'X:prod', snoozed: { by: 'ann' } });
  });

  test('even one that costs nothing yet stays visible', () => {
    const young = bad('X', { since: NOW, graceMs: HOUR });
    expect(rate([young], snooze(NOW + HOUR)).score.lines).toMatchObject([{ points: 0, snoozed: { by: 'ann' } }]);
  });

  test('are awake again when their time is over', () => {
    expect(rate([bad('X')], snooze(NOW)).score).toMatchObject({ scoreWithoutSnoozed: 90 });
    expect(rate([bad('X')], snooze(NOW)).findings[0]).not.toHaveProperty('snoozed');
  });
});

test('a cluster whose clock runs ahead ends no snooze early', () => {
  const snoozes = [{ findingId: 'X:prod', by: 'ann', until: NOW + HOUR }];
  const verdicts = [...allKnown, bad('X')];
  const { findings } = scoreOf(verdicts, { now: NOW + 100 * HOUR, at: NOW, snoozes }, words);
  expect(findings[0]?.snoozed).toMatchObject({ by: 'ann' });
});

describe('findings', () => {
  test('are sorted by points, then severity, then code', () => {
    const { findings } = rate([
      bad('D', { severity: 'low', affected: 0, relevant: 1, graceMs: HOUR, since: NOW }),
      bad('C', { severity: 'high', graceMs: HOUR, since: NOW }),
      bad('B'),
      bad('A', { severity: 'medium' }),
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['B', 'A', 'C', 'D']);
  });

  test('are known by their code and their worst place', () => {
    const node = bad('N1', { category: 'nodes', objects: [{ kind: 'Node', name: 'node-7' }] });
    expect(
      rate([bad('W1'), node])
        .findings.map(({ id }) => id)
        .sort(),
    ).toEqual(['N1:node-7', 'W1:prod']);
  });
});

describe('sharing out tenths', () => {
  test.each([
    [10, [1, 1, 1], [4, 3, 3]],
    [7, [0.5, 0.25, 0.25], [3, 2, 2]],
    [0, [1, 2], [0, 0]],
    [5, [], []],
    [3, [0, 0], [0, 0]],
  ])('%i by %j gives %j', (tenths, weights, shares) => {
    expect(shareOut(tenths, weights)).toEqual(shares);
  });
});
