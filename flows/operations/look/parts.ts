import type { Block, Button } from '../../../src/chat/types.ts';
import type { FlowContext } from '../../../src/flow/kit.ts';
import type { Target } from '../../../src/flow/target.ts';
import { timeText } from './amounts.ts';

/** What all answers are made of: a table that folds, when it was looked at, what to do next. */

type Table = Extract<Block, { type: 'table' }>;
const IN_SIGHT = 20;
const LINES_IN_SIGHT = 40;
/** So many characters of them have room on every platform. */
const CHARS_IN_SIGHT = 2000;
/** The longest text that goes into a message; whatever is longer says that there is more. */
const LONGEST = 200_000;

/** A table whose first rows are in sight; the others are folded, and a file where a platform has no room for them. */
export function foldedTable({ t }: FlowContext, { caption, head, rows }: Omit<Table, 'type'>): Block[] {
  if (rows.length === 0) return [];
  const first: Table = { type: 'table', caption, head, rows: rows.slice(0, IN_SIGHT) };
  const others = rows.slice(IN_SIGHT);
  if (others.length === 0) return [first];
  const summary = t('look.more-rows', { count: others.length });
  return [first, { type: 'details', summary, blocks: [{ type: 'table', caption: summary, head, rows: others }] }];
}

/** The last lines of a text are in sight, the whole of it is folded. Text of strangers stays in `code`. */
export function foldedText(
  { t }: FlowContext,
  text: string,
  { language, end = true }: { language?: string; end?: boolean } = {},
): Block[] {
  const code = (part: string): Block => ({ type: 'code', text: part, ...(language !== undefined && { language }) });
  const inSight = (some: string[]): Block => ({ ...code(some.join('\n')), ...(end && { end }) }) as Block;
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length <= LINES_IN_SIGHT) return [inSight(lines)];
  const shown = end ? inRoom(lines.slice(-LINES_IN_SIGHT).reverse()).reverse() : inRoom(lines.slice(0, LINES_IN_SIGHT));
  const whole = end ? text.slice(-LONGEST) : text.slice(0, LONGEST);
  const key = whole.length < text.length ? 'look.all-lines-cut' : 'look.all-lines';
  const summary = t(key, { count: lines.length });
  return [inSight(shown), { type: 'details', summary, blocks: [code(whole)] }];
}

/** As many of these lines as have room, at least one. */
function inRoom(lines: string[]): string[] {
  let left = CHARS_IN_SIGHT;
  const over = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return over < 0 ? lines : lines.slice(0, Math.max(1, over));
}

/** When it was looked at, by the cluster's own clock, and what else is to be known. */
export function seenAt({ t }: FlowContext, serverTime: string, ...notes: string[]): Block[] {
  const when = serverTime === '' ? [] : [t('look.at', { time: timeText(serverTime) })];
  const markdown = [...when, ...notes].join(' ');
  return markdown === '' ? [] : [{ type: 'text', markdown }];
}

/** Buttons that say what their label says. */
export function sends(...words: (string | undefined)[]): Block[] {
  const items = [...new Set(words)]
    .filter((one) => one !== undefined && one.length <= 240)
    .map((one): Button => ({ id: `send:${one}`, label: one ?? '' }));
  return items.length === 0 ? [] : [{ type: 'buttons', items }];
}

/** A namespace or cluster in the words of a title. */
export const placeText = (target: Pick<Target, 'cluster' | 'namespace'>): string =>
  target.namespace === undefined ? target.cluster : `${target.namespace} (${target.cluster})`;

/** A sentence about an object, to be typed or clicked: in its namespace, or of the whole cluster. */
export function saying(
  { t }: FlowContext,
  key: string,
  { name = '', namespace }: Pick<Target, 'name' | 'namespace'>,
): string {
  return namespace === undefined ? t(`look.say.${key}-wide`, { name }) : t(`look.say.${key}`, { name, namespace });
}

/** The same about a place. */
export function sayingOf(
  { t }: FlowContext,
  key: string,
  { cluster, namespace }: Pick<Target, 'cluster' | 'namespace'>,
): string {
  return t(`look.say.${key}-in`, { place: namespace ?? cluster });
}
