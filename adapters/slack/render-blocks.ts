import { controlsOf } from '../../src/chat/blocks.ts';
import { plainText, visibleText } from '../../src/chat/plain.ts';
import type { Block, Card } from '../../src/chat/types.ts';
import { drawChart } from './render-charts.ts';
import { drawButtons, drawOpener, drawTyped } from './render-controls.ts';
import { drawProgress } from './render-progress.ts';
import { type Drawing, jsonSize, keepFile, LIMITS, oneText, type Piece, plain } from './render-shapes.ts';
import { drawTable } from './render-tables.ts';
import { contentOf, drawCode, drawFields, drawFooter, drawRich, drawText, heading } from './render-texts.ts';
import { section, words, wordsOf } from './rich-text.ts';

/** A card block by block, in order, without regard to how many messages that takes. */

type Details = Extract<Block, { type: 'details' }>;

/** All pieces of a card: title, blocks, footer. */
export function drawCard(drawing: Drawing, card: Card): Piece[] {
  const pieces = drawTitle(drawing, card);
  let folds = 0;
  for (const block of card.blocks) {
    if (block.type === 'details') drawDetails(drawing, pieces, block, folds++);
    else drawInto(drawing, pieces, block);
  }
  if (card.footer) pieces.push(...drawFooter(drawing, card.footer));
  return pieces;
}

const TONE = { neutral: '', info: '🔵 ', success: '🟢 ', warning: '🟡 ', danger: '🔴 ' } as const;

function drawTitle(drawing: Drawing, { title, tone }: Card): Piece[] {
  const text = `${TONE[tone]}${oneText(title)}`;
  if (text.length <= LIMITS.header) return [contentOf({ type: 'header', text: plain(text, LIMITS.header) })];
  const said = { room: 2000, what: 'title', ext: 'txt', content: () => title };
  return drawRich(drawing, [section(words(text, { bold: true }))], said);
}

/** Draws one block after what is there; folded parts within folded parts are laid open. */
export function drawInto(drawing: Drawing, pieces: Piece[], block: Block): void {
  switch (block.type) {
    case 'text':
      pieces.push(...drawText(drawing, block.markdown));
      return;
    case 'code':
      pieces.push(...drawCode(drawing, block));
      return;
    case 'divider':
      pieces.push(contentOf({ type: 'divider' }));
      return;
    case 'fields':
      pieces.push(...drawFields(drawing, block.items));
      return;
    case 'table':
      pieces.push(...drawTable(drawing, block));
      return;
    case 'chart':
      pieces.push(...drawChart(drawing, block));
      return;
    case 'progress':
      pieces.push(...drawProgress(drawing, block));
      return;
    case 'buttons':
      pieces.push(...drawButtons(drawing, block.items));
      return;
    case 'inputs':
      drawForm(drawing, pieces, block);
      return;
    case 'details':
      if (!isItsTable(block)) pieces.push(...drawRich(drawing, [heading(block.summary)], summaryFile(block)));
      for (const inner of block.blocks) drawInto(drawing, pieces, inner);
  }
}

/** A table alone that says the same as the summary. */
const isItsTable = ({ summary, blocks: [only, ...others] }: Details): boolean =>
  only?.type === 'table' && only.caption === summary && only.rows.length > 0 && others.length === 0;

const summaryFile = ({ summary }: Details) => ({ room: 1500, what: 'summary', ext: 'txt', content: () => summary });

/** Inputs are filled in in a window of their own. */
function drawForm(drawing: Drawing, pieces: Piece[], { submit }: Extract<Block, { type: 'inputs' }>): void {
  if (drawing.card.closed) return;
  const { id, label, style = 'default' } = submit;
  if (!drawOpener(drawing, pieces, { id: `~form:${id}`, label, style })) pieces.push(...drawTyped(drawing, [submit]));
}

/**
 * What is folded opens in a window; its controls stay on the card. On a closed card, which has no controls, a short part is laid open
 * and a longer one is a file.
 */
function drawDetails(drawing: Drawing, pieces: Piece[], details: Details, n: number): void {
  const controls = controlsOf(details);
  const { closed } = drawing.card;
  const inside = { ...details, blocks: withoutControls(details.blocks) };
  const hasForm = controls.some(({ type }) => type === 'inputs');
  if (closed && jsonSize(inside) <= LAID_OPEN && inside.blocks.length > 0) drawInto(drawing, pieces, inside);
  else if (inside.blocks.length > 0 && (closed || !hasForm)) drawFold(drawing, pieces, inside, n);
  for (const control of controls) drawInto(drawing, pieces, control);
}

const LAID_OPEN = 600;

function drawFold(drawing: Drawing, pieces: Piece[], details: Details, n: number): void {
  const opener = { id: `~fold:${n}`, label: details.summary };
  const opens = !drawing.card.closed && drawOpener(drawing, pieces, opener);
  if (opens && fitsWindow(drawing, details)) return;
  const content = plainBlocks(details.summary, details.blocks);
  const file = keepFile(drawing, { what: `fold-${n}`, ext: 'txt', content });
  const said =
    file === undefined ? details.summary : drawing.t('slack.render-in-file', { title: details.summary, file });
  pieces.push(...drawRich(drawing, [section(words(oneText(said)))], summaryFile(details)));
}

/** The blocks of a folded part, as its window shows them. */
export function drawWindow(drawing: Drawing, { blocks }: Details): Piece[] {
  const pieces: Piece[] = [];
  for (const block of withoutControls(blocks)) drawInto(drawing, pieces, block);
  return pieces;
}

/** Whether the window shows all of it: what does not goes along as a file, too. */
function fitsWindow(drawing: Drawing, details: Details): boolean {
  const window: Drawing = { ...drawing, kinds: 'settled', files: [], pictures: [] };
  const pieces = drawWindow(window, details);
  const isWhole = window.files?.length === 0 && window.pictures.length === 0;
  return isWhole && pieces.length <= WINDOW_BLOCKS && jsonSize(pieces) <= LIMITS.json;
}

const WINDOW_BLOCKS = 80;

/** Blocks without any control, also in folded parts. */
export function withoutControls(blocks: Block[]): Block[] {
  return blocks.flatMap((block): Block[] => {
    if (block.type === 'buttons' || block.type === 'inputs') return [];
    return block.type === 'details' ? [{ ...block, blocks: withoutControls(block.blocks) }] : [block];
  });
}

/** Blocks in plain words, whole; folded parts laid open. */
export function plainBlocks(title: string, blocks: Block[]): string {
  const open = (block: Block): Block[] => {
    if (block.type === 'text') return [{ ...block, markdown: wordsOf(block.markdown) }];
    return block.type === 'details'
      ? [{ type: 'text', markdown: visibleText(block.summary) }, ...block.blocks.flatMap(open)]
      : [block];
  };
  return plainText({ id: '', rev: 0, tone: 'neutral', title, blocks: blocks.flatMap(open) });
}
