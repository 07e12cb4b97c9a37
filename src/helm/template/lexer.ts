export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'nil'
  | 'dot'
  | 'field'
  | 'variable'
  | 'number'
  | 'char'
  | 'string'
  | 'raw'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'open'
  | 'close'
  | 'mark'
  | 'error'
  | 'end';

/** A piece of a template; `text` of an error is what is wrong. */
export interface Token {
  kind: TokenKind;
  text: string;
  at: number;
}

const LEFT = '{{';
const RIGHT = '}}';
const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const WORD = /[\p{L}\p{Nd}_]*/uy;
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[bB][01_]*|0[oO][0-7_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;

/** A template in pieces, as Go's text/template/parse cuts it; what is wrong is the last piece. https://pkg.go.dev/text/template#hdr-Text_and_spaces */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const left = text.indexOf(LEFT, at);
    const end = left < 0 ? text.length : left;
    const trims = left >= 0 && trimsLeft(text, left + LEFT.length);
    const plain = trims ? trimEnd(text.slice(at, end)) : text.slice(at, end);
    if (plain) tokens.push({ kind: 'text', text: plain, at });
    if (left < 0) break;
    const next = isComment(text, left) ? skipComment(tokens, text, left) : lexAction(tokens, text, left);
    if (next === undefined) return tokens;
    at = next;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function trimsLeft(text: string, at: number): boolean {
  return text[at] === '-' && isSpace(text[at + 1]);
}

function isComment(text: string, left: number): boolean {
  const at = left + LEFT.length;
  return text.startsWith('/*', trimsLeft(text, at) ? at + 2 : at);
}

/** Where the text goes on, or undefined after an error. */
function skipComment(tokens: Token[], text: string, left: number): number | undefined {
  const end = text.indexOf('*/', left + LEFT.length);
  if (end < 0) return fail(tokens, left, 'unclosed comment');
  const close = rightDelimiter(text, end + 2);
  return close ? afterRight(text, close) : fail(tokens, left, 'comment ends before closing delimiter');
}

function fail(tokens: Token[], at: number, text: string): undefined {
  tokens.push({ kind: 'error', text, at });
}

interface Close {
  end: number;
  trims: boolean;
}

/** `}}`, or ` -}}`, which takes the white space after it away. */
function rightDelimiter(text: string, at: number): Close | undefined {
  if (isSpace(text[at]) && text.startsWith(`-${RIGHT}`, at + 1)) return { end: at + 2 + RIGHT.length, trims: true };
  return text.startsWith(RIGHT, at) ? { end: at + RIGHT.length, trims: false } : undefined;
}

function afterRight(text: string, { end, trims }: Close): number {
  let at = end;
  while (trims && isSpace(text[at])) at++;
  return at;
}

function lexAction(tokens: Token[], text: string, left: number): number | undefined {
  tokens.push({ kind: 'left', text: LEFT, at: left });
  let at = left + LEFT.length;
  if (trimsLeft(text, at)) at += 2;
  let depth = 0;
  for (;;) {
    const close = rightDelimiter(text, at);
    if (close) {
      if (depth > 0) return fail(tokens, at, 'unclosed left paren');
      tokens.push({ kind: 'right', text: RIGHT, at });
      return afterRight(text, close);
    }
    const token = lexToken(text, at);
    if (token.kind === 'open') depth++;
    if (token.kind === 'close' && --depth < 0) return fail(tokens, at, 'unexpected right paren');
    tokens.push(token);
    if (token.kind === 'error') return undefined;
    at += token.text.length;
  }
}

const SINGLE: Readonly<Record<string, TokenKind>> = { '=': 'assign', '|': 'pipe', '(': 'open', ')': 'close' };

function lexToken(text: string, at: number): Token {
  const first = text[at];
  if (first === undefined) return { kind: 'error', text: 'unclosed action', at };
  const single = SINGLE[first];
  if (single) return { kind: single, text: first, at };
  if (isSpace(first)) return lexSpace(text, at);
  switch (first) {
    case ':':
      if (text[at + 1] === '=') return { kind: 'declare', text: ':=', at };
      return { kind: 'error', text: 'expected :=', at };
    case '"':
      return lexQuoted(text, at, { kind: 'string', name: 'quoted string' });
    case "'":
      return lexQuoted(text, at, { kind: 'char', name: 'character constant' });
    case '`': {
      const end = text.indexOf('`', at + 1);
      if (end < 0) return { kind: 'error', text: 'unterminated raw quoted string', at };
      return { kind: 'raw', text: text.slice(at, end + 1), at };
    }
    case '$':
      return lexName(text, at, 'variable');
    case '.':
      if (!isDigit(text[at + 1])) return lexName(text, at, 'field');
      return lexNumber(text, at);
    default:
      return lexRest(text, at, first);
  }
}

function lexRest(text: string, at: number, first: string): Token {
  if (isDigit(first) || first === '+' || first === '-') return lexNumber(text, at);
  const word = wordAt(text, at);
  if (word) return lexIdentifier(text, at, word);
  if (first > ' ' && first <= '~') return { kind: 'mark', text: first, at };
  return { kind: 'error', text: `unrecognized character in action: ${codeName(text, at)}`, at };
}

function lexSpace(text: string, at: number): Token {
  let end = at;
  while (isSpace(text[end])) end++;
  // The last space belongs to a trim marker.
  if (end - at > 1 && rightDelimiter(text, end - 1)) end--;
  return { kind: 'space', text: text.slice(at, end), at };
}

function lexQuoted(text: string, at: number, what: { kind: TokenKind; name: string }): Token {
  const quote = text[at];
  for (let i = at + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === quote) return { kind: what.kind, text: text.slice(at, i + 1), at };
    if (text[i] === '\\' && text[++i] === '\n') break;
  }
  return { kind: 'error', text: `unterminated ${what.name}`, at };
}

function lexName(text: string, at: number, kind: 'variable' | 'field'): Token {
  const word = wordAt(text, at + 1);
  const end = at + 1 + word.length;
  if (!atTerminator(text, end)) return { kind: 'error', text: `bad character ${codeName(text, end)}`, at };
  return { kind: !word && kind === 'field' ? 'dot' : kind, text: text.slice(at, end), at };
}

function lexIdentifier(text: string, at: number, word: string): Token {
  const end = at + word.length;
  if (!atTerminator(text, end)) return { kind: 'error', text: `bad character ${codeName(text, end)}`, at };
  if (KEYWORDS.has(word)) return { kind: 'keyword', text: word, at };
  if (word === 'nil') return { kind: 'nil', text: word, at };
  return { kind: word === 'true' || word === 'false' ? 'bool' : 'identifier', text: word, at };
}

function lexNumber(text: string, at: number): Token {
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0] ?? '';
  const rest = wordAt(text, at + number.length);
  const sign = text[at + number.length];
  if (rest || !number || sign === '+' || sign === '-') {
    return { kind: 'error', text: `bad number syntax: "${number}${rest.slice(0, 1)}"`, at };
  }
  return { kind: 'number', text: number, at };
}

function wordAt(text: string, at: number): string {
  WORD.lastIndex = at;
  return WORD.exec(text)?.[0] ?? '';
}

function atTerminator(text: string, at: number): boolean {
  const next = text[at];
  return next === undefined || isSpace(next) || '.,|:()'.includes(next) || text.startsWith(RIGHT, at);
}

function codeName(text: string, at: number): string {
  const code = text.codePointAt(at);
  if (code === undefined) return 'U+FFFFFFFFFFFFFFFF';
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return code > 0x20 ? `${name} '${String.fromCodePoint(code)}'` : name;
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  return text.slice(0, end);
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
