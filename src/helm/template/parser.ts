import { pipeline } from './expressions.ts';
import { tokenize } from './lexer.ts';
import { unquote } from './literals.ts';
import {
  expect,
  nest,
  newScope,
  type Parser,
  peek,
  peekWord,
  type Scope,
  take,
  takeWord,
  unexpected,
  wrong,
} from './parsing.ts';
import { quoteText } from './text-formats.ts';
import { isEmpty, type Statement, type Template } from './tree.ts';

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

function add(parser: Parser, { name, body, scope }: { name: string; body: Statement[]; scope: Scope }): void {
  const before = parser.found.get(name);
  if (before && !isEmpty(before.body)) {
    if (isEmpty(body)) return;
    wrong(parser, `multiple definition of template ${quoteText(name)}`);
  }
  parser.found.set(name, { name, file: parser.file, source: parser.source, body, slots: scope.slots });
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
    if (word.text !== kind) wrong(parser, `unexpected <${word.text}> in input`);
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
