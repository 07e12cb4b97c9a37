import { expect, test } from 'vitest';
import { escapeMarkdown, unescapeMarkdown } from '../../src/chat/plain.ts';
import { randomOf } from '../support/random.ts';

test.each([
  'checkout',
  'web-1.example.com [prod] *all*',
  'https://a.example/?b=c&d#e',
  '<!channel> @here `rm`',
  'a \\ b \\* c',
  '支付 (v1.2)!',
])('what was escaped for a card stands in its title as it was: %s', (text) => {
  expect(escapeMarkdown(text)).not.toMatch(/(?<!\\)[`*[<@]/);
  expect(unescapeMarkdown(escapeMarkdown(text))).toBe(text);
});

test('any printable text comes back', () => {
  const random = randomOf(11);
  for (let n = 0; n < 500; n++) {
    const text = Array.from({ length: random.int(1, 40) }, () => String.fromCharCode(random.int(32, 126))).join('');
    expect(unescapeMarkdown(escapeMarkdown(text))).toBe(text);
  }
});
