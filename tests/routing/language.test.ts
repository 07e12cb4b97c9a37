import { describe, expect, test } from 'vitest';
import { detectLanguage } from '../../src/routing/language.ts';

describe('the language of an answer', () => {
  test.each([
    ['帮我创建一个集群', 'en', 'zh'],
    ['幫我 create 一個 cluster', 'en', 'zh'],
    ['华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK', 'en', 'zh'],
    ['create a cluster in 杭州 with Terway please', 'zh', 'en'],
    ['show my tasks', 'zh', 'en'],
    ['Ｈｅｌｌｏ ｔｈｅｒｅ', 'zh', 'en'],
    ['批准 a1b2', 'en', 'zh'],
  ] as const)('"%s" after %s is answered in %s', (text, previous, expected) => {
    expect(detectLanguage(text, previous)).toBe(expected);
  });

  test.each([
    '2',
    'T-7K3F',
    'ok',
    'Terway',
    'Node.js',
    '10.0.0.0/16',
    'ecs.g7.xlarge',
    '/k8s status',
    '<@U123ABC> status',
    '',
  ])('"%s" has none and leaves it as it was', (text) => {
    expect([detectLanguage(text, 'zh'), detectLanguage(text, 'en')]).toEqual(['zh', 'en']);
  });
});
