import { describe, expect, test } from 'vitest';
import { loadMessages } from '../../../src/chat/messages.ts';
import { reportText } from '../../../src/health/render/text.ts';
import { all, bad, hostile, quiet } from './reports.ts';

const words = loadMessages('templates/messages');
const en = { t: words.en, language: 'en', timeZone: 'UTC' } as const;
const zh = { t: words.zh, language: 'zh', timeZone: 'UTC' } as const;

/** The rows between the title of the points and the next part. */
const pointRows = (text: string) =>
  /── (?:Why not 100|为何不是 100) ──\n([\s\S]*?)\n\n/.exec(text)?.[1]?.split('\n') ?? [];

describe('a report in a terminal', () => {
  test.each([en, zh])(
    'prints its lines with points aligned, and their sum is 100 minus the score ($language)',
    (look) => {
      for (const report of all) {
        const rows = pointRows(reportText(report, look));
        const [sum = '', , ...lines] = rows.toReversed();
        expect(lines).toHaveLength(report.lines.length);
        const points = lines.map((row) => Number(row.slice(0, 7).replace('−', '-')));
        const total = points.reduce((a, b) => a + b, 0);
        expect(total).toBeCloseTo(report.score - 100, 5);
        expect(Number(sum.slice(0, 7).replace('−', '-'))).toBeCloseTo(total, 5);
        expect(lines.every((row) => /^ *−\d+\.\d {2}\S/.test(row))).toBe(true);
      }
    },
  );

  test('says the score, the ceiling, findings with what to do, advice with its gates, and what was not seen', () => {
    const text = reportText(bad, en);
    for (const part of [
      'shop-prod (production): 62 of 100, grade D, coverage 93%',
      'At most 69: an active critical finding in production',
      'N1 · critical (−8.1) Node cn-hangzhou.10.0.1.7 is not ready',
      'Next: Raise the memory limit of checkout-api to 512Mi',
      'snoozed by ann until 30 Nov 2026',
      'Three nodes of pool default to two · safe',
      'Pool batch cannot shrink · not safe (G5)',
      '- G5 not passed: 2 pods have no place',
      'Requests: −1.5 cores, +0.25 GiB',
      'on Deployment prod/checkout-api and 2 more',
      'SLS logs: no project is connected (no such source here: lowers the coverage, nothing else)',
      'Rule set 2026-11 · inputs 9f86d081884c',
    ])
      expect(text).toContain(part);
  });

  test('a quiet one says so', () => {
    expect(reportText(quiet, en)).toContain('all quiet');
    expect(reportText(bad, en)).not.toContain('all quiet');
  });

  test('nothing that a stranger wrote acts on the terminal or begins a line of its own', () => {
    const text = reportText(hostile('\u001b[2J\u202eevil\nscore: 100\u0007'), en);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text.split('\n').filter((line) => line.startsWith('score: 100'))).toEqual([]);
  });
});
