import { createHash } from 'node:crypto';
import { controlsOf } from '../../src/chat/blocks.ts';
import type { Block, Card, Outgoing } from '../../src/chat/types.ts';
import { wordsOf } from './markdown.ts';
import { blockUnits, footerUnits, noticeTitle, textUnits, titleUnit } from './render-blocks.ts';
import {
  createPage,
  type FileOut,
  fill,
  type Page,
  type PictureOut,
  type RenderOptions,
  textFile,
  type Unit,
  wholeFile,
  within,
} from './render-page.ts';

/** DingTalk's clients cut a message at about 4,000 characters. */
export const PART_CHARS = 3800;
/** More than that is a file: twenty messages a minute is all a conversation takes. */
const MOST_PARTS = 4;

/** A message for a place without cards: what to send, in this order, and what tells it from the one before. */
export interface RenderedMarkdown {
  parts: { title: string; text: string }[];
  files: FileOut[];
  /** Charts to draw and upload; rendered again with their media ids they are shown. */
  pictures: PictureOut[];
  /** Changes exactly when a person has to be told again: title, tone, end, controls, or a step that failed or waits. */
  signature: string;
}

/** Renders for DingTalk's plain markdown, where a button is a link that says the words for whoever clicks it. */
export function renderMarkdown(message: Outgoing, options: RenderOptions): RenderedMarkdown {
  const { card, language, text } = message;
  const page = createPage(card ?? wordsCard(text), language, { ...options, dialect: 'plain' });
  const { kept, left } = within(card ? cardUnits(card.blocks, page) : textUnits(text, page), PART_CHARS * MOST_PARTS);
  page.cut ||= left > 0;
  const units = card ? [titleUnit(page), ...kept, ...footerUnits(page)] : kept;
  const texts = fill([...units, ...(page.cut ? [{ text: page.t('dingtalk.render-in-file') }] : [])], PART_CHARS);
  const title = noticeTitle(page.card.title);
  return {
    parts: texts.map((one, at) => ({
      title: texts.length > 1 ? `${title} (${at + 1}/${texts.length})` : title,
      text: one,
    })),
    files: page.cut && !card ? [textFile(text)] : wholeFile(page),
    pictures: page.pictures,
    signature: signatureOf(message),
  };
}

const wordsCard = (text: string): Card => ({
  id: 'answer',
  rev: 0,
  title: wordsOf(text).split('\n')[0] ?? '',
  tone: 'neutral',
  blocks: [],
});

function cardUnits(blocks: readonly Block[], page: Page): Unit[] {
  const units = blocks.flatMap((block) => blockUnits(block, page));
  const first = units.findIndex(({ control }) => control);
  return first < 0 ? units : units.toSpliced(first, 0, { text: page.t('dingtalk.render-how'), control: true });
}

/** Names a state of a message by what a person has to know of it; percent, seconds and running steps do not count. */
export function signatureOf({ card, text }: Outgoing): string {
  const state = card
    ? [card.title, card.tone, card.closed ?? false, card.closed ? [] : controlIds(card), troubles(card.blocks)]
    : text;
  return createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 12);
}

function controlIds(card: Card): string[] {
  return controlsOf(card)
    .flatMap((block) => (block.type === 'buttons' ? block.items.map(({ id }) => id) : [block.submit.id]))
    .sort();
}

function troubles(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'details') return troubles(block.blocks);
    if (block.type !== 'progress') return [];
    return block.steps
      .filter(({ status }) => status === 'failed' || status === 'waiting')
      .map(({ id, status }) => `${id} ${status}`);
  });
}
