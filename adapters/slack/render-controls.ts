import type { ActionsBlock, Button as SlackButton } from '@slack/types';
import type { Button } from '../../src/chat/types.ts';
import { blockId } from './control-ref.ts';
import { type Drawing, jsonSize, LIMITS, oneText, type Piece, plain } from './render-shapes.ts';
import { drawRich, heading } from './render-texts.ts';
import { list, richBlocks, words } from './rich-text.ts';

/** Buttons. None is cut or dropped: a label that is too long is shown whole beside it, and what finds no room can be typed. */

/** Characters of JSON that the controls of one message may take: they stay together, beside something to read. */
export const CONTROL_ROOM = 9000;
/** What is kept of it for each button that opens a form or a folded part. */
export const OPENER_ROOM = 450;
const GROUPS = 25;
const HINT_ROOM = 4000;

/** A group of buttons: what is to be said about them, then they, then what has to be typed instead. */
export function drawButtons(drawing: Drawing, items: Button[]): Piece[] {
  if (drawing.card.closed || items.length === 0) return [];
  const groups: ActionsBlock[] = [];
  const typed: Button[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    const group = last && last.elements.length < LIMITS.actions ? last : newGroup(drawing);
    const isIn =
      group !== undefined && place(drawing, group, { button: item, isNew: group !== last, kept: drawing.kept });
    if (!isIn) typed.push(item);
    else if (group !== last) groups.push(group);
  }
  return [...drawHints(drawing, items), ...groups.map(controlOf), ...drawTyped(drawing, typed)];
}

/** A button that opens a form or a folded part, in a row with those before it. False when there is no room for it. */
export function drawOpener(drawing: Drawing, pieces: Piece[], button: Button): boolean {
  drawing.kept -= OPENER_ROOM;
  const last = pieces.at(-1)?.block;
  const isOpen = last?.type === 'actions' && last.elements.length < LIMITS.actions;
  const group = isOpen ? last : newGroup(drawing);
  if (!group || !place(drawing, group, { button, isNew: !isOpen, kept: 0 })) return false;
  if (!isOpen) pieces.push(controlOf(group));
  return true;
}

const controlOf = (block: ActionsBlock): Piece => ({ block, kind: 'control' });

function newGroup({ card, controls }: Drawing): ActionsBlock | undefined {
  if (controls >= GROUPS) return undefined;
  return { type: 'actions', block_id: blockId(card.id, card.rev, controls), elements: [] };
}

function place(
  drawing: Drawing,
  group: ActionsBlock,
  { button, isNew, kept }: { button: Button; isNew: boolean; kept: number },
): boolean {
  const drawn = buttonOf(button);
  const size = jsonSize(drawn) + 1 + (isNew ? jsonSize(group) : 0);
  if (button.id.length > LIMITS.actionId || size > drawing.room - kept) return false;
  group.elements.push(drawn);
  drawing.room -= size;
  if (isNew) drawing.controls++;
  return true;
}

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
function buttonOf({ id, label, style = 'default', confirm }: Button): SlackButton {
  return {
    type: 'button',
    action_id: id,
    text: plain(label, LIMITS.button),
    ...(style !== 'default' && { style }),
    ...(confirm && {
      confirm: {
        title: plain(confirm.title, LIMITS.confirmTitle),
        text: plain(confirm.text, LIMITS.confirmText),
        confirm: plain(confirm.ok, LIMITS.confirmButton),
        deny: plain(confirm.cancel, LIMITS.confirmButton),
        ...(style === 'danger' && { style }),
      },
    }),
  };
}

/** What the buttons mean, where there is something to say; numbered where a typed number is an answer. */
function drawHints(drawing: Drawing, items: Button[]): Piece[] {
  const isLong = ({ label }: Button) => oneText(label).length > LIMITS.button;
  if (!items.some((item) => item.hint || isLong(item))) return [];
  const isChoice = items.every(({ id }) => /^(choice|ask):/.test(id));
  const said = isChoice ? items : items.filter((item) => item.hint || isLong(item));
  const lines = said.map(({ label, hint }) => [
    words(oneText(label), { bold: true }),
    ...(hint ? [words(` · ${oneText(hint).replace(/\n+/g, ' · ')}`)] : []),
  ]);
  const content = () => said.map(({ label, hint = '' }) => `${label}\n${hint}`).join('\n\n');
  const elements = [list(isChoice ? 'ordered' : 'bullet', lines)];
  return drawRich(drawing, elements, { room: HINT_ROOM, what: 'choices', ext: 'txt', content });
}

/** The words that press a button: never cut, however many messages it takes. */
export function drawTyped({ t, card }: Drawing, items: Button[]): Piece[] {
  if (items.length === 0) return [];
  const lines = items.map(({ id, label }) =>
    list('bullet', [
      [
        words(t('slack.render-press', { card: card.id, action: id }), { code: true }),
        words(` ${plain(label, 200).text}`),
      ],
    ]),
  );
  return richBlocks([heading(t('slack.render-typed')), ...lines]).map((block) => ({ block, kind: 'typed' }));
}
