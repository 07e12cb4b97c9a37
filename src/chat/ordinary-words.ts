import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMON_WORDS } from './common-words.ts';
import { readCatalogue } from './messages.ts';
import type { Language } from './types.ts';

/** Tells words from names, for whoever checks what a model wrote. */

const vocabularies = new Map<Language, ReadonlySet<string>>();

/** A word that this house itself says to people, or that everybody does; none that could be told from a name by its look. */
export function isOrdinary(run: string, language: Language): boolean {
  const words = vocabularyOf(language);
  const isWord = (word: string) =>
    /^\p{Script=Latin}+$/u.test(word) && stemsOf(word.toLowerCase()).some((stem) => words.has(stem));
  return run.split('-').every(isWord);
}

function vocabularyOf(language: Language): ReadonlySet<string> {
  const known = vocabularies.get(language);
  if (known) return known;
  const folder = fileURLToPath(new URL('../../templates/messages/', import.meta.url));
  const texts = [...readCatalogue(join(folder, language)).values()].join('\n');
  // Values in braces and quoted examples are no words of ours.
  const said = texts.replaceAll(/[“"][^”"\n]*[”"]|`[^`\n]*`|\{\s*\w+\s*[,}]/g, ' ').match(/\p{Script=Latin}+/gu) ?? [];
  const words = new Set([...said.map((word) => word.toLowerCase()), ...(language === 'en' ? COMMON_WORDS : [])]);
  vocabularies.set(language, words);
  return words;
}

/** A word and what it may be an ending of. */
function stemsOf(word: string): string[] {
  const cut = (ending: string, more = '') =>
    word.endsWith(ending) && word.length > ending.length + 2 ? [`${word.slice(0, -ending.length)}${more}`] : [];
  return [
    word,
    ...cut('s'),
    ...cut('es'),
    ...cut('ies', 'y'),
    ...cut('ed'),
    ...cut('ed', 'e'),
    ...cut('ing'),
    ...cut('ing', 'e'),
    ...cut('ly'),
    // `dropped`, `stopping`
    ...[...cut('ed'), ...cut('ing')].map((stem) => stem.replace(/(.)\1$/, '$1')),
  ];
}
