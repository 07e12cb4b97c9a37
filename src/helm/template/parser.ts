import { placeOf, SyntaxTrouble } from './errors.ts';
import { type Token, type TokenKind, tokenize } from './lexer.ts';
import { parseNumber, unquote, unquoteRune } from './literals.ts';
import { quoteText } from './text-formats.ts';
import { type Command, type Expression, isEmpty, nodeText, type Pipe, type Statement, type Template } from './tree.ts';

/** Go's own bound on parentheses is higher, but nothing written by people comes near. */
const MOST_NESTED = 200;

interface Scope {
  /** Variables in order of declaration; a name stands for the last. */
  names: { name: string; slot: number }[];
  slots: number;
}

interface Parser {
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

type Stop = { stop: 'end' | 'else'; at: number };

/** A file's own template and those it defines, by name. Throws SyntaxTrouble. */
export function parseTemplate(
  file: { name: string; text: string },
  hasFunction: (name: string) => boolean,
): Map<string, Template> {
  const parser: Parser = {
    file: file.name,
    source: file.text,
    tokens: tokenize(file.text),
    next: 0,
    scope: newScope(),
    found: new Map(),
    hasFunction,
    nested: 0,
    loops: 0,
  };
  const body: Statement[] = [];
  while (peek(parser).kind !== 'end') {
    if (takeDefinition(parser)) continue;
    const statement = textOrAction(parser);
    if ('stop' in statement) return wrong(parser, `unexpected {{${statement.stop}}}`);
    body.push(statement);
  }
  add(parser, { name: file.name, body, scope: parser.scope });
  return parser.found;
}

function newScope(): Scope {
  return { names: [{ name: '$', slot: 0 }], slots: 1 };
}

function add(parser: Parser, { name, body, scope }: { name: string; body: Statement[]; scope: Scope }): void {
  const before = parser.found.get(name);
  if (before && !isEmpty(before.body)) {
    if (isEmpty(body)) return;
    wrong(parser, `multiple definition of template ${quoteText(name)}`);
  }
  parser.found.set(name, { name, file: parser.file, source: parser.source, body, slots: scope.slots });
}

function wrong(parser: Parser, reason: string): never {
  const at = parser.tokens[Math.max(0, parser.next - 1)]?.at ?? 0;
  throw new SyntaxTrouble({ template: parser.file, line: placeOf(parser.source, at).line }, reason);
}

function unexpected(parser: Parser, token: Token, context: string): never {
  if (token.kind === 'error') wrong(parser, token.text);
  wrong(parser, `unexpected ${tokenText(token)} in ${context}`);
}

function tokenText({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF';
  if (kind === 'keyword' || kind === 'nil') return `<${text}>`;
  return text.length > 10 ? `${quoteText(text.slice(0, 10))}...` : quoteText(text);
}

function peek(parser: Parser): Token {
  return parser.tokens[parser.next] ?? { kind: 'end', text: '', at: parser.source.length };
}

function take(parser: Parser): Token {
  const token = peek(parser);
  parser.next++;
  return token;
}

function peekWord(parser: Parser): Token {
  while (peek(parser).kind === 'space') parser.next++;
  return peek(parser);
}

function takeWord(parser: Parser): Token {
  peekWord(parser);
  return take(parser);
}

function expect(parser: Parser, kind: TokenKind, context: string): Token {
  const token = takeWord(parser);
  return token.kind === kind ? token : unexpected(parser, token, context);
}

function nest<T>(parser: Parser, work: () => T): T {
  if (++parser.nested > MOST_NESTED) wrong(parser, 'nested too deeply');
  const result = work();
  parser.nested--;
  return result;
}

/** `{{define "name"}} … {{end}}`, which stands between the statements of a file only. */
function takeDefinition(parser: Parser): boolean {
  const start = parser.next;
  if (peek(parser).kind !== 'left') return false;
  take(parser);
  const word = takeWord(parser);
  if (word.kind !== 'keyword' || word.text !== 'define') {
    parser.next = start;
    return false;
  }
  const name = templateName(parser, 'define clause');
  expect(parser, 'right', 'define clause');
  defineBody(parser, name, 'define clause');
  return true;
}

function defineBody(parser: Parser, name: string, context: string): void {
  const { scope, loops } = parser;
  parser.scope = newScope();
  parser.loops = 0;
  const { body, stop } = statements(parser);
  if (stop.stop !== 'end') wrong(parser, `unexpected {{${stop.stop}}} in ${context}`);
  add(parser, { name, body, scope: parser.scope });
  parser.scope = scope;
  parser.loops = loops;
}

function templateName(parser: Parser, context: string): string {
  const token = takeWord(parser);
  if (token.kind !== 'string' && token.kind !== 'raw') return unexpected(parser, token, context);
  return unquote(token.text) ?? wrong(parser, 'invalid syntax');
}

/** Statements up to `end` or `else`, which is taken too. */
function statements(parser: Parser): { body: Statement[]; stop: Stop } {
  const body: Statement[] = [];
  while (peekWord(parser).kind !== 'end') {
    const statement = textOrAction(parser);
    if ('stop' in statement) return { body, stop: statement };
    body.push(statement);
  }
  take(parser);
  return wrong(parser, 'unexpected EOF');
}

function textOrAction(parser: Parser): Statement | Stop {
  const token = takeWord(parser);
  if (token.kind === 'text') return { kind: 'text', text: token.text, at: token.at };
  if (token.kind !== 'left') return unexpected(parser, token, 'input');
  return nest(parser, () => action(parser));
}

function action(parser: Parser): Statement | Stop {
  const token = peekWord(parser);
  if (token.kind !== 'keyword') return { kind: 'action', at: token.at, pipe: pipeline(parser, 'command', 'right') };
  take(parser);
  switch (token.text) {
    case 'if':
    case 'with':
    case 'range':
      return control(parser, token.text);
    case 'template':
      return templateControl(parser);
    case 'block':
      return blockControl(parser);
    case 'break':
    case 'continue':
      return jump(parser, token.text);
    case 'end':
      return { stop: 'end', at: expect(parser, 'right', 'end').at };
    case 'else':
      return elseControl(parser);
    default:
      return unexpected(parser, token, 'command');
  }
}

function jump(parser: Parser, kind: 'break' | 'continue'): Statement {
  const token = takeWord(parser);
  if (token.kind !== 'right') unexpected(parser, token, `{{${kind}}}`);
  if (parser.loops === 0) wrong(parser, `{{${kind}}} outside {{range}}`);
  return { kind, at: token.at };
}

/** What follows `else` on the same action is left to be read: `if`, `with`. */
function elseControl(parser: Parser): Stop {
  const word = peekWord(parser);
  if (word.kind === 'keyword' && (word.text === 'if' || word.text === 'with')) return { stop: 'else', at: word.at };
  return { stop: 'else', at: expect(parser, 'right', 'else').at };
}

function control(parser: Parser, kind: 'if' | 'with' | 'range'): Statement {
  const known = parser.scope.names.length;
  const pipe = pipeline(parser, kind, 'right');
  if (kind === 'range') parser.loops++;
  const { body, stop } = statements(parser);
  if (kind === 'range') parser.loops--;
  const otherwise = stop.stop === 'else' ? elseBody(parser, kind) : undefined;
  parser.scope.names.length = known;
  return { kind, pipe, body, ...(otherwise && { otherwise }), at: pipe.at };
}

function elseBody(parser: Parser, kind: 'if' | 'with' | 'range'): Statement[] {
  const word = peek(parser);
  if (word.kind === 'keyword' && (word.text === 'if' || word.text === 'with')) {
    take(parser);
    if (word.text !== kind) wrong(parser, `unexpected <${word.text}> in else`);
    return [nest(parser, () => control(parser, word.text === 'if' ? 'if' : 'with'))];
  }
  const { body, stop } = statements(parser);
  if (stop.stop !== 'end') wrong(parser, `expected end; found {{${stop.stop}}}`);
  return body;
}

function templateControl(parser: Parser): Statement {
  const { at } = peekWord(parser);
  const name = templateName(parser, 'template clause');
  if (peekWord(parser).kind === 'right') {
    take(parser);
    return { kind: 'template', name, at };
  }
  return { kind: 'template', name, pipe: pipeline(parser, 'template clause', 'right'), at };
}

function blockControl(parser: Parser): Statement {
  const { at } = peekWord(parser);
  const name = templateName(parser, 'block clause');
  const pipe = pipeline(parser, 'block clause', 'right');
  defineBody(parser, name, 'block clause');
  return { kind: 'template', name, pipe, at };
}

/** declarations? command ('|' command)*, and what closes it. */
function pipeline(parser: Parser, context: string, close: 'right' | 'close'): Pipe {
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
