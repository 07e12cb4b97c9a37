import type { Translate } from '../../../src/chat/messages.ts';
import type { Language, LocalText } from '../../../src/chat/types.ts';
import type { Level, Signal } from './signal.ts';

/** How values and troubles of metrics are put into words. */

const DAY_S = 86_400;
const GIB = 1024 ** 3;

/** A value with its unit. */
function valueText(words: Translate, unit: Signal['unit'], value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '?';
  const [name, shown] = shownAs(unit, value);
  return words(`metric-signals.unit.${name}`, { value: rounded(shown) });
}

function shownAs(unit: Signal['unit'], value: number): [Signal['unit'], number] {
  if (unit === 'ratio') return [unit, value * 100];
  if (unit === 'bytes') return [unit, value / GIB];
  if (unit === 'seconds' && Math.abs(value) >= DAY_S) return ['days', value / DAY_S];
  return [unit, value];
}

/** Three digits that count; whole numbers stay as they are. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** "more than 85% is bad" */
function lineText(words: Translate, { unit }: Signal, { op, value }: Level): string {
  const key = op.startsWith('<') ? 'under' : 'over';
  return words(`metric-signals.${key}`, { value: valueText(words, unit, value) });
}

export interface Said {
  signal: Signal;
  level: Level;
  value: number;
  /** The first names, and how many follow. None: the cluster itself. */
  where: string;
  more: number;
  bad: number;
  total: number;
}

/** The line that a finding is told by. */
export function troubleText(words: Record<Language, Translate>, said: Said): LocalText {
  const { signal, level, value, where, more, bad, total } = said;
  const kind = where === '' ? 'cluster' : signal.flag ? 'flag' : 'objects';
  const inOne = (translate: Translate) =>
    translate(`metric-signals.text-${kind}`, {
      name: translate(`metric-signals.${signal.code}.name`),
      value: valueText(translate, signal.unit, value),
      line: lineText(translate, signal, level),
      where,
      more,
      bad,
      total,
    });
  return { en: inOne(words.en), zh: inOne(words.zh) };
}
