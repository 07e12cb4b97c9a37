/** Orders keys as Go's yaml.v2 does: numbers within them by their size, letters behind everything else. */
export function compareKeys(a: string, b: string): number {
  const one = [...a];
  const other = [...b];
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const x = one[i] ?? '';
    const y = other[i] ?? '';
    if (x !== y) return compareAt({ one, other, i }, x, y);
  }
  return one.length - other.length;
}

interface Place {
  one: readonly string[];
  other: readonly string[];
  i: number;
}

function compareAt({ one, other, i }: Place, x: string, y: string): number {
  const letters = [isLetter(x), isLetter(y)];
  if (letters[0] && letters[1]) return codeOf(x) - codeOf(y);
  if (letters[0] || letters[1]) return letters[1] ? -1 : 1;
  const lead = (x === '0' || y === '0') && hasDigitBefore(one, i) ? '1' : '';
  const first = digitsAt(one, i);
  const second = digitsAt(other, i);
  const difference = BigInt(`0${lead}${first}`) - BigInt(`0${lead}${second}`);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return first.length - second.length || codeOf(x) - codeOf(y);
}

/** Whether the number that goes on here has begun with another digit than 0. */
function hasDigitBefore(characters: readonly string[], i: number): boolean {
  for (let at = i - 1; at >= 0 && isDigit(characters[at]); at--) if (characters[at] !== '0') return true;
  return false;
}

function digitsAt(characters: readonly string[], i: number): string {
  let digits = '';
  for (let at = i; isDigit(characters[at]); at++) digits += characters[at];
  return digits;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
