import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { IntentsError, parseIntents } from '../../src/routing/intents.ts';
import { createRouter } from '../../src/routing/router.ts';

const router = createRouter(readFileSync('templates/intents.yaml', 'utf8'));
const corpus = z
  .record(z.string(), z.array(z.string().or(z.number().transform(String))))
  .parse(parse(readFileSync('tests/routing/corpus.yaml', 'utf8')));
const routed = (text: string) => {
  const route = router.route(text);
  return route.kind === 'match' ? route.intent.id : route.kind;
};

describe('routing the labelled corpus', () => {
  const all = Object.entries(corpus).flatMap(([intent, texts]) => texts.map((text) => ({ intent, text })));
  const isRight = ({ intent, text }: { intent: string; text: string }) =>
    routed(text) === intent || (intent === 'none' && routed(text) === 'help');

  test('it is large enough to mean something', () => {
    expect(all.filter(({ intent }) => intent !== 'none').length).toBeGreaterThanOrEqual(150);
    expect(corpus.none?.length).toBeGreaterThanOrEqual(40);
  });

  test('every sentence that asks for something gets it', () => {
    expect(all.filter((entry) => entry.intent !== 'none' && !isRight(entry))).toEqual([]);
  });

  test('of sentences that ask for nothing here, at most four in a hundred start anything, and none decides anything', () => {
    const wrong = all.filter((entry) => entry.intent === 'none' && !isRight(entry));
    expect(wrong.length / (corpus.none?.length ?? 1), JSON.stringify(wrong)).toBeLessThanOrEqual(0.04);
    expect(wrong.filter(({ text }) => ['approve', 'stop', 'task-undo'].includes(routed(text)))).toEqual([]);
  });
});

describe('a route', () => {
  test.each([
    ['status t-7k3f', { id: 'T-7K3F' }],
    ['任務Ｔ－７Ｋ３Ｆ怎麼樣了', { id: 'T-7K3F' }],
    ['批准 A1B2', { id: 'a1b2' }],
    ['approve the plan #a1b2', { id: 'a1b2' }],
    ['approve this', {}],
    ['拒绝a1b2', { id: 'a1b2' }],
    ['switch to Chinese', { language: 'zh' }],
    ['请用英语回答', { language: 'en' }],
    ['/k8s cancel T-7K3F', { id: 'T-7K3F' }],
  ])('of "%s" brings its arguments', (text, args) => {
    expect(router.route(text)).toMatchObject({ kind: 'match', args });
  });

  test.each([
    ['cancel or retry T-7K3F', ['task-cancel', 'task-retry']],
    ['撤销还是重试 T-7K3F', ['task-retry', 'task-undo']],
  ])('of "%s", which could be two things, offers both', (text, ids) => {
    const route = router.route(text);
    expect(route.kind === 'close' ? route.candidates.map(({ id }) => id).sort() : route.kind).toEqual(ids);
  });

  test('of a very long text is found in bounded work', () => {
    expect(router.route('a'.repeat(1_000_000)).kind).toBe('none');
  });

  test('of an intent id is that intent, for a click on an offer', () => {
    expect(router.intent('plan-cluster')).toMatchObject({ flow: 'plan-cluster' });
    expect(router.intent('nonsense')).toBeUndefined();
  });
});

describe('the intents file', () => {
  test.each([
    ['intents: 5'],
    ['intents: [{ id: x, title: { en: X, zh: X }, keywords: {}, examples: {} }]'],
    ['intents: ['],
    ['intents: [{ id: x, flow: x, title: { en: X, zh: X }, keywords: {}, examples: {}, not: ["{nothing}"] }]'],
  ])('"%s" is refused with a code', (text) => {
    expect(() => parseIntents(text)).toThrow(IntentsError);
    expect(() => parseIntents(text)).toThrow(expect.objectContaining({ code: 'INTENTS_INVALID' }));
  });

  test('names what speaks against an intent, and whole requests after polite words', () => {
    const { intents } = parseIntents(`
synonyms: { doubt: [why, 为什么] }
politely: [please, 请]
intents:
  - id: turn
    flow: turn
    title: { en: Turn, zh: 转 }
    keywords: { en: ['{what}'], zh: [] }
    not: ['{doubt}', doubt]
    args: { what: { request: ['turn .+', '转.+'], unless: '\\bt-[0-9]+\\b' } }
    examples: { en: [], zh: [] }`);
    const [turn] = intents;
    const [what] = turn?.args ?? [];
    if (!what || !('pattern' in what)) throw new Error('no pattern');
    expect(turn?.not).toEqual(['why', '为什么', 'doubt']);
    const found = (text: string) => what.pattern.exec(text)?.[1];
    expect(['please turn it', '请 转一下', 'turn t-12 on', 'do turn it'].map(found)).toEqual([
      'turn it',
      '转一下',
      undefined,
      undefined,
    ]);
  });
});
