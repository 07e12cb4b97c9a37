import { normalise } from '../../../src/flow/clarify/normalise.ts';

/** How many, as people say it: "to 5", "by 2", "double", "扩容到 5 个", "加两个副本". */

export type Amount =
  | { kind: 'to'; count: number }
  | { kind: 'by'; count: number }
  | { kind: 'times'; factor: number }
  /** "scale down 2": by two, or to two. `sign` is the way it goes. */
  | { kind: 'either'; count: number; sign: 1 | -1 };

const PIECE =
  '(?:replicas?|copies|copy|pods?|instances?|nodes?|machines?|个副本|个实例|个节点|个 ?pod|个|台|副本|实例|节点)';
const MORE = '(?:add|increase|raise|grow|scale (?:up|out)|up|plus|加|增加|新增|添加|多加|再加|扩|扩容|多)';
const LESS =
  '(?:remove|decrease|reduce|shrink|lower|drop|scale (?:down|in)|down|minus|take away|减少|减|去掉|少|缩|缩容|删掉|移除)';

/** Longest and surest forms first; the first that fits counts. */
const FORMS: readonly [RegExp, (count: number, text: string) => Amount][] = [
  [
    /(?:翻倍|翻一番|翻1番|加倍|加一倍|加1倍|\bdouble\b|\btwice\b|两倍|二倍|2 ?倍|\b2x\b)/,
    () => ({ kind: 'times', factor: 2 }),
  ],
  [/(?:三倍|3 ?倍|\btriple\b|\b3x\b)/, () => ({ kind: 'times', factor: 3 })],
  [/(?:减半|一半|1半|\bhalf\b|\bhalve\b|砍半)/, () => ({ kind: 'times', factor: 0.5 })],
  [/(?:\bto zero\b|\bto none\b|到零|成零|为零|归零|缩到 ?0)/, () => ({ kind: 'to', count: 0 })],
  [/(?:\bto\b|=|到|至|为|成|变) ?(\d{1,4})(?![\d.])/, (count) => ({ kind: 'to', count })],
  [/\bby (?:another )?(\d{1,4})\b/, (count, text) => ({ kind: 'by', count: count * signOf(text) })],
  [/\b(\d{1,4}) (?:more|additional|extra|further)\b/, (count) => ({ kind: 'by', count })],
  [/\b(\d{1,4}) (?:fewer|less)\b/, (count) => ({ kind: 'by', count: -count })],
  [/(?:加|增加|新增|添加|多加|再加|多|再来) ?(?:上)?(\d{1,4})/, (count) => ({ kind: 'by', count })],
  [/(?:减少|减|去掉|少|删掉|移除) ?(?:了)?(\d{1,4})/, (count) => ({ kind: 'by', count: -count })],
  [/\badd (?:a|an|another)\b/, () => ({ kind: 'by', count: 1 })],
  [/\bone more\b/, () => ({ kind: 'by', count: 1 })],
  [/\b(?:add|plus) (\d{1,4})\b/, (count) => ({ kind: 'by', count })],
  [/\b(?:remove|minus|take away|drop) (\d{1,4})\b/, (count) => ({ kind: 'by', count: -count })],
  [
    /\b(?:replicas?|copies|size|count|nodes|副本数?|节点数|数量) ?[:=]? ?(\d{1,4})(?![\d.])/,
    (count) => ({ kind: 'to', count }),
  ],
  [new RegExp(`(?:${MORE}|${LESS})[^\\d]{0,40}?(?<![\\w.-])(\\d{1,4})(?![\\d.])`), either],
  // "scale checkout 5": no word says up or down.
  [/\b(?:scale|resize|set|pool|nodes)\b[^\d]{0,80}?(?<![\w.-])(\d{1,4})(?![\d.])/, (count) => ({ kind: 'to', count })],
  [new RegExp(`(?<![\\w.-])(\\d{1,4}) ?${PIECE}`), (count) => ({ kind: 'to', count })],
];

function either(count: number, text: string): Amount {
  return { kind: 'either', count, sign: signOf(text) };
}

const signOf = (text: string): 1 | -1 =>
  new RegExp(LESS).test(text) && !/\b(?:scale (?:up|out)|add|increase)\b|扩/.test(text) ? -1 : 1;

/** What a sentence says of how many, apart from the names in it; undefined where it says nothing. */
export function amountIn(text: string, names: readonly string[] = []): Amount | undefined {
  const plain = withoutNames(text, names).normalize('NFKC');
  const signed = /(?<![\w.)+-])([+-]) ?(\d{1,4})(?![\w.-])/.exec(plain);
  if (signed) return { kind: 'by', count: Number(`${signed[1]}${signed[2]}`) };
  const said = normalise(plain);
  for (const [pattern, amount] of FORMS) {
    const found = pattern.exec(said);
    if (found) return amount(Number(found[1] ?? 0), said);
  }
  const bare = /^(\d{1,4})(?: ?(?:个|台))?$/.exec(said);
  return bare ? { kind: 'to', count: Number(bare[1]) } : undefined;
}

/** Names hold digits that are no amounts: those that are known, and whatever looks like one. */
export function withoutNames(text: string, names: readonly string[]): string {
  const known = names.filter((name) => name !== '').reduce((rest, name) => rest.replaceAll(name, ' '), text);
  return known.replaceAll(
    /(?<![\w.-])(?=[\w.-]*[a-zA-Z])(?=[\w.-]*\d)(?!\d+x(?![\w.-]))[\w-]+(?:[.-][\w-]+)*(?![\w-])/g,
    ' ',
  );
}

/** The number that is meant, starting from what there is. Never below zero. */
export function resolved(amount: Exclude<Amount, { kind: 'either' }>, current: number): number {
  switch (amount.kind) {
    case 'to':
      return amount.count;
    case 'by':
      return Math.max(0, current + amount.count);
    case 'times':
      return amount.factor < 1 ? Math.ceil(current * amount.factor) : current * amount.factor;
  }
}
