import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { controlsOf } from '../../src/chat/blocks.ts';
import type { Block, Card, Choice, Outgoing } from '../../src/chat/types.ts';
import { drawCard, drawInto, drawWindow, withoutControls } from './render-blocks.ts';
import { startDrawing } from './render-drawing.ts';
import { type Drawing, jsonSize, LIMITS, oneText, type Piece, plain, type RenderOptions } from './render-shapes.ts';
import { contentOf, heading, note } from './render-texts.ts';
import { richBlocks } from './rich-text.ts';

/** What is shown beside messages: the Home tab, and windows with forms and folded parts. Only kinds of blocks that they take. */

type Inputs = Extract<Block, { type: 'inputs' }>;
type Input = Inputs['items'][number];
type Form = Pick<Outgoing, 'language'> & { card: Card };

/** A view may be 250 kB: https://docs.slack.dev/reference/methods/views.open (view_too_large). */
const VIEW_JSON = 200_000;
const HOME_CARD = 24;

/** The Home tab: card below card, each once, at most a hundred blocks; says how many are not shown. */
export function renderHome(messages: Outgoing[], options: RenderOptions): KnownBlock[] {
  const shown: Piece[] = [];
  const others = messages.filter(
    ({ card }, at) => !card || messages.findIndex((one) => one.card?.id === card.id) === at,
  );
  for (const [at, message] of others.entries()) {
    const pieces = homeCard(message, options);
    const all = at === 0 ? pieces : [...shown, contentOf({ type: 'divider' }), ...pieces];
    const isLast = at === others.length - 1;
    if (all.length > LIMITS.viewBlocks - (isLast ? 0 : 1) || sizeOf(all) > VIEW_JSON - 500) {
      const line = note(options.translate[message.language]('slack.render-more', { count: others.length - at }));
      return settled([...shown, ...richBlocks([line]).map(contentOf)]);
    }
    shown.splice(0, shown.length, ...all);
  }
  return settled(shown);
}

function homeCard(message: Outgoing, options: RenderOptions): Piece[] {
  const drawing = viewDrawing(message, options);
  const { card } = message;
  const pieces = drawCard(drawing, card ?? { id: '', rev: 0, title: message.text, tone: 'neutral', blocks: [] });
  const content = pieces.filter(({ kind }) => kind === 'content');
  if (content.length <= HOME_CARD) return pieces;
  const rest = richBlocks([note(drawing.t('slack.render-cut'))]).map(contentOf);
  return [...content.slice(0, HOME_CARD), ...rest, ...pieces.filter(({ kind }) => kind !== 'content')];
}

/** The window of a card's form: its inputs, below what stands with them. Undefined where the card has no such form (any more). */
export function renderForm({ card, language }: Form, actionId: string, options: RenderOptions): ModalView | undefined {
  const inputs = formOf(card, actionId);
  if (!inputs || card.closed) return undefined;
  const drawing = viewDrawing({ card, language, text: '' }, options);
  const around = card.blocks.find((block) => block.type === 'details' && controlsOf(block).includes(inputs));
  const pieces: Piece[] = [];
  if (around?.type === 'details') for (const block of withoutControls(around.blocks)) drawInto(drawing, pieces, block);
  const title = around?.type === 'details' ? around.summary : card.title;
  const fields = inputs.items.map((input) => inputOf(input, drawing));
  return {
    type: 'modal',
    private_metadata: `${card.id}#${card.rev}#${actionId}`,
    title: plain(title, LIMITS.modalTitle),
    submit: plain(inputs.submit.label, LIMITS.modalTitle),
    close: plain(drawing.t('slack.render-close'), LIMITS.modalTitle),
    blocks: [...fullTitle(title), ...settled(bounded(drawing, pieces)).slice(0, 100 - 2 - fields.length), ...fields],
  };
}

/** The window of the n-th folded part of a card, counted from 0. Undefined where there is nothing to read. */
export function renderFold({ card, language }: Form, n: number, options: RenderOptions): ModalView | undefined {
  const details = card.blocks.filter((block) => block.type === 'details')[n];
  if (!details) return undefined;
  const drawing = viewDrawing({ card, language, text: '' }, options);
  const pieces = bounded(drawing, drawWindow(drawing, details));
  if (pieces.length === 0) return undefined;
  return {
    type: 'modal',
    title: plain(details.summary, LIMITS.modalTitle),
    close: plain(drawing.t('slack.render-close'), LIMITS.modalTitle),
    blocks: [...fullTitle(details.summary), ...settled(pieces)],
  };
}

/**
 * What was put into a form, by the ids of its inputs: the `state.values` of a window, or of a message. Inputs left empty are absent.
 * https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
 */
export function readForm(values: FormValues, inputs: Inputs['items']): Record<string, string | string[] | boolean> {
  return Object.fromEntries(
    inputs.flatMap((input): [string, string | string[] | boolean][] => {
      const state = Object.values(values[input.id] ?? {})[0];
      const answer = state && answerOf(state, input);
      return answer === undefined ? [] : [[input.id, answer]];
    }),
  );
}

/** What Slack says of each input: by block id, then by action id. */
export type FormValues = Record<string, Record<string, InputState>>;
interface InputState {
  value?: string | null | undefined;
  selected_option?: { value?: string | undefined } | null | undefined;
  selected_options?: { value?: string | undefined }[] | null | undefined;
}

function answerOf(state: InputState, input: Input): string | string[] | boolean | undefined {
  if (input.kind === 'text') return state.value ?? undefined;
  if (input.kind === 'toggle') return (state.selected_options ?? []).length > 0;
  const ids = (state.selected_options ?? (state.selected_option ? [state.selected_option] : [])).flatMap(
    ({ value = '' }) => idOf(value, input.options),
  );
  return input.multi ? ids : ids[0];
}

/** The inputs block that a form's action submits. */
export function formOf(card: Card, actionId: string): Inputs | undefined {
  return controlsOf(card).find((block): block is Inputs => block.type === 'inputs' && block.submit.id === actionId);
}

function viewDrawing(message: Outgoing, options: RenderOptions): Drawing {
  const { files: _, ...drawing } = startDrawing(message, { ...options, charts: 'none' });
  return drawing;
}

const sizeOf = (pieces: Piece[]) => jsonSize(pieces.map(({ block }) => block));
const settled = (pieces: Piece[]): KnownBlock[] =>
  pieces.flatMap(({ block }) => (block.type === 'data_visualization' ? [] : [block]));

/** A window's title holds 24 characters; a longer one is said again below it. */
function fullTitle(title: string): KnownBlock[] {
  return oneText(title).length > LIMITS.modalTitle ? richBlocks([heading(plain(title, 1000).text)]) : [];
}

/** As many pieces as a window takes. */
function bounded({ t }: Drawing, pieces: Piece[]): Piece[] {
  const shown: Piece[] = [];
  for (const piece of pieces) {
    if (shown.length > LIMITS.viewBlocks - 5 || sizeOf([...shown, piece]) > VIEW_JSON - 3000)
      return [...shown, ...richBlocks([note(t('slack.render-cut'))]).map(contentOf)];
    shown.push(piece);
  }
  return shown;
}

/** https://docs.slack.dev/reference/block-kit/blocks/input-block */
function inputOf(input: Input, drawing: Drawing): InputBlock {
  return {
    type: 'input',
    block_id: input.id,
    label: plain(input.label, LIMITS.label),
    optional: input.kind === 'toggle' || !input.required,
    element: elementOf(input, drawing),
  };
}

function elementOf(input: Input, drawing: Drawing): InputBlock['element'] {
  if (input.kind === 'text') {
    const { multiline = false, initial, placeholder } = input;
    return {
      type: 'plain_text_input',
      action_id: 'value',
      multiline,
      ...(initial && { initial_value: initial.slice(0, LIMITS.initial) }),
      ...(placeholder && { placeholder: plain(placeholder, LIMITS.placeholder) }),
    };
  }
  if (input.kind === 'toggle') {
    const yes: PlainTextOption = { text: plain(drawing.t('slack.render-yes'), LIMITS.option), value: 'yes' };
    return { type: 'checkboxes', action_id: 'value', options: [yes], ...(input.initial && { initial_options: [yes] }) };
  }
  return selectOf(input, drawing);
}

function selectOf(input: Extract<Input, { kind: 'select' }>, drawing: Drawing): InputBlock['element'] {
  const options = input.options.map((option, at) => optionOf(option, at, input.options.length <= LIMITS.options));
  const chosen = options.filter((_, at) => input.initial?.includes(input.options[at]?.id ?? ''));
  const offered = options.length <= LIMITS.options ? { options } : { option_groups: groupsOf(options, drawing) };
  if (input.multi) {
    const initial = chosen.slice(0, LIMITS.options);
    return {
      type: 'multi_static_select',
      action_id: 'value',
      ...offered,
      ...(initial.length > 0 && { initial_options: initial }),
    };
  }
  const [initial] = chosen;
  return { type: 'static_select', action_id: 'value', ...offered, ...(initial && { initial_option: initial }) };
}

/** A choice's id is its value; one that is too long for that goes by its number. Very many are shown without their hints. */
function optionOf({ id, label, hint }: Choice, at: number, hasHints: boolean): PlainTextOption {
  return {
    text: plain(label, LIMITS.option),
    value: id.length <= LIMITS.optionValue && !id.startsWith('~') ? id : `~${at}`,
    ...(hint && hasHints && { description: plain(hint, LIMITS.option) }),
  };
}

function idOf(value: string, options: Choice[]): string[] {
  if (!value.startsWith('~')) return options.some(({ id }) => id === value) ? [value] : [];
  const choice = options[Number(value.slice(1))];
  return choice ? [choice.id] : [];
}

function groupsOf(options: PlainTextOption[], { t }: Drawing) {
  return Array.from({ length: Math.ceil(options.length / LIMITS.options) }, (_, group) => {
    const from = group * LIMITS.options;
    const some = options.slice(from, from + LIMITS.options);
    const label = t('slack.render-options', { from: from + 1, to: from + some.length });
    return { label: plain(label, LIMITS.option), options: some };
  });
}
