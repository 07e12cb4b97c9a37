/** What was asked and answered before in a talk, made short enough to be told again. */

// A type, since only those can be handed over as JSON.
export type Turn = { question: string; answer: string };

const WHOLE = 3;
const MOST_TOKENS = 1500;
const LINE = 160;

/** The last three as they are and the older ones as a line each, oldest first; what is more than about 1,500 tokens goes, oldest first. */
export function compactHistory(turns: readonly Turn[]): Turn[] {
  const kept: Turn[] = [];
  let left = MOST_TOKENS;
  for (const [back, turn] of [...turns].reverse().entries()) {
    const short = back < WHOLE ? bounded(turn, Math.floor(MOST_TOKENS / WHOLE)) : inOneLine(turn);
    left -= tokensOf(short);
    if (left < 0) break;
    kept.unshift(short);
  }
  return kept;
}

/** A whole turn, cut where it alone would take more than its share. */
function bounded({ question, answer }: Turn, tokens: number): Turn {
  const asked = cut(question, Math.floor(tokens / 3));
  return { question: asked, answer: cut(answer, tokens - tokensOf({ question: asked, answer: '' })) };
}

function inOneLine({ question, answer }: Turn): Turn {
  const [first = ''] = answer.split(/\n|(?<=[.!?。！？])\s/u, 1);
  return { question: clipped(question.replace(/\s+/g, ' '), LINE), answer: clipped(first.trim(), LINE) };
}

/** The longest beginning of at most that many tokens. */
function cut(text: string, tokens: number): string {
  if (tokensOf({ question: text, answer: '' }) <= tokens) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tokensOf({ question: text.slice(0, middle), answer: '…' }) <= tokens) low = middle;
    else high = middle - 1;
  }
  return clipped(text, low);
}

function clipped(text: string, length: number): string {
  if (text.length <= length) return text;
  // Half of a surrogate pair is no character.
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Some four letters of English make a token, and one sign of Chinese: three bytes are rather too few than too many. */
function tokensOf({ question, answer }: Turn): number {
  return Math.ceil(new TextEncoder().encode(question + answer).length / 3);
}
