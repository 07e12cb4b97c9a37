import { describe, expect, test } from 'vitest';
import { figuresOf } from '../../../src/chat/figures.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Language } from '../../../src/chat/types.ts';
import { summaryText } from '../../../src/health/render/card.ts';
import { checkWords } from '../../../src/health/render/checked-words.ts';
import { rewriteSummary } from '../../../src/health/render/rewrite.ts';
import { reportText } from '../../../src/health/render/text.ts';
import type { Report } from '../../../src/health/types.ts';
import { randomOf } from '../../support/random.ts';
import { bad, blind, otherRules, prepaid, quiet } from './reports.ts';

const words = loadMessages('templates/messages');
const look = (language: Language) => ({ t: words[language], language, timeZone: 'Asia/Shanghai' });
const REPORTS = [bad, quiet, blind, otherRules, prepaid];
const LANGUAGES = ['en', 'zh'] as const;

const linesOf = (report: Report, language: Language) =>
  [summaryText(report, look(language)), reportText(report, look(language))]
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim());

/** Names of the fixtures, and what is swapped for them. */
const NAMES = ['shop-prod', 'checkout-api', 'cn-hangzhou.10.0.1.7', 'data-orders-0', 'prod/search'];
const STRANGERS = ['checkout-web', 'cn-hangzhou.10.0.1.8', 'data-orders-1', 'dev/search', 'payments', 'redis-cache'];

describe('words that somebody else wrote about a report', () => {
  test.each(LANGUAGES)('every sentence of our own passes in %s', (language) => {
    for (const report of REPORTS)
      for (const line of linesOf(report, language))
        expect(checkWords(line, report, look(language)), `${report.id}: ${line}`).toEqual({ ok: true });
  });

  test.each(LANGUAGES)('a thousand sentences with one digit or one name changed are refused in %s', (language) => {
    const random = randomOf(20_261_125);
    const known = new Set(linesOf(bad, language).flatMap((line) => figuresOf(line).figures));
    const lines = linesOf(bad, language).filter((line) => /\d/.test(line));
    let changed = 0;
    for (let tries = 0; changed < 1000 && tries < 20_000; tries++) {
      const line = random.pick(lines as [string, ...string[]]);
      const name = NAMES.find((one) => line.includes(one));
      const other =
        name && random.chance(0.4)
          ? line.replace(name, random.pick(STRANGERS as [string, ...string[]]))
          : digit(line, random);
      // A change that makes another sentence of true figures, or none at all, proves nothing.
      const figures = figuresOf(other).figures;
      const isSame = JSON.stringify(figures) === JSON.stringify(figuresOf(line).figures);
      if (other === line || (isSame && name === undefined) || (!isSame && figures.every((figure) => known.has(figure))))
        continue;
      if (isSame && NAMES.every((one) => line.includes(one) === other.includes(one))) continue;
      changed += 1;
      expect(checkWords(other, bad, look(language)).ok, `${line}\n→ ${other}`).toBe(false);
    }
    expect(changed).toBe(1000);
  });

  test.each([
    ['en', 'shop-prod is at 62 of 100, grade D, with 93% of it seen.'],
    ['en', 'Three pods of prod/checkout-api were killed for memory, so raise its limit to 512Mi.'],
    ['en', 'The score fell by 5 points since November 24th because node cn-hangzhou.10.0.1.7 is not ready.'],
    ['en', 'Going from three nodes to two in pool default would save 413 CNY a month.'],
    ['en', 'data-orders-0 will be full in 108 hours.'],
    ['en', 'Over the last 7 days, 5 findings cost points.'],
    ['zh', 'shop-prod 得 62 分，等级 D，覆盖率百分之九十三。'],
    ['zh', 'prod/checkout-api 有三个 Pod 因内存被杀，建议把上限提高到 512Mi。'],
    ['zh', '节点池 default 由 3 个节点减为 2 个，每月可省 413 元。'],
  ] as const)('better words with the same facts pass (%s: %s)', (language, text) => {
    expect(checkWords(text, bad, look(language))).toEqual({ ok: true });
  });

  test.each([
    ['en', 'shop-prod is at sixty-four of 100.', 'number:64'],
    ['en', 'About 62% of it was seen.', 'percent:62'],
    ['en', 'It would save $413 a month.', 'money USD:413'],
    ['en', 'It would save ¥4,130 a month.', 'money CNY:4130'],
    ['en', 'Half of the pods were killed.', 'share:half'],
    ['en', 'data-orders-0 will be full in 4.5 hours.', 'second:16200'],
    ['en', 'The score fell since 23 Nov.', 'date:11-23'],
    ['en', 'Raise the limit to 512Gi.', 'byte:549755813888'],
    ['en', '3 of 40 pods in data-orders-0 were killed for memory.', 'does not belong'],
    ['en', 'Pods of payments were killed for memory.', 'payments'],
    ['en', 'See https://evil.example/x for more.', 'https'],
    ['en', 'Roll back to v1.2.4 now.', 'v1.2.4'],
    ['zh', '覆盖率百分之六十二。', 'percent:62'],
    ['zh', '有四十一个 Pod 被杀。', 'number:41'],
    ['zh', '超过一半的 Pod 被杀。', 'share:一半'],
    ['zh', '每月可省 431 元。', 'money CNY:431'],
    ['zh', '支付服务 payments 已恢复。', 'payments'],
    ['zh', '自 11月23日 以来下降。', 'date:11-23'],
  ] as const)('what is not in the report is refused and named (%s: %s)', (language, text, why) => {
    const checked = checkWords(text, bad, look(language));
    expect(checked.ok ? '' : checked.why).toContain(why);
  });

  test('nothing empty, endless or invisible is shown', () => {
    for (const text of ['', ' \n ', 'bad '.repeat(400), 'bad\n'.repeat(20), 'bad\u202e', 'bad\u0007'])
      expect(checkWords(text, bad, look('en')).ok).toBe(false);
  });

  test('figures are compared in one unit', () => {
    for (const same of [
      ['2 h', '120 minutes', '120 分钟', '2 个小时'],
      ['1 GiB', '1024Mi', '1Gi'],
      ['250m', '0.25 cores', '0.25 核'],
      ['¥1,240', '1240 CNY', '1,240 元', 'CNY 1240'],
      ['24 Nov', 'November 24th', '11月24日'],
      ['62%', '62 percent', '百分之六十二'],
      ['−4.2', '4.2 points', '4.2 分'],
      ['62/100', '62 of 100'],
    ])
      expect(new Set(same.map((text) => figuresOf(`x: ${text}.`).figures.join())).size, same.join(' | ')).toBe(1);
    expect(figuresOf('W3 on cn-hangzhou.10.0.1.7, image api:1.2').figures).toEqual([]);
  });
});

function digit(line: string, random: ReturnType<typeof randomOf>): string {
  const places = [...line.matchAll(/\d/g)].map(({ index }) => index);
  const at = places[random.int(0, places.length - 1)] ?? 0;
  const next = String((Number(line[at]) + random.int(1, 9)) % 10);
  return `${line.slice(0, at)}${next}${line.slice(at + 1)}`;
}

describe('a summary in better words', () => {
  const GOOD = 'shop-prod is at 62 of 100, grade D, with 93% of it seen.';
  const of = (answer: string | Error, report = bad) => {
    const prompts: { instructions: string; data: string }[] = [];
    const ask = async (prompt: { instructions: string; data: string }) => {
      prompts.push(prompt);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return rewriteSummary(report, look('en'), { ask }).then((done) => ({ done, prompts }));
  };

  test('is taken when everything in it is in the report', async () => {
    const { done, prompts } = await of(` ${GOOD}\n`);
    expect(done).toEqual({ words: GOOD });
    expect(prompts[0]?.data).toContain('shop-prod: 62 of 100, grade D');
    expect(prompts[0]?.instructions).not.toContain('shop-prod');
  });

  test('is not taken with a foreign figure, without the score, after an error, or when all is quiet', async () => {
    for (const answer of [GOOD.replace('93', '99'), 'The node is not ready.', '', new Error('no model')])
      expect((await of(answer)).done).toEqual({ why: expect.any(String) });
    const { done, prompts } = await of(GOOD, quiet);
    expect([done, prompts]).toEqual([{ why: 'all is quiet' }, []]);
  });

  test('is not waited for without end', async () => {
    const never = () => new Promise<string>(() => {});
    expect(await rewriteSummary(bad, look('en'), { ask: never, patienceMs: 20 })).toEqual({ why: expect.any(String) });
  });
});
