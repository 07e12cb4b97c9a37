import { placeOf, SyntaxTrouble } from './errors.ts';
import type { Token, TokenKind } from './lexer.ts';
import { quoteText } from './text-formats.ts';
import type { Template } from './tree.ts';

/** Go's own bound on parentheses is higher, but nothing written by people comes near. */
const MOST_NESTED = 200;

/** What a template has declared so far. */
export interface Scope {
  /** Variables in order of declaration; a name stands for the last. */
  names: { name: string; slot: number }[];
  slots: number;
}

/** Where reading a file stands. */
export interface Parser {
  file: string;
  source: string;
  tokens: readonly Token[];
  next: number;
  scope: Scope;
  found: Map<string, Template>;
  hasFunction: (name: string) => boolean;
  nested: number;
  loops: number;
}

/** `$` alone. */
export function newScope(): Scope {
  return { names: [{ name: '$', slot: 0 }], slots: 1 };
}

/** The text is no template, at the piece that was taken last. */
export function wrong(parser: Parser, reason: string): never {
  const at = parser.tokens[Math.max(0, parser.next - 1)]?.at ?? 0;
  throw new SyntaxTrouble({ template: parser.file, line: placeOf(parser.source, at).line }, reason);
}

/** A piece stands where it may not. */
export function unexpected(parser: Parser, token: Token, context: string): never {
  if (token.kind === 'error') wrong(parser, token.text);
  wrong(parser, `unexpected ${tokenText(token)} in ${context}`);
}

function tokenText({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF';
  if (kind === 'keyword' || kind === 'nil') return `<${text}>`;
  return text.length > 10 ? `${quoteText(text.slice(0, 10))}...` : quoteText(text);
}

/** The next piece, white space included. */
export function peek(parser: Parser): Token {
  return parser.tokens[parser.next] ?? { kind: 'end', text: '', at: parser.source.length };
}

/** Takes the next piece. */
export function take(parser: Parser): Token {
  const token = peek(parser);
  parser.next++;
  return token;
}

/** The next piece that is no white space. */
export function peekWord(parser: Parser): Token {
  while (peek(parser).kind === 'space') parser.next++;
  return peek(parser);
}

/** Takes the next piece that is no white space. */
export function takeWord(parser: Parser): Token {
  peekWord(parser);
  return take(parser);
}

/** Takes a piece of this kind. */
export function expect(parser: Parser, kind: TokenKind, context: string): Token {
  const token = takeWord(parser);
  return token.kind === kind ? token : unexpected(parser, token, context);
}

/** Reads something within something. */
export function nest<T>(parser: Parser, work: () => T): T {
  if (++parser.nested > MOST_NESTED) wrong(parser, 'nested too deeply');
  const result = work();
  parser.nested--;
  return result;
}
