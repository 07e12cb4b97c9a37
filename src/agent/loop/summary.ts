import { FINISH } from './house-tools.ts';

/** Reads the summary out of the arguments of `finish` while they are being written. */
export function createSummary(onText: (piece: string) => void): (tool: string, piece: string) => void {
  let said = '';
  let at: number | undefined;
  let isDone = false;

  return (tool, piece) => {
    if (tool !== FINISH || isDone) return;
    said += piece;
    if (at === undefined) {
      const begin = /"summary"\s*:\s*"/.exec(said);
      if (!begin) return;
      at = begin.index + begin[0].length;
    }
    const { end, isWhole } = readable(said, at);
    if (end > at) onText(unescaped(said.slice(at, end)));
    at = end;
    isDone = isWhole;
  };
}

/** How far a string can be read that may not be there as a whole. */
function readable(said: string, from: number): { end: number; isWhole: boolean } {
  let at = from;
  while (at < said.length) {
    const sign = said[at];
    if (sign === '"') return { end: at, isWhole: true };
    // An escape needs up to six signs, and a letter beyond the first 65,536 two of them.
    const length = sign !== '\\' ? 1 : said[at + 1] === 'u' ? (/^d[89ab]/i.test(said.slice(at + 2)) ? 12 : 6) : 2;
    if (at + length > said.length) break;
    at += length;
  }
  return { end: at, isWhole: false };
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text.replaceAll('\n', '\\n')}"`));
  } catch {
    return '';
  }
}
