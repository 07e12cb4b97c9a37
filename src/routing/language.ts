import type { Language } from '../chat/types.ts';

/**
 * The language to answer in: that of the sentence. A text that hardly has one (a number, an id, a product's name, a single
 * Latin word such as "Terway" or "ok") leaves it as it was.
 */
export function detectLanguage(text: string, previous: Language): Language {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text
    .normalize('NFKC')
    .replace(/<@[^>]*>|@\S+|^\s*\/\S+/g, ' ')
    .match(/(?<![\w./-])[a-z]+(?:['’-][a-z]+)*(?![\w./-]*\d)/gi);
  const latin = words?.length ?? 0;
  if (han > 0) return han >= latin ? 'zh' : 'en';
  return latin >= 2 ? 'en' : previous;
}
