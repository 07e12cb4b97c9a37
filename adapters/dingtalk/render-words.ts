import { clippedWords, guardStart, lineBreak } from './markdown.ts';
import type { Page, Unit } from './render-page.ts';

/** Words and paragraphs that several kinds of blocks are made of. */

/** A longer paragraph is shown by its beginning, as words. */
export const PARAGRAPH_CHARS = 2400;

/** Lines of one paragraph, in as many paragraphs as it takes. */
export function chunked(lines: readonly string[], { dialect }: Page): Unit[] {
  const units: Unit[] = [];
  for (const line of lines.map(guardStart)) {
    const last = units.at(-1);
    if (last && last.text.length + line.length < PARAGRAPH_CHARS / 2) last.text += lineBreak(dialect) + line;
    else units.push({ text: line });
  }
  return units;
}

/** Words of strangers, by their beginning where they are longer; the page then goes along as a file. */
export function shown(text: string, most: number, page: Page): string {
  if (text.length > most) page.cut = true;
  return clippedWords(text, most);
}

/** What stands between a name and what it has. */
export const colonOf = ({ language }: Page): string => (language === 'zh' ? '：' : ': ');
