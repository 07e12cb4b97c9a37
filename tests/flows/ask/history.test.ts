import { describe, expect, test } from 'vitest';
import { compactHistory } from '../../../flows/ask/history.ts';

const turn = (n: number, answer = `It is ${n}. More of it.\n- a detail`) => ({ question: `question ${n}`, answer });
const bytes = (turns: { question: string; answer: string }[]) =>
  turns.reduce((sum, { question, answer }) => sum + Buffer.byteLength(question + answer), 0);

describe('what was said before', () => {
  test('stays as it is where it is short: the last three whole, the older ones as a line each', () => {
    const turns = [1, 2, 3, 4, 5].map((n) => turn(n));
    expect(compactHistory(turns)).toEqual([
      { question: 'question 1', answer: 'It is 1.' },
      { question: 'question 2', answer: 'It is 2.' },
      ...turns.slice(2),
    ]);
    expect(compactHistory([])).toEqual([]);
  });

  test('of many turns loses the oldest, never the newest', () => {
    const turns = Array.from({ length: 100 }, (_, n) => turn(n, 'word '.repeat(100)));
    const kept = compactHistory(turns);
    expect(kept.at(-1)?.question).toBe('question 99');
    expect(kept.length).toBeLessThan(100);
    expect(kept.map(({ question }) => question)).toEqual(turns.slice(-kept.length).map(({ question }) => question));
  });

  test('is never more than some 1,500 tokens, in either language, and the newest answer is in it', () => {
    for (const sign of ['word ', '内存', '🔥']) {
      const turns = Array.from({ length: 8 }, (_, n) => ({
        question: sign.repeat(900),
        answer: `${n}${sign.repeat(9000)}`,
      }));
      const kept = compactHistory(turns);
      expect(bytes(kept)).toBeLessThanOrEqual(1500 * 3);
      expect(kept.at(-1)?.answer.startsWith('7')).toBe(true);
      expect(kept.length).toBeGreaterThanOrEqual(3);
      expect(JSON.stringify(kept)).not.toMatch(/\\ud[89a-f]/i);
    }
  });
});
