import { controlsOf } from '../../src/chat/blocks.ts';
import type { Block, Outgoing } from '../../src/chat/types.ts';
import { bold, clippedWords, guardStart } from './markdown.ts';
import { blockUnits, footerUnits, titleUnit, unfoldedUnits } from './render-blocks.ts';
import { cardButton, confirmButtons, MOST_BUTTONS, placesOf } from './render-controls.ts';
import {
  createPage,
  type FileOut,
  join,
  type Page,
  type PictureOut,
  type RenderOptions,
  type Unit,
  wholeFile,
  within,
} from './render-page.ts';

/** Rendering for the template `deploy/dingtalk/card.json`, which `scripts/dingtalk-card.ts` makes from these names. */

/** Folded parts that the template has room for. */
export const FOLDS = 3;
/** Variables that everybody sees; `content` is also what an answer is streamed into. */
export const CARD_VARIABLES = [
  'flowStatus',
  'content',
  ...Array.from({ length: FOLDS }, (_, at) => [`fold${at + 1}_title`, `fold${at + 1}_text`]).flat(),
  'btns',
];
/** Variables that a person has for himself: what he is told, and the buttons below. */
export const PRIVATE_VARIABLES = ['note', 'note_btns'];

/** A card becomes slow to show when it holds much more; a guess of the field, not a documented limit. */
const CONTENT_CHARS = 9000;
const FOLD_CHARS = 3000;
/** The state of DingTalk's AI card in which it is done and shows what it holds. */
const DONE = '3';

export interface RenderedCard {
  /** `cardParamMap`: all strings, always the same keys. */
  params: Record<string, string>;
  files: FileOut[];
  pictures: PictureOut[];
}

/** Renders for our template. Whatever it has no button for can be typed. */
export function renderCard(message: Outgoing, options: RenderOptions): RenderedCard {
  const card = message.card ?? { id: '', rev: 0, title: '', tone: 'neutral', blocks: [textBlock(message.text)] };
  const page = createPage(card, message.language, { ...options, dialect: 'card' });
  const folds: Fold[] = [];
  const units = card.blocks.flatMap((block) => foldedOr(block, page, folds));
  const { kept, left } = within(units, CONTENT_CHARS);
  page.cut ||= left > 0;
  const footer = footerUnits(page);
  const body = [...(message.card ? [titleUnit(page)] : []), ...kept, ...footer];
  const more = page.cut ? [{ text: page.t('dingtalk.render-in-file') }] : [];
  const places = card.closed ? [] : placesOf(card.blocks).slice(0, MOST_BUTTONS);
  return {
    params: {
      flowStatus: DONE,
      content: join([...body, ...more]),
      ...foldParams(folds),
      btns: JSON.stringify(places.map((place) => cardButton(place, page))),
    },
    files: wholeFile(page),
    pictures: page.pictures,
  };
}

const textBlock = (markdown: string): Block => ({ type: 'text', markdown });

interface Fold {
  title: string;
  text: string;
}

/** What is folded away goes where the template folds, as long as it has room and there is nothing to click or type in it. */
function foldedOr(block: Block, page: Page, folds: Fold[]): Unit[] {
  if (block.type !== 'details' || folds.length >= FOLDS || controlsOf(block).length > 0) return blockUnits(block, page);
  const { kept, left } = within(unfoldedUnits(block, page), FOLD_CHARS);
  page.cut ||= left > 0;
  folds.push({ title: clippedWords(block.summary, 80), text: join(kept) });
  return [];
}

function foldParams(folds: readonly Fold[]): Record<string, string> {
  const pairs = Array.from({ length: FOLDS }, (_, at) => [
    [`fold${at + 1}_title`, folds[at]?.title ?? ''],
    [`fold${at + 1}_text`, folds[at]?.text ?? ''],
  ]);
  return Object.fromEntries(pairs.flat());
}

/** What one person is told on a card, in place of what he was told before. Without words it goes away. */
export function renderNote(text = ''): Record<string, string> {
  return { note: text === '' ? '' : `> ${guardStart(clippedWords(text, 500))}`, note_btns: '[]' };
}

/** The question whether one is sure, for the person who clicked; undefined where the button asks none. */
export function renderConfirm({ card }: Outgoing, actionId: string): Record<string, string> | undefined {
  if (!card || card.closed) return undefined;
  const button = placesOf(card.blocks).find(({ button: one }) => one.id === actionId)?.button;
  if (!button?.confirm) return undefined;
  const { title, text } = button.confirm;
  return {
    note: [bold(clippedWords(title, 200)), guardStart(clippedWords(text, 800))].filter(Boolean).join('\n\n'),
    note_btns: JSON.stringify(confirmButtons(button, { card })),
  };
}
