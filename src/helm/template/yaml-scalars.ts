/** How a text is written: where it stands, and how far its further lines are indented. */
export interface ScalarPlace {
  /** Characters before it on its line. */
  column: number;
  indent: number;
  /** Before a colon it has to stay on its line. */
  key: boolean;
  /** Lines longer than this are folded at a space. */
  width: number;
}

const WORDS = new Set(
  ['y', 'n', 'yes', 'no', 'true', 'false', 'on', 'off', 'null']
    .flatMap((word) => [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)])
    .concat(['', '~', '.nan', '.NaN', '.NAN', '<<'])
    .concat(['', '+', '-'].flatMap((sign) => ['.inf', '.Inf', '.INF'].map((word) => sign + word))),
);
const INTEGER = /^[-+]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const SIXTIES = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const TIME =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;

/** Whether YAML 1.1 would read a plain text as something else: yes, 0x1, 1e3, 12:30, a date. */
function readsAsOther(text: string): boolean {
  if (WORDS.has(text)) return true;
  if (!/^[-+.\d]/.test(text)) return false;
  const plain = text.replaceAll('_', '');
  return (
    TIME.test(text) || SIXTIES.test(text) || FLOAT.test(text.startsWith('.') ? text : plain) || INTEGER.test(plain)
  );
}

/** What of a text decides how it may be written; the rules are libyaml's. */
interface Traits {
  plain: boolean;
  single: boolean;
  block: boolean;
}

/** Anything but these is escaped: control characters, the tab, what is beyond the basic plane. */
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u2028\u2029]/u;

function traits(text: string): Traits {
  const special = UNPRINTABLE.test(text) || / \n/.test(text);
  const breakSpace = /\n /.test(text);
  const plain = !/^[ \n]|[ \n]$|\n/.test(text) && !hasIndicator(text);
  return {
    plain: plain && !special && !breakSpace,
    single: !special && !breakSpace,
    block: !special && !text.endsWith(' '),
  };
}

function hasIndicator(text: string): boolean {
  if (/^(?:---|\.\.\.)/.test(text)) return true;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text)) return true;
  return /^[-?:](?:[ \t]|$)/.test(text) || /:(?:[ \t]|$)/.test(text) || /[ \t\n]#/.test(text);
}

/** A text as sigs.k8s.io/yaml (Go's yaml.v2) writes it: plain, quoted, or as a block. */
export function writeText(text: string, place: ScalarPlace): string {
  const may = traits(text);
  if (text.includes('\n')) {
    return may.block && !place.key ? writeBlock(text, place.indent) : writeDouble(text, place);
  }
  if (readsAsOther(text)) return writeDouble(text, place);
  if (may.plain) return fold(text, place, PLAIN_FOLD);
  return may.single
    ? `'${fold(text.replaceAll("'", "''"), { ...place, column: place.column + 1 }, QUOTED_FOLD)}'`
    : writeDouble(text, place);
}

function writeBlock(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = text.endsWith('\n') ? (text === '\n' || text.endsWith('\n\n') ? '+' : '') : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  const body = lines.map((line) => (line ? ' '.repeat(indent) + line : '')).join('\n');
  return `|${hint}${chomp}\n${body}`;
}

const NAMES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\u001b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
};

function writeDouble(text: string, place: ScalarPlace): string {
  let out = '"';
  let column = place.column + 1;
  let spaces = false;
  const characters = [...text];
  characters.forEach((character, i) => {
    const inner = i > 0 && i < characters.length - 1;
    if (character === ' ' && !spaces && !place.key && column > place.width && inner) {
      out += `\n${' '.repeat(place.indent)}${characters[i + 1] === ' ' ? '\\' : ''}`;
      column = place.indent;
    } else {
      const written = escaped(character);
      out += written;
      column += [...written].length;
    }
    spaces = character === ' ';
  });
  return `${out}"`;
}

function escaped(character: string): string {
  const name = NAMES[character];
  if (name) return `\\${name}`;
  if (!UNPRINTABLE.test(character)) return character;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

interface FoldRule {
  /** Neither the first nor the last character may become a line break. */
  innerOnly: boolean;
}

const PLAIN_FOLD: FoldRule = { innerOnly: false };
const QUOTED_FOLD: FoldRule = { innerOnly: true };

/** Breaks a line at the first single space behind its width. */
function fold(text: string, place: ScalarPlace, { innerOnly }: FoldRule): string {
  if (place.key || place.column + text.length <= place.width) return text;
  let out = '';
  let column = place.column;
  let before = '';
  const characters = [...text];
  characters.forEach((character, i) => {
    const inner = !innerOnly || (i > 0 && i < characters.length - 1);
    const breaks = character === ' ' && before !== ' ' && characters[i + 1] !== ' ' && column > place.width && inner;
    out += breaks ? `\n${' '.repeat(place.indent)}` : character;
    column = breaks ? place.indent : column + 1;
    before = character;
  });
  return out;
}
