import { expect, it } from 'vitest';
import { hints } from '../../../servers/ack/hints.ts';
import { readCatalogue } from '../../../src/chat/messages.ts';

it('every code with a next step has one in both languages, and English says the same in both places', () => {
  const keyed = Object.entries(hints).map(([code, hint]) => [`hints.${code.replaceAll('.', '-')}`, hint]);
  const read = (language: string) =>
    [...readCatalogue(`templates/messages/${language}`)].filter(([key]) => key.startsWith('hints.'));
  expect(Object.fromEntries(read('en'))).toEqual(Object.fromEntries(keyed));
  expect(read('zh').map(([key]) => key)).toEqual(keyed.map(([key]) => key));
});
