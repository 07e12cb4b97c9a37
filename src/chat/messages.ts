import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { parse } from 'yaml';
import type { Language } from './types.ts';

/** A text by its key (`FILE.KEY` of templates/messages/LANGUAGE/FILE.yaml) and the values it holds, in ICU MessageFormat. */
export interface Message {
  key: string;
  params?: Record<string, string | number>;
}

/** Words a message in one language. Throws on an unknown key: a test holds every key to both catalogues. */
export interface Translate {
  (message: Message | string, params?: Record<string, string | number>): string;
  /** Whether there is such a text: for words that others may have, such as a vendor's codes. */
  has(key: string): boolean;
}

/** Reads the catalogues below `directory` once; formats are compiled on first use. */
export function loadMessages(directory: string): Record<Language, Translate> {
  return {
    en: translator(readCatalogue(join(directory, 'en')), 'en'),
    zh: translator(readCatalogue(join(directory, 'zh')), 'zh'),
  };
}

/** Every key of a catalogue with its text; of one file only where it is named. */
export function readCatalogue(directory: string, only?: string): Map<string, string> {
  const entries = new Map<string, string>();
  const isWanted = (name: string) => (only === undefined ? name.endsWith('.yaml') : name === `${only}.yaml`);
  for (const file of readdirSync(directory).filter(isWanted)) {
    const texts: unknown = parse(readFileSync(join(directory, file), 'utf8'));
    flatten(file.slice(0, -'.yaml'.length), texts, entries);
  }
  return entries;
}

function flatten(prefix: string, value: unknown, into: Map<string, string>): void {
  if (typeof value === 'string') into.set(prefix, value.trimEnd());
  else if (value && typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) flatten(`${prefix}.${key}`, inner, into);
  else throw new TypeError(`Message ${prefix} is not a text`);
}

function translator(catalogue: Map<string, string>, language: Language): Translate {
  const compiled = new Map<string, IntlMessageFormat>();
  const translate = (message: Message | string, params?: Record<string, string | number>) => {
    const { key, params: own } = typeof message === 'string' ? { key: message, params } : message;
    const text = catalogue.get(key);
    if (text === undefined) throw new Error(`No message ${key} in ${language}`);
    let format = compiled.get(key);
    if (!format) {
      format = new IntlMessageFormat(text, language === 'zh' ? 'zh-CN' : 'en', undefined, { ignoreTag: true });
      compiled.set(key, format);
    }
    return String(format.format(own));
  };
  return Object.assign(translate, { has: (key: string) => catalogue.has(key) });
}
