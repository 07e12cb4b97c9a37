import { distance } from 'fastest-levenshtein';

/** Finding words in normalised text. Offsets are UTF-16 positions. */

export interface Span {
  start: number;
  end: number;
}

const WORD = /[a-z0-9]/;

/** Where a term stands as a word of its own: letters and digits must not run on at either end, nor a hyphen before it; Han characters may. */
export function occurrences(text: string, term: string): Span[] {
  const found: Span[] = [];
  if (!term) return found;
  for (let start = text.indexOf(term); start >= 0; start = text.indexOf(term, start + 1)) {
    const end = start + term.length;
    const before = text.slice(Math.max(0, start - 2), start);
    const runsIn = WORD.test(text[start] ?? '') && /[a-z0-9]-?$/.test(before);
    const runsOn = WORD.test(text[end - 1] ?? '') && WORD.test(text[end] ?? '');
    if (!runsIn && !runsOn) found.push({ start, end });
  }
  return found;
}

/** Whether a Latin word is another with a slip: letters swapped, or one wrong from five letters on, two from seven on. The first letter holds. */
export function isSlipOf(typed: string, word: string): boolean {
  if (typed[0] !== word[0] || Math.abs(typed.length - word.length) > 2) return false;
  const off = distance(typed, word);
  if (off <= (word.length >= 7 ? 2 : word.length >= 5 ? 1 : 0)) return true;
  return off === 2 && [...typed].sort().join('') === [...word].sort().join('');
}

/** Whether two spans share a character. */
export const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** True for a term that means something by itself: two Han characters, or three letters and digits. */
export function isStrong(term: string): boolean {
  const han = term.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han >= 2 || (han > 0 && term.length >= 3) || term.replace(/[^a-z0-9]/g, '').length >= 3;
}

const NEGATION =
  /(?:不要|不想要|不需要|不用|不是|不开|别用|别|无需|没有|而不是|非|关闭|关掉|禁用|取消|\bnot|\bno|\bwithout|\bdont (?:want|need|use)|\binstead of|\brather than|\bdisable|\bturn off)\s*(?:the|a|an|any|in|use|用|开|启用)?\s*$/;
const NEGATION_AFTER = /^\s*(?:不要|不用|不需要|关闭|关掉|关了|禁用|off\b|disabled\b|no\b|否)/;

/** Whether what stands at the span is refused: "not Hangzhou", "不要公网", and for switches "公网关闭", "logging off". */
export function isNegated(text: string, { start, end }: Span, isSwitch = false): boolean {
  return (
    NEGATION.test(text.slice(Math.max(0, start - 24), start)) || (isSwitch && NEGATION_AFTER.test(text.slice(end)))
  );
}

const LINK =
  /^\s*(?:(?:从|由|from)\s*[^,]{1,12}?\s*)?(?:是|为|用|要|选|设为|设成|改成|改为|改到|换成|换到|调到|调成|增加到|减少到|:|=|is|to|of|as|at|be|should be|into)?\s*$/;
const MEASURE = /^\s*(?:个|台|的|级|档|-|\s)?\s*$/;

/** Whether the text between a field's name and a value only links them ("预算 改成 高", "nodes: 5"). */
export const linksForward = (between: string): boolean => LINK.test(between);
/** Whether the text between a value and the field's name behind it only links them ("5 个 节点", "high budget"). */
export const linksBack = (between: string): boolean => MEASURE.test(between);

const CHANGE =
  /(?:换成|换到|改成|改为|改到|改用|换为|调到|调成|\bto|\bmake it|\bchange to|\bswitch to|\buse)\s*(?:the|a|an)?\s*$/;

/** Whether the value at the span is what something is to be changed into ("换成北京", "from 3 to 5"). */
export const isTarget = (text: string, { start }: Span): boolean =>
  CHANGE.test(text.slice(Math.max(0, start - 24), start));

/** The text with the spans blanked out by pauses of the same length. */
export function without(text: string, spans: Span[]): string {
  let rest = text;
  for (const { start, end } of spans) rest = rest.slice(0, start) + ','.repeat(end - start) + rest.slice(end);
  return rest;
}
