import type { Translate } from '../../src/chat/messages.ts';
import { plainText, visibleText } from '../../src/chat/plain.ts';
import type { AnyChart, Block, Card, Language } from '../../src/chat/types.ts';
import type { Dialect } from './markdown.ts';
import { DOCUMENT_MIME } from './render-document.ts';

/** A paragraph. A control is never left out or cut; `tight` ones stand line by line. */
export interface Unit {
  text: string;
  control?: true;
  tight?: true;
}

/** A document to be made of the text: see `wordDocument`. */
export interface FileOut {
  name: string;
  mime: string;
  content: string;
}

export interface PictureOut {
  title: string;
  chart: AnyChart;
}

export interface RenderOptions {
  translate: Record<Language, Translate>;
  /** What was uploaded: DingTalk's media id by the title that `pictures` gave the chart. */
  pictures?: ReadonlyMap<string, string>;
  /** Where the console can be reached, for what cannot be filled in here. */
  consoleUrl?: string | undefined;
}

/** What is being written: one card for one dialect. */
export interface Page {
  card: Card;
  language: Language;
  dialect: Dialect;
  t: Translate;
  options: RenderOptions;
  /** Charts that a picture is wanted of. */
  pictures: PictureOut[];
  /** Set as soon as anything is left out: the whole then goes along as a file. */
  cut: boolean;
}

export function createPage(card: Card, language: Language, options: RenderOptions & { dialect: Dialect }): Page {
  const { dialect, ...rest } = options;
  return { card, language, dialect, t: options.translate[language], options: rest, pictures: [], cut: false };
}

/** Everything the card says, for what had to be left out. */
export function wholeFile({ card, cut }: Page): FileOut[] {
  if (!cut) return [];
  const content = plainText({ ...card, blocks: unfolded(card.blocks) });
  return [{ name: `${card.id.replace(/[^\w.-]/g, '_')}.docx`, mime: DOCUMENT_MIME, content }];
}

/** A message of words only, as a file. */
export function textFile(text: string): FileOut {
  return { name: 'answer.docx', mime: DOCUMENT_MIME, content: visibleText(text) };
}

function unfolded(blocks: Block[]): Block[] {
  return blocks.flatMap((block): Block[] =>
    block.type === 'details' ? [{ type: 'code', text: block.summary }, ...unfolded(block.blocks)] : [block],
  );
}

/** Puts paragraphs together: lists and controls line by line, everything else with a gap. */
export function join(units: readonly Unit[]): string {
  return units
    .map(({ text, tight }, at) => (at === 0 ? '' : tight && units[at - 1]?.tight ? '\n' : '\n\n') + text)
    .join('');
}

/** Fills parts of at most `most` characters; a paragraph is in one of them. */
export function fill(units: readonly Unit[], most: number): string[] {
  const parts: Unit[][] = [];
  let length = 0;
  for (const unit of units) {
    const last = parts.at(-1);
    length += unit.text.length + 2;
    if (last && length <= most) last.push(unit);
    else {
      parts.push([unit]);
      length = unit.text.length;
    }
  }
  return parts.map(join);
}

/** What fits `most` characters, in its order; controls always stay, even beyond. */
export function within(units: readonly Unit[], most: number): { kept: Unit[]; left: number } {
  const controls = units.filter(({ control }) => control).reduce((sum, { text }) => sum + text.length + 2, 0);
  let room = Math.max(most - controls, most / 4);
  let full = false;
  const kept = units.filter(({ text, control }) => {
    if (control) return true;
    room -= text.length + 2;
    full ||= room < 0;
    return !full;
  });
  return { kept, left: units.length - kept.length };
}
