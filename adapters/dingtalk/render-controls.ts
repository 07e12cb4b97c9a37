import { visibleText } from '../../src/chat/plain.ts';
import type { Block, Button } from '../../src/chat/types.ts';
import { bold, clip, clippedWords, codeSpan, guardStart, link } from './markdown.ts';
import type { Page, Unit } from './render-page.ts';

/** Buttons and forms: as links and words in a message, as the template's buttons in a card. */

export type Inputs = Extract<Block, { type: 'inputs' }>;

/** A button of the template: DingTalk sends `actionId` and `params` back, all of them strings. */
export interface CardButton {
  text: string;
  color: 'blue' | 'red' | 'gray';
  status: 'normal';
  event: {
    type: 'sendCardRequest';
    params: { actionId: string; params: { cardId: string; rev: string; confirm?: Confirmation } };
  };
}

/** A button that wants to be sure: `ask` shows the question to who clicked, `yes` does it, `no` takes the question away. */
type Confirmation = 'ask' | 'yes' | 'no';

/** As many as the template shows; what is beyond is typed. */
export const MOST_BUTTONS = 6;
const LABEL_CHARS = 60;
const SHOWN_CHOICES = 12;

/** Actions that have words of their own in every language. */
const SPOKEN = ['approve', 'reject', 'cancel', 'retry', 'undo'];

const line = (text: string): string => visibleText(text).replaceAll(/\s+/g, ' ').trim();

/** What is typed instead of a click; the bot understands it as one. */
function typedWords({ card, t }: Pick<Page, 'card' | 't'>, actionId: string): string {
  const [word = '', ...rest] = actionId.split(':');
  const argument = rest.join(':');
  if (word === 'send') return line(argument);
  if (SPOKEN.includes(word) && /^\S+$/.test(argument)) return `${t(`dingtalk.render-word-${word}`)} ${argument}`;
  return `${t('dingtalk.render-word-press')} ${card.id} ${actionId}`;
}

/** A link that makes who clicks it say the words. https://open.dingtalk.com/document/orgapp/message-link-description-1 */
function sayingLink(label: string, words: string): string {
  return link(label, `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent(words)}`);
}

/** Answers to a question carry the number that can be typed for them. */
const isChoice = ({ id }: Button): boolean => /^(choice|ask):/.test(id);

const numbered = ({ button, at }: Place): string =>
  isChoice(button) ? `${at + 1}. ${line(button.label)}` : line(button.label);

/** A button with its place in its block: the number that can be typed for it. */
export interface Place {
  button: Button;
  at: number;
}

/** Each button of a card, also those in folded parts. */
export function placesOf(blocks: readonly Block[]): Place[] {
  return blocks.flatMap((block) => {
    if (block.type === 'details') return placesOf(block.blocks);
    return block.type === 'buttons' ? block.items.map((button, at) => ({ button, at })) : [];
  });
}

/** Each button as a link and as words to type. */
export function linkedButtons(places: readonly Place[], page: Page): Unit[] {
  return places.map((place): Unit => {
    const words = typedWords(page, place.button.id);
    const said = isChoice(place.button) ? [] : [page.t('dingtalk.render-or-type', { words: codeSpan(words) })];
    const label = sayingLink(clip(numbered(place) || words, LABEL_CHARS), words);
    return control([label, ...said, ...hints(place.button, page)]);
  });
}

/** Buttons that a card has no room for, as words to type. */
export function typedButtons(places: readonly Place[], page: Page): Unit[] {
  return places.map((place): Unit => {
    const words = page.t('dingtalk.render-type', { words: codeSpan(typedWords(page, place.button.id)) });
    return control([bold(clippedWords(numbered(place), LABEL_CHARS)), words, ...hints(place.button, page)]);
  });
}

const control = (words: string[]): Unit => ({
  text: `- ${guardStart(words.filter(Boolean).join(' · '))}`,
  control: true,
  tight: true,
});

/** What a card's buttons cannot hold: hints, and labels that are cut. */
export function hintLines(places: readonly Place[]): Unit[] {
  return places.flatMap((place) => {
    const label = numbered(place);
    const { hint = '' } = place.button;
    if (hint === '' && label.length <= LABEL_CHARS) return [];
    const words = [bold(clippedWords(label, 200)), clippedWords(hint, 300)].filter(Boolean);
    return [{ text: `- ${guardStart(words.join(' '))}`, tight: true as const }];
  });
}

/** A link cannot ask whether one is sure: what it would ask stands beside it. */
function hints({ hint, confirm }: Button, page: Page): string[] {
  const words = [clippedWords(hint ?? '', 200), confirm ? clippedWords(`${confirm.title} ${confirm.text}`, 200) : ''];
  if (Math.max((hint ?? '').length, (confirm?.text ?? '').length) > 200) page.cut = true;
  return words.filter(Boolean);
}

/** The button as the template takes it. */
export function cardButton(place: Place, { card }: Pick<Page, 'card'>): CardButton {
  const { button } = place;
  return {
    ...plainButton(clip(numbered(place) || button.id, LABEL_CHARS), button.style),
    event: {
      type: 'sendCardRequest',
      params: {
        actionId: button.id,
        params: { cardId: card.id, rev: `${card.rev}`, ...(button.confirm && { confirm: 'ask' as const }) },
      },
    },
  };
}

/** The two buttons under the question whether one is sure. */
export function confirmButtons(button: Button, { card }: Pick<Page, 'card'>): CardButton[] {
  const { confirm } = button;
  if (!confirm) return [];
  const answer = (label: string, said: Confirmation, style: Button['style']): CardButton => ({
    ...plainButton(clip(line(label), LABEL_CHARS), style),
    event: {
      type: 'sendCardRequest',
      params: { actionId: button.id, params: { cardId: card.id, rev: `${card.rev}`, confirm: said } },
    },
  });
  return [answer(confirm.ok, 'yes', button.style ?? 'primary'), answer(confirm.cancel, 'no', 'default')];
}

function plainButton(text: string, style: Button['style']): Pick<CardButton, 'text' | 'color' | 'status'> {
  return { text, color: style === 'primary' ? 'blue' : style === 'danger' ? 'red' : 'gray', status: 'normal' };
}

/** How a form's answers are typed, and what it asks for: DingTalk has forms nowhere but in templates made for them. */
export function formUnits({ items, submit }: Inputs, page: Page): Unit[] {
  const asked = items.map((item): Unit => {
    const words = `${bold(clippedWords(item.label, 120))} ${inputWords(item, page)}`;
    return { text: `  - ${guardStart(words)}`.trimEnd(), tight: true };
  });
  return [control([bold(clippedWords(submit.label, LABEL_CHARS)), ...howToAnswer({ items, submit }, page)]), ...asked];
}

/** Words of its own where there are some. Else only the console can fill it in: a button that is typed carries no values. */
function howToAnswer({ items, submit }: Pick<Inputs, 'items' | 'submit'>, page: Page): string[] {
  const { t, options } = page;
  const [word = '', id = ''] = submit.id.split(':');
  const own = `dingtalk.render-form-${word}`;
  if (t.has(own)) return [t('dingtalk.render-type', { words: codeSpan(t(own, { id })) })];
  if (items.length === 0) return [t('dingtalk.render-type', { words: codeSpan(typedWords(page, submit.id)) })];
  const url = options.consoleUrl ? ` ${link(options.consoleUrl, options.consoleUrl)}` : '';
  return [t('dingtalk.render-in-console', { url })];
}

function inputWords(item: Inputs['items'][number], page: Page): string {
  if (item.kind === 'select') {
    const shown = item.options.slice(0, SHOWN_CHOICES).map(({ label }) => clippedWords(label, 40));
    if (item.options.length > SHOWN_CHOICES) page.cut = true;
    return [...shown, ...(item.options.length > SHOWN_CHOICES ? ['…'] : [])].join(' / ');
  }
  if (item.kind === 'toggle') return page.t('dingtalk.render-yes-no');
  return clippedWords(item.placeholder ?? '', 120);
}

/** The buttons that the template shows; the others are typed. */
export function seated(blocks: readonly Block[]): Set<Button> {
  return new Set(
    placesOf(blocks)
      .slice(0, MOST_BUTTONS)
      .map(({ button }) => button),
  );
}
