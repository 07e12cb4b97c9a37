/** Go's unicode package for single characters: https://pkg.go.dev/unicode */

const SPACE = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;
const CJK = /^[\u3400-\u4d85\u4e00-\u9fcc\u{20000}-\u{2b81d}]$/u;

export const isSpace = (rune: string): boolean => SPACE.test(rune);
export const isUpper = (rune: string): boolean => /^\p{Lu}$/u.test(rune);
export const isLower = (rune: string): boolean => /^\p{Ll}$/u.test(rune);
export const isTitle = (rune: string): boolean => /^\p{Lt}$/u.test(rune);
export const isNumber = (rune: string): boolean => /^\p{N}$/u.test(rune);
export const isPunct = (rune: string): boolean => /^\p{P}$/u.test(rune);
export const isLetterOrDigit = (rune: string): boolean => /^[\p{L}\p{Nd}]$/u.test(rune);

/** A letter of a script that has words: no ideograph. */
export const isAlphabet = (rune: string): boolean => /^\p{L}$/u.test(rune) && !CJK.test(rune);

/** Upper case of one character; what would become several stays as it is. */
export function toUpper(rune: string): string {
  return single(rune, rune.toUpperCase());
}

/** Lower case of one character. */
export function toLower(rune: string): string {
  return rune === 'İ' ? 'i' : single(rune, rune.toLowerCase());
}

/** Title case of one character: upper case but for digraphs and Georgian. */
export function toTitle(rune: string): string {
  if (/^[\u10d0-\u10ff]$/.test(rune)) return rune;
  const digraph = ['ǅ', 'ǈ', 'ǋ', 'ǲ'].find((title) => title.toLowerCase() === rune.toLowerCase());
  return digraph ?? toUpper(rune);
}

/** Every character of a text changed by itself. */
export function mapRunes(text: string, change: (rune: string) => string): string {
  let changed = '';
  for (const rune of text) changed += change(rune);
  return changed;
}

function single(rune: string, cased: string): string {
  return [...cased].length === 1 ? cased : rune;
}
