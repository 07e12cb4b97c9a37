import { globSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { loadMessages, readCatalogue } from '../../src/chat/messages.ts';

const en = readCatalogue('templates/messages/en');
const zh = readCatalogue('templates/messages/zh');

/** A part of a parsed text: words, or a value in one of its forms, of which some choose among more parts. */
interface Part {
  type: number;
  value?: string;
  options?: Record<string, { value: Part[] }>;
  children?: Part[];
}

const LITERAL = 0;
const POUND = 7;

/** Names of the values a text takes, whatever their format and wherever they stand. */
const params = (text: string) =>
  [...new Set(namesIn(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst() as Part[]))].sort();

function namesIn(parts: Part[]): string[] {
  return parts.flatMap(({ type, value, options = {}, children = [] }) => [
    ...(type === LITERAL || type === POUND || value === undefined ? [] : [value]),
    ...Object.values(options).flatMap((option) => namesIn(option.value)),
    ...namesIn(children),
  ]);
}

describe('the message catalogues', () => {
  test('both languages have the same keys', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  test('both languages take the same values', () => {
    const differing = [...en]
      .filter(([key, text]) => params(text).join() !== params(zh.get(key) ?? '').join())
      .map(([key]) => key);
    expect(differing).toEqual([]);
  });

  test('every text can be compiled', () => {
    const translate = loadMessages('templates/messages');
    for (const key of en.keys()) {
      const values = Object.fromEntries(
        [...params(en.get(key) ?? ''), ...params(zh.get(key) ?? '')].map((name) => [name, 1]),
      );
      expect(() => [translate.en({ key, params: values }), translate.zh({ key, params: values })], key).not.toThrow();
    }
  });

  test('every key written in the code exists', () => {
    const namespaces = new Set([...en.keys()].map((key) => key.split('.')[0]));
    const used = globSync('{src,flows,adapters}/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'([a-z]+(?:\.[a-z0-9-]+)+)'/g)]
        .map(([, key = '']) => key)
        .filter((key) => namespaces.has(key.split('.')[0]) && !key.endsWith('.ts') && !key.endsWith('.js')),
    );
    expect(used.filter((key) => !en.has(key))).toEqual([]);
  });
});
