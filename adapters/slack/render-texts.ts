import type { RichTextBlockElement } from '@slack/types';
import { visibleText } from '../../src/chat/plain.ts';
import type { Block } from '../../src/chat/types.ts';
import { type Drawing, jsonSize, keepFile, LIMITS, oneText, type Piece, plain } from './render-shapes.ts';
import { fitInto, preformatted, richBlocks, richText, section, words, wordsOf } from './rich-text.ts';

/** Text, code and fields. What is too long is shown from its beginning, the whole goes along as a file. */

const TEXT_ROOM = 5000;
const CODE_ROOM = 2600;
const FIELD_ROOM = 800;

export const contentOf = (block: Piece['block']): Piece => ({ block, kind: 'content' });

/** A line of our own in italics, such as where the rest is. */
export const note = (text: string): RichTextBlockElement => section(words(text, { italic: true }));

/** Rich text that stays within `room`; the whole of what is longer is kept as a file. */
export function drawRich(
  drawing: Drawing,
  elements: RichTextBlockElement[],
  { room, what, ext, content }: { room: number; what: string; ext: string; content: () => string },
): Piece[] {
  const { shown, isCut } = fitInto(elements, room);
  const rest = isCut ? [note(restOf(drawing, keepFile(drawing, { what, ext, content: content() })))] : [];
  return richBlocks([...shown, ...rest]).map(contentOf);
}

/** Says where the rest of something is. */
export function restOf({ t }: Drawing, file: string | undefined): string {
  return file === undefined ? t('slack.render-cut') : t('slack.render-rest', { file });
}

export function drawText(drawing: Drawing, markdown: string, room = TEXT_ROOM): Piece[] {
  const elements = richText(markdown);
  return drawRich(drawing, elements, { room, what: 'text', ext: 'txt', content: () => wordsOf(markdown) });
}

export function drawCode(drawing: Drawing, { text, language, end }: Extract<Block, { type: 'code' }>): Piece[] {
  const ext = EXTENSION[language ?? ''] ?? 'txt';
  if (end && jsonSize(preformatted(text)) > CODE_ROOM) return drawEnd(drawing, text, ext);
  return drawRich(drawing, [preformatted(text)], { room: CODE_ROOM, what: 'code', ext, content: () => text });
}

/** The last lines that fit, below a word on where the earlier ones are. A line too long for that is shown from its beginning. */
function drawEnd(drawing: Drawing, text: string, ext: string): Piece[] {
  const lines = text.split('\n');
  let left = CODE_ROOM - 200;
  const shown: string[] = [];
  for (const line of lines.toReversed()) {
    left -= jsonSize(line);
    if (left < 0) break;
    shown.unshift(line);
  }
  const file = keepFile(drawing, { what: 'code', ext, content: text });
  const tail = fitInto([preformatted(`…\n${shown.length > 0 ? shown.join('\n') : lines.at(-1)}`)], CODE_ROOM).shown;
  return richBlocks([note(restOf(drawing, file)), ...tail]).map(contentOf);
}

const EXTENSION: Record<string, string> = { yaml: 'yaml', json: 'json', diff: 'diff', sh: 'sh', bash: 'sh' };

/** Labels on the left and values on the right, five pairs a section. The values are plain text: they can be anybody's. */
export function drawFields(drawing: Drawing, items: { label: string; value: string }[]): Piece[] {
  const pairs = items.map(({ label, value }) => {
    const isLong = visibleText(value).trim().length > FIELD_ROOM;
    const file = isLong ? keepFile(drawing, { what: 'field', ext: 'txt', content: `${label}\n\n${value}` }) : undefined;
    const rest = isLong ? `\n${restOf(drawing, file)}` : '';
    return [labelOf(label), plain(`${plain(value, FIELD_ROOM).text}${rest}`, LIMITS.field)];
  });
  const pieces: Piece[] = [];
  for (let at = 0; at < pairs.length; at += LIMITS.fields / 2) {
    const fields = pairs.slice(at, at + LIMITS.fields / 2).flat();
    pieces.push(contentOf({ type: 'section', fields }));
  }
  return pieces;
}

/** Bold where the label holds nothing that Slack's markup could read; its only escapes are those of `& < >`. */
function labelOf(label: string) {
  const text = oneText(label);
  const isTame = text.length <= 100 && /^[\p{L}\p{N} ,.()%/-]+$/u.test(text) && !/[\p{L}\p{N}]\.\p{L}/u.test(text);
  return isTame ? { type: 'mrkdwn' as const, text: `*${text}*`, verbatim: true } : plain(text, FIELD_ROOM);
}

/** The footer, small. */
export function drawFooter(drawing: Drawing, footer: string): Piece[] {
  const isLong = footer.length > LIMITS.context - 200;
  const file = isLong ? keepFile(drawing, { what: 'footer', ext: 'txt', content: footer }) : undefined;
  const text = isLong ? `${plain(footer, LIMITS.context - 200).text} ${restOf(drawing, file)}` : footer;
  return [contentOf({ type: 'context', elements: [plain(text, LIMITS.context)] })];
}

/** A line in bold that may be anybody's: a caption, a title, a summary. */
export function heading(text: string): RichTextBlockElement {
  return section(words(oneText(text), { bold: true }));
}
