import type { Token, TokenKind } from './lexer.ts';
import { parseNumber, unquote, unquoteRune } from './literals.ts';
import { nest, type Parser, peek, peekWord, take, takeWord, unexpected, wrong } from './parsing.ts';
import { quoteText } from './text-formats.ts';
import { type Command, type Expression, nodeText, type Pipe } from './tree.ts';

/** declarations? command ('|' command)*, and what closes it. */
export function pipeline(parser: Parser, context: string, close: 'right' | 'close'): Pipe {
  const { at } = peekWord(parser);
  const { names, assigns } = declarations(parser, context);
  const commands: Command[] = [];
  for (;;) {
    const token = peekWord(parser);
    if (token.kind === 'right' || token.kind === 'close') {
      take(parser);
      if (token.kind !== close) unexpected(parser, token, context);
      break;
    }
    if (!STARTS.has(token.kind)) return unexpected(parser, take(parser), context);
    commands.push(command(parser));
  }
  if (commands.length === 0) wrong(parser, `missing value for ${context}`);
  commands.slice(1).forEach((later, i) => {
    const kind = later.words[0]?.kind;
    if (kind === 'constant' || kind === 'dot' || kind === 'nil') {
      wrong(parser, `non executable command in pipeline stage ${i + 2}`);
    }
  });
  const variables = names.map((name) => (assigns ? known(parser, name) : declare(parser, name)));
  return { kind: 'pipe', variables, assigns, commands, at };
}

const STARTS = new Set<TokenKind>([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw',
  'string',
  'variable',
  'open',
]);

function declare(parser: Parser, name: string): { name: string; slot: number } {
  const variable = { name, slot: parser.scope.slots++ };
  parser.scope.names.push(variable);
  return variable;
}

function known(parser: Parser, name: string): { name: string; slot: number } {
  const found = parser.scope.names.findLast((variable) => variable.name === name);
  return found ?? wrong(parser, `undefined variable ${quoteText(name)}`);
}

/** `$a :=`, `$a, $b :=`, `$a =`: nothing is taken where there is none of them. */
function declarations(parser: Parser, context: string): { names: string[]; assigns: boolean } {
  const start = parser.next;
  const names: string[] = [];
  while (peekWord(parser).kind === 'variable') {
    names.push(take(parser).text);
    const sign = takeWord(parser);
    if (sign.kind === 'declare' || sign.kind === 'assign') return { names, assigns: sign.kind === 'assign' };
    if (sign.kind !== 'mark' || sign.text !== ',') break;
    if (context !== 'range' || names.length > 1) wrong(parser, `too many declarations in ${context}`);
    if (!AFTER_COMMA.has(peekWord(parser).kind)) wrong(parser, 'range can only initialize variables');
  }
  parser.next = start;
  return { names: [], assigns: false };
}

const AFTER_COMMA = new Set<TokenKind>(['variable', 'right', 'close']);

function command(parser: Parser): Command {
  const { at } = peekWord(parser);
  const words: Expression[] = [];
  for (;;) {
    peekWord(parser);
    const word = operand(parser);
    if (word) words.push(word);
    const token = peek(parser);
    if (token.kind === 'space') continue;
    if (token.kind === 'right' || token.kind === 'close') break;
    take(parser);
    if (token.kind === 'pipe') break;
    unexpected(parser, token, 'operand');
  }
  if (words.length === 0) wrong(parser, 'empty command');
  return { kind: 'command', words, at };
}

/** A term and the fields behind it; undefined where none begins. */
function operand(parser: Parser): Expression | undefined {
  const base = term(parser);
  const { kind, at } = peek(parser);
  if (!base || kind !== 'field') return base;
  const names: string[] = [];
  while (peek(parser).kind === 'field') names.push(take(parser).text.slice(1));
  switch (base.kind) {
    case 'field':
    case 'variable':
      return { ...base, names: [...base.names, ...names], at };
    case 'constant':
    case 'nil':
    case 'dot':
      return wrong(parser, `unexpected . after term ${quoteText(nodeText(base))}`);
    default:
      return { kind: 'chain', base, names, at };
  }
}

function term(parser: Parser): Expression | undefined {
  const token = peekWord(parser);
  const { at, text } = token;
  if (token.kind === 'error') return unexpected(parser, take(parser), 'operand');
  if (!STARTS.has(token.kind)) return undefined;
  take(parser);
  switch (token.kind) {
    case 'identifier':
      if (!parser.hasFunction(text)) wrong(parser, `function ${quoteText(text)} not defined`);
      return { kind: 'function', name: text, at };
    case 'dot':
      return { kind: 'dot', at };
    case 'nil':
      return { kind: 'nil', at };
    case 'variable':
      return { kind: 'variable', ...known(parser, text), names: [], at };
    case 'field':
      return { kind: 'field', names: [text.slice(1)], at };
    case 'open':
      return nest(parser, () => pipeline(parser, 'parenthesized pipeline', 'close'));
    default:
      return constant(parser, token);
  }
}

function constant(parser: Parser, { kind, text, at }: Token): Expression {
  if (kind === 'bool') return { kind: 'constant', value: text === 'true', text, at };
  const value = kind === 'char' ? unquoteRune(text) : kind === 'number' ? parseNumber(text) : unquote(text);
  if (value !== undefined) return { kind: 'constant', value, text, at };
  if (kind === 'number')
    return wrong(
      parser,
      /^[+-]?\d+$/.test(text) ? `integer overflow: ${quoteText(text)}` : `illegal number syntax: ${quoteText(text)}`,
    );
  return wrong(parser, kind === 'char' ? `malformed character constant: ${text}` : 'invalid syntax');
}
