import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createRouter } from '../../src/routing/router.ts';

const router = createRouter(readFileSync('templates/intents.yaml', 'utf8'));
const corpus = z
  .record(z.string(), z.array(z.string().or(z.number().transform(String))))
  .parse(parse(readFileSync('tests/routing/corpus.yaml', 'utf8')));
const flows = (text: string, language: 'en' | 'zh' = 'en') =>
  router.nearest(text, 3, language).map(({ intent }) => intent.flow);

describe('what comes nearest to a sentence', () => {
  test.each([
    ['is anything about the checkout service unhealthy or crashing lately', 'diagnose'],
    ['who could approve what is waiting there', 'approvals'],
    ['our cluster wants a health checkup soon, save us some money', 'health-report'],
    ['集群最近的健康分数', 'health-report'],
    ['审批那边还等着谁', 'approvals'],
  ])('of "%s" is %s', (text, flow) => {
    expect(flows(text)).toContain(flow);
  });

  test.each(['thanks', '好的', 'lorem ipsum dolor sit amet', '我奶奶做的面包最好吃', '', '5', '🔥'])(
    'of "%s" is nothing',
    (text) => {
      expect(flows(text)).toEqual([]);
    },
  );

  test('has an example to type in the language of the answer, which leads there', () => {
    for (const language of ['en', 'zh'] as const)
      for (const { intent, example = '' } of router.nearest('health report 健康报告 approvals 审批', 3, language)) {
        expect(/\p{Script=Han}/u.test(example)).toBe(language === 'zh');
        expect(router.route(example)).toMatchObject({ kind: 'match', intent: { flow: intent.flow } });
      }
  });

  test('is never a word to the engine, and each flow once', () => {
    for (const text of Object.values(corpus).flat()) {
      const found = router.nearest(text, 3, 'en');
      expect(found.filter(({ intent }) => intent.command !== undefined || intent.flow === 'help')).toEqual([]);
      expect(new Set(found.map(({ intent }) => intent.flow)).size).toBe(found.length);
    }
  });

  test('is among the three for nearly every sentence that asks for a flow', () => {
    const wanted = Object.entries(corpus).flatMap(([id, texts]) => {
      const flow = router.intent(id)?.flow;
      return flow && !['help', 'ask'].includes(flow) ? texts.map((text) => ({ text, flow })) : [];
    });
    const missed = wanted.filter(({ text, flow }) => !flows(text).includes(flow));
    expect(missed.length / wanted.length, JSON.stringify(missed)).toBeLessThan(0.35);
  });
});
