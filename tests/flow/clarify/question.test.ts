import { describe, expect, test } from 'vitest';
import { loadMessages } from '../../../src/chat/messages.ts';
import { questionCard, questionTitle } from '../../../src/flow/clarify/question.ts';
import { next, sources, start, template } from './small-cluster.ts';

const translate = loadMessages('templates/messages');
const card = (turn: ReturnType<typeof start>, language: 'en' | 'zh' = 'en') =>
  questionCard(template, sources, turn.state, translate[language], language);

describe('a question card', () => {
  test('shows what is understood, the question, its choices with pros and cons, and the commands', () => {
    expect(card(next(start(''), '杭州，开发，spark'), 'zh')).toEqual([
      {
        type: 'fields',
        items: [
          { label: '地域', value: '杭州' },
          { label: '用途', value: '开发' },
          { label: '业务', value: '批处理' },
        ],
      },
      {
        type: 'buttons',
        items: [
          { id: 'choice:budget:low', label: '低', hint: '+ 最省钱\n− 余量小' },
          { id: 'choice:budget:medium', label: '中等', style: 'primary' },
          { id: 'choice:budget:high', label: '高' },
        ],
      },
      {
        type: 'buttons',
        items: [
          { id: 'command:back', label: '上一步' },
          { id: 'command:defaults', label: '用默认' },
          { id: 'command:cancel', label: '取消' },
        ],
      },
    ]);
  });

  test('says how to type a number', () => {
    const turn = start('Hangzhou, production HA, Node.js, medium budget');
    expect(questionTitle(template, turn.state, 'en')).toBe('How many nodes?');
    expect(card(turn)).toContainEqual({
      type: 'text',
      markdown: 'Type a number from 1 to 100.',
    });
  });

  test('offers the nearest possible combination', () => {
    const turn = start('Hangzhou, production HA, Node.js, medium budget, 2 nodes, 3 zones');
    expect(JSON.stringify(card(turn))).toContain('"command:take-nearest","label":"Take the nearest: Nodes 3"');
  });

  test('marks defaults and asks nothing when all is known', () => {
    const done = next(next(start('Hangzhou, production HA, Node.js, medium budget'), 'defaults'), 'shop');
    expect(card(done)).toEqual([
      {
        type: 'fields',
        items: expect.arrayContaining([
          { label: 'Nodes', value: '3 (default)' },
          { label: 'Name', value: 'shop' },
        ]),
      },
    ]);
  });
});
