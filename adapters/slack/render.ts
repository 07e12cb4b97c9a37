import type { Card, Outgoing } from '../../src/chat/types.ts';
import { drawCard, plainBlocks } from './render-blocks.ts';
import { startDrawing } from './render-drawing.ts';
import {
  cut,
  type Drawing,
  jsonSize,
  keepFile,
  LIMITS,
  oneText,
  type Picture,
  type Piece,
  type RenderedFile,
  type RenderOptions,
  type SlackBlock,
} from './render-shapes.ts';
import { contentOf, drawText, note, restOf } from './render-texts.ts';
import { richBlocks, wordsOf } from './rich-text.ts';
import { escapeText } from './text.ts';

export { renderFold, renderForm, renderHome } from './render-views.ts';
export type { RenderOptions, SlackBlock };

/** One message of Slack. `text` is the notification, and what screen readers get. */
interface RenderedPart {
  text: string;
  blocks: SlackBlock[];
}

export interface Rendered {
  /** At least one; controls stand on one of them only. */
  parts: RenderedPart[];
  files: RenderedFile[];
  /** Charts that no block draws. */
  pictures: Picture[];
}

/** More than so many messages nobody reads: the rest is a file. */
const PARTS = 4;
/** Words without a card may fill a message. */
const WORDS_ROOM = 9000;

/** What the bot says as Slack's messages, within every limit: nothing is lost, no button or id is cut, nobody's words become markup. */
export function renderMessage(message: Outgoing, options: RenderOptions): Rendered {
  const { card } = message;
  const drawing = startDrawing(message, options);
  const pieces = card ? drawCard(drawing, card) : drawText(drawing, message.text, WORDS_ROOM);
  const groups = grouped(drawing, pieces, message);
  const title = card ? card.title : drawing.t('slack.render-answer');
  const parts = groups.map((blocks, at) => ({
    text: at === 0 ? notice(message) : escapeText(partTitle(drawing, title, [at + 1, groups.length])),
    blocks,
  }));
  return { parts, files: drawing.files ?? [], pictures: drawing.pictures };
}

const partTitle = ({ t }: Drawing, title: string, [part = 1, all = 1]: number[]) =>
  t('slack.render-part', { title: cut(oneText(title), 150), part, all });

/** The whole message in words, as far as a notification goes. */
function notice({ card, text }: Outgoing): string {
  const said = card ? cardWords(card) : wordsOf(text);
  let room: number = LIMITS.text;
  let escaped = escapeText(cut(said, room));
  while (escaped.length > LIMITS.text) {
    room = Math.floor(room * 0.8);
    escaped = escapeText(cut(said, room));
  }
  return escaped || '–';
}

function cardWords({ title, blocks, footer, closed }: Card): string {
  const shown = closed ? blocks.filter(({ type }) => type !== 'buttons' && type !== 'inputs') : blocks;
  return [
    plainBlocks(
      title,
      shown.map((block) => (block.type === 'details' ? { ...block, blocks: [] } : block)),
    ),
    footer,
  ]
    .filter(Boolean)
    .join('\n');
}

/** The pieces as messages. Where one does not hold them, the controls stand together at the end. */
function grouped(drawing: Drawing, pieces: Piece[], message: Outgoing): SlackBlock[][] {
  const of = (kind: Piece['kind']) => pieces.filter((piece) => piece.kind === kind);
  const parts = fits(pieces) ? [pieces] : packed(of('content'));
  if (parts.length > PARTS) {
    const content = message.card ? plainBlocks(message.card.title, message.card.blocks) : wordsOf(message.text);
    const file = keepFile(drawing, { what: 'whole', ext: 'txt', content });
    const rest = richBlocks([note(restOf(drawing, file))]).map(contentOf);
    parts.splice(PARTS - 1, parts.length, rest);
  }
  if (!fits(pieces)) {
    addTogether(parts, of('control'));
    for (const piece of of('typed')) addTogether(parts, [piece]);
  }
  return parts.map((part) => part.map(({ block }) => block));
}

/** Adds pieces that stay together: to the last message, else as one more. */
function addTogether(parts: Piece[][], pieces: Piece[]): void {
  const last = parts.at(-1);
  if (last && fits([...last, ...pieces])) last.push(...pieces);
  else if (pieces.length > 0) parts.push(pieces);
}

function packed(pieces: Piece[]): Piece[][] {
  const parts: Piece[][] = [];
  for (const piece of pieces) addTogether(parts, [piece]);
  return parts;
}

function fits(pieces: Piece[]): boolean {
  return pieces.length <= LIMITS.blocks && jsonSize(pieces.map(({ block }) => block)) <= LIMITS.json;
}
