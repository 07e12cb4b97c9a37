import { describe, expect, test } from 'vitest';
import { controlsOf } from '../../../src/chat/blocks.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { plainText } from '../../../src/chat/plain.ts';
import type { Block, Card, Language } from '../../../src/chat/types.ts';
import { digestHealthBlocks, reportCard, summaryText } from '../../../src/health/render/card.ts';
import type { Report } from '../../../src/health/types.ts';
import { HOSTILE_WORDS } from '../../support/sample-extremes.ts';
import { all, bad, blind, hostile, otherRules, prepaid, quiet } from './reports.ts';

const words = loadMessages('templates/messages');
const look = (language: Language) => ({ t: words[language], language, timeZone: 'Asia/Shanghai' });
const LANGUAGES = ['en', 'zh'] as const;

/** What is seen before anything is unfolded, but for the charts: they are pictures. */
function firstScreen(card: Card): string {
  const blocks = card.blocks.filter(({ type }) => type === 'text' || type === 'buttons');
  const labels = blocks.map(
    (block): Block =>
      block.type === 'buttons' ? { ...block, items: block.items.map(({ id, label }) => ({ id, label })) } : block,
  );
  return plainText({ id: card.id, rev: 1, tone: 'neutral', title: card.title, blocks: labels }).replaceAll(
    /\\(?=\W)|\*\*/g,
    '',
  );
}

const summaryOf = (report: Report, language: Language) => {
  const [first] = reportCard(report, look(language)).blocks;
  return first?.type === 'text' ? first.markdown : '';
};

describe('a report as a card', () => {
  test.each(LANGUAGES)('the first screen in %s fits a phone, whatever the report holds', (language) => {
    const long = hostile('a-very-long-name-of-something/'.repeat(40));
    const wide = hostile('很长的名字，没有任何空格'.repeat(60));
    for (const report of [...all, long, wide]) {
      const shown = firstScreen(reportCard(report, look(language)));
      expect([...shown].length, `${report.id}\n${shown}`).toBeLessThanOrEqual(language === 'en' ? 900 : 450);
      expect(shown.split('\n').length, shown).toBeLessThanOrEqual(12 + 3);
      expect(summaryOf(report, language).split('\n').length).toBeLessThanOrEqual(12);
    }
  });

  test('the score comes first: number, grade, change, coverage, then the findings that moved it', () => {
    const lines = summaryText(bad, look('en')).split('\n');
    expect(lines[0]).toBe('shop-prod: 62 of 100, grade D ▼ 5 since 24 Nov, 09:30; coverage 93%, 2 not seen');
    expect(lines.slice(3, 6).map((line) => line.split(' ').slice(0, 3))).toEqual([
      ['-', '−8.1', 'N1'],
      ['-', '−1.0', 'W3'],
      ['-', '−3.0', 'W13'],
    ]);
    expect(lines).toContain('Better: +4.1 W7 prod/search has all its replicas again');
    expect(lines.filter((line) => line.startsWith('Saving:'))).toEqual([
      'Saving: Three nodes of pool default to two, ¥413 a month (list price of 2026-09-01)',
    ]);
    expect(lines.filter((line) => line.startsWith('Risk:'))).toEqual([
      'Risk: S1 data-orders-0 will be full in 4.5 days',
    ]);
  });

  test('the same is said in Chinese', () => {
    const text = summaryText(bad, look('zh'));
    for (const part of ['62 分（满分 100），等级 D', '▼ 5', '覆盖率 93%', '节省：', '风险：', '好转：+4.1'])
      expect(text).toContain(part);
    expect(text).not.toMatch(/Saving|Risk|since/);
  });

  test.each(LANGUAGES)('a quiet report in %s is two lines and asks for nothing', (language) => {
    const card = reportCard(quiet, look(language));
    expect(summaryOf(quiet, language).split('\n')).toHaveLength(2);
    expect(controlsOf(card)).toEqual([]);
    expect(card.tone).toBe('success');
  });

  test('what could not be seen is never called quiet, nor is a score under a ceiling', () => {
    expect(summaryOf(blind, 'en')).toContain('coverage 12%, 40 not seen');
    expect(summaryOf(blind, 'en')).not.toContain('quiet');
    expect(reportCard(blind, look('en')).tone).not.toBe('success');
    expect(summaryOf({ ...quiet, ceiling: { at: 49, why: { en: 'x', zh: 'x' } } }, 'en')).not.toContain('quiet');
    const lost = { ...quiet, unknown: [{ what: 'pods', why: 'forbidden', kind: 'lost' as const }] };
    expect(summaryOf(lost, 'en')).not.toContain('quiet');
  });

  test('the saving is the largest that is safe, and one that begins later says until when it is nothing', () => {
    expect(summaryText(prepaid, look('en'))).toContain(
      'nothing before 23 Feb 2027 (prepaid), then ¥1,240 a month (by the bill of 2026-10)',
    );
    const none = { ...bad, advice: bad.advice.filter(({ verdict }) => verdict !== 'SAFE') };
    expect(summaryText(none, look('en'))).not.toContain('Saving:');
  });

  test('another rule set is said on the first screen', () => {
    expect(summaryText(otherRules, look('en'))).toContain('0.0 The rules changed from 2026-08 to 2026-11');
  });

  test('its buttons plan the saving, plan a remedy where there is one, and put the risk off', () => {
    const ids = controlsOf(reportCard(bad, look('en'))).flatMap((block) =>
      block.type === 'buttons' ? block.items.map(({ id }) => id) : [],
    );
    expect(ids).toEqual(['report-plan:H-7K3F2Q:remove:np-default', 'report-snooze:H-7K3F2Q:7:S1:prod/data-orders-0']);
    const noForecast = { ...bad, findings: bad.findings.filter(({ code }) => code !== 'S1') };
    const more = JSON.stringify(reportCard(noForecast, look('en')).blocks);
    expect(more).toContain('report-plan:H-7K3F2Q:N1:node-b');
    expect(JSON.stringify(reportCard(hostile('x'.repeat(400)), look('en')))).not.toContain(
      `report-plan:H-H0ST1E:${'x'.repeat(300)}`,
    );
  });

  test('everything behind the summary is folded below it: lines, changes, findings, advice with gates, unknowns', () => {
    const folds = reportCard(bad, look('en')).blocks.flatMap((block) => (block.type === 'details' ? [block] : []));
    expect(folds.map(({ summary }) => summary)).toEqual([
      '6 reasons for −38.0 points',
      'What changed since 24 Nov, 09:30',
      '5 findings',
      '3 pieces of advice',
      '1 insight of the analysis',
      '2 things not seen',
      '1 more chart',
    ]);
    const text = JSON.stringify(folds);
    for (const part of [
      'snoozed by ann until 30 Nov 2026',
      'G5',
      'not passed',
      'Raise the memory limit',
      'counts as bad',
    ])
      expect(text).toContain(part);
  });

  test('strangers’ words stay words: no mention, link, emphasis or line of their own', () => {
    for (const word of HOSTILE_WORDS) {
      const card = reportCard(hostile(word), look('en'));
      const marked = card.blocks
        .flatMap((block) => (block.type === 'details' ? block.blocks : [block]))
        .filter((block) => block.type === 'text');
      for (const block of marked) {
        const bare = block.type === 'text' ? block.markdown.replaceAll(/\\./g, '') : '';
        expect(bare).not.toMatch(/[<>@[\]`~|#]|https?:\/\//);
        expect(bare.replaceAll(/\*\*[^*]*\*\*/g, '')).not.toContain('*');
      }
    }
  });

  test('checked words take the place of the template’s, still as plain text', () => {
    const card = reportCard(bad, { ...look('en'), summary: 'It is 62 <@U1>.\n**Look**' });
    expect(card.blocks[0]).toEqual({ type: 'text', markdown: 'It is 62 \\<\\@U1\\>\\.\n\\*\\*Look\\*\\*' });
  });

  test('with an address of the console it leads to the whole report', () => {
    const card = reportCard(bad, { ...look('en'), consoleUrl: 'https://copilot.example/' });
    expect(JSON.stringify(card)).toContain('[Open the whole report](https://copilot.example/#/reports/H-7K3F2Q)');
  });

  test.each(LANGUAGES)('in the digest it is shorter still', (language) => {
    for (const report of all) {
      const [first, ...rest] = digestHealthBlocks(report, look(language));
      expect(first?.type === 'text' && first.markdown.split('\n').length).toBeLessThanOrEqual(8);
      expect(rest.every(({ type }) => type === 'buttons' || type === 'text')).toBe(true);
    }
  });
});
