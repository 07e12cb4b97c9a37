import { describe, expect, test } from 'vitest';
import { deltaOf } from '../../../flows/health-report/delta.ts';

type Scored = Parameters<typeof deltaOf>[0];

const scored = (score: number, lines: [code: string, points: number][], more: Partial<Scored> = {}): Scored => ({
  id: `H-${score}`,
  at: score,
  score,
  ruleSet: '2026-11',
  coverage: 1,
  findings: [],
  lines: lines.map(([code, points]) => ({ code, points, text: { en: code, zh: code } })),
  ...more,
});

describe('what moved a score', () => {
  test('every line is new, gone, worse or better by its points, and all of them sum to the move', () => {
    const before = scored(80, [
      ['W3', 10],
      ['N1', 5],
      ['API1', 5],
    ]);
    const now = scored(84, [
      ['W3', 6],
      ['N1', 7.5],
      ['ST1', 2.5],
    ]);
    const delta = deltaOf(now, before);
    expect(delta.against).toEqual({ id: 'H-80', at: 80, score: 80, ruleSet: '2026-11' });
    expect(delta.causes.map(({ code, change, points }) => [code, change, points])).toEqual([
      ['API1', 'gone', 5],
      ['W3', 'better', 4],
      ['N1', 'worse', -2.5],
      ['ST1', 'new', -2.5],
    ]);
    expect(delta.causes.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(delta.points);
  });

  test('nothing moved, nothing is told', () => {
    const same = scored(90, [['W3', 10]]);
    expect(deltaOf(same, same)).toMatchObject({ points: 0, causes: [] });
  });

  test('scores of two rule sets are not compared without a word', () => {
    const delta = deltaOf(scored(90, [['W3', 10]]), scored(90, [['W3', 10]], { ruleSet: '2026-10' }));
    expect(delta.causes).toMatchObject([{ change: 'rules', text: { en: expect.stringContaining('2026-10') } }]);
  });
});
