import { isAlphabet, isNumber, isPunct, isSpace, isUpper, mapRunes, toLower, toUpper } from './runes.ts';

/** Cases of names as sprig's xstrings makes them. https://pkg.go.dev/github.com/huandu/xstrings */

type WordKind = 'invalid' | 'connector' | 'punctuation' | 'upper' | 'letters' | 'number' | 'other';

interface Word {
  kind: WordKind;
  text: string;
}

const INVALID = /^[\ufffd\ud800-\udfff]$/;

/** `FirstName` as `first_name`, `HTTP20xOK` as `http_20x_ok`. */
export function toConnected(text: string, connector: '_' | '-'): string {
  const words = wordsOf(text);
  let connected = '';
  let at = 0;
  const kind = (): WordKind | 'end' => words[at]?.kind ?? 'end';
  const take = (): string => lowered(words[at++], connector);
  const takeMixed = (): void => {
    while (kind() === 'letters' || kind() === 'number') connected += take();
  };
  /** A connector goes before what begins a word of its own. */
  const connect = (...not: string[]): void => {
    if (!['connector', 'punctuation', ...not].includes(kind())) connected += connector;
  };
  while (at < words.length - 1) {
    const before = kind();
    connected += take();
    if (before === 'connector' || before === 'punctuation') continue;
    if (before === 'number') {
      takeMixed();
      connect('invalid', 'end');
    } else if (kind() !== 'number') {
      connect();
    } else if (at < words.length - 1) {
      const digits = take();
      // Digits belong to the word before them, but not if small letters follow: `bld4_floor`, `http_2xx`.
      const apart = kind() === 'letters';
      connected += (apart ? connector : '') + digits;
      if (apart) takeMixed();
      connect(...(apart ? ['invalid', 'end'] : []));
    }
  }
  if (at < words.length) connected += take();
  return connected;
}

function lowered(word: Word | undefined, connector: string): string {
  if (!word) return '';
  if (word.kind === 'connector') return connector.repeat([...word.text].length);
  if (word.kind !== 'upper') return word.text;
  return mapRunes(word.text, (rune) => (isUpper(rune) ? toLower(rune) : rune));
}

function wordsOf(text: string): Word[] {
  const runes = [...text];
  const words: Word[] = [];
  let at = 0;
  while (at < runes.length) {
    const word = wordAt(runes, at);
    words.push({ kind: word.kind, text: runes.slice(at, word.end).join('') });
    at = word.end;
  }
  return words;
}

const CONTINUES: Readonly<Record<Exclude<WordKind, 'upper' | 'invalid'>, (rune: string) => boolean>> = {
  connector: isConnector,
  punctuation: isPunct,
  letters: (rune) => isAlphabet(rune) && !isUpper(rune),
  number: isNumber,
  other: (rune) => !isConnector(rune) && !isAlphabet(rune) && !isNumber(rune) && !isPunct(rune),
};

function wordAt(runes: string[], start: number): { kind: WordKind; end: number } {
  const first = validFrom(runes, start);
  if (first >= runes.length) return { kind: 'invalid', end: runes.length };
  const kind = kindOfRune(runes[first] ?? '');
  if (kind === 'upper') return { kind, end: upperEnd(runes, first + 1) };
  return { kind, end: run(runes, first + 1, CONTINUES[kind]) };
}

/** `HTTPStatus` is `HTTP` and `Status`, `Status` one word. */
function upperEnd(runes: string[], start: number): number {
  const next = validFrom(runes, start);
  const rune = runes[next];
  if (rune === undefined) return runes.length;
  if (!isUpper(rune)) return isAlphabet(rune) ? run(runes, start, CONTINUES.letters) : start;
  const end = run(runes, start, isUpper);
  const after = runes[validFrom(runes, end)];
  return after !== undefined && isAlphabet(after) ? end - 1 : end;
}

function run(runes: string[], start: number, goesOn: (rune: string) => boolean): number {
  let end = start;
  for (;;) {
    const next = validFrom(runes, end);
    // What is no text at the end belongs to the last word.
    if (next >= runes.length) return runes.length;
    if (!goesOn(runes[next] ?? '')) return end;
    end = next + 1;
  }
}

function validFrom(runes: string[], start: number): number {
  let at = start;
  while (at < runes.length && INVALID.test(runes[at] ?? '')) at++;
  return at;
}

function kindOfRune(rune: string): Exclude<WordKind, 'invalid'> {
  if (isConnector(rune)) return 'connector';
  if (isPunct(rune)) return 'punctuation';
  if (isUpper(rune)) return 'upper';
  if (isAlphabet(rune)) return 'letters';
  return isNumber(rune) ? 'number' : 'other';
}

function isConnector(rune: string): boolean {
  return rune === '-' || rune === '_' || isSpace(rune);
}

/** `some_words` as `SomeWords`; connectors at the ends and doubled ones stay. */
export function toCamelCase(text: string): string {
  const runes = [...text];
  const start = runes.findIndex((rune) => !isConnector(rune));
  // Of nothing but connectors the last is doubled.
  if (start < 0) return text + (runes.at(-1) ?? '');
  let camel = runes.slice(0, start).join('');
  let shouts = isUpper(runes[start] ?? '');
  let current = toUpper(runes[start] ?? '');
  for (const rune of runes.slice(start + 1)) {
    const before = current;
    current = rune;
    if (isConnector(before) && !isConnector(rune)) {
      shouts = isUpper(rune);
      current = toUpper(rune);
      continue;
    }
    if (!isConnector(before)) {
      shouts &&= isUpper(rune);
      if (shouts) current = toLower(rune);
    }
    camel += before;
  }
  return camel + current;
}
