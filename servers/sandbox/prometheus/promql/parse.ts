import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { Aggregation, Expr, Matcher, Moment, Subquery, VectorSelector } from './ast.ts';
import { checkTypes } from './check.ts';
import { ParseError, parseError } from './errors.ts';
import { parseNumber, unquote } from './literals.ts';
import { climb, type Item, operatorOf } from './precedence.ts';
import { anchored } from './regex.ts';

/** The expression a text of PromQL stands for, well typed. Throws ParseError. https://prometheus.io/docs/prometheus/latest/querying/basics/ */
export function parse(text: string): Expr {
  const tree = parser.parse(text);
  refuseErrors(tree.topNode, text);
  const [root] = childrenOf(tree.topNode);
  if (!root) throw parseError(text, 0, 'no expression found in input');
  const expr = convert(root, text);
  checkTypes(expr);
  return expr;
}

/** The matchers of a text that is one selector and nothing else, as `match[]` takes it. */
export function parseSelector(text: string): readonly Matcher[] {
  const expr = parse(text);
  if (expr.kind !== 'selector') throw new ParseError('parse error: expected a metric selector');
  return expr.matchers;
}

function refuseErrors(top: SyntaxNode, text: string): void {
  if (!text.trim()) throw parseError(text, 0, 'no expression found in input');
  const cursor = top.cursor();
  do {
    if (!cursor.type.isError) continue;
    const before = text.slice(0, cursor.from).trimEnd();
    const called = /([A-Za-z_]\w*)$/.exec(before)?.[1];
    const rest = text.slice(cursor.from).trimStart();
    if (called && rest.startsWith('('))
      throw parseError(text, before.length - called.length, `unknown function with name "${called}"`);
    const next = /^(\w+|\W)/.exec(rest)?.[0];
    throw parseError(text, text.length - rest.length, next ? `unexpected "${next}"` : 'unexpected end of input');
  } while (cursor.next());
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

const sliceOf = (node: SyntaxNode, text: string): string => text.slice(node.from, node.to);

const convert = (node: SyntaxNode, text: string): Expr => climb(flatten(node, text));

/**
 * Operands and operators in the order they were written. The grammar groups `a + b offset 5m` and `-2 ^ 2` otherwise than
 * Prometheus does, so that its grouping of operators is not used.
 */
function flatten(node: SyntaxNode, text: string): Item[] {
  const children = childrenOf(node);
  const [first, second, third] = children;
  switch (node.name) {
    case 'BinaryExpr':
      return [
        ...flatten(present(first), text),
        operatorOf(children.slice(1, -1), text),
        ...flatten(present(children.at(-1)), text),
      ];
    case 'UnaryExpr':
      return [{ prefix: sliceOf(present(first), text) }, ...flatten(present(second), text)];
    case 'NumberDurationLiteral':
      return numberItems(sliceOf(node, text));
    case 'OffsetExpr':
      return onLast(flatten(present(first), text), (expr) => moved(expr, { offset: durationOf(present(third), text) }));
    case 'StepInvariantExpr':
      return onLast(flatten(present(first), text), (expr) => moved(expr, { at: instantOf(present(third), text) }));
    case 'MatrixSelector':
      return onLast(flatten(present(first), text), (expr) => ranged(expr, durationOf(present(second), text)));
    case 'SubqueryExpr':
      return onLast(flatten(present(first), text), (expr) => subquery(expr, children.slice(1), text));
    default:
      return [{ operand: primary(node, text) }];
  }
}

function present(node: SyntaxNode | undefined): SyntaxNode {
  if (!node) throw new ParseError('parse error: unexpected end of input');
  return node;
}

function numberItems(literal: string): Item[] {
  const value = parseNumber(literal.replace(/^[+-]/, ''));
  if (value === undefined) throw new ParseError(`parse error: bad number or duration syntax: "${literal}"`);
  const prefix = /^[+-]/.exec(literal)?.[0];
  return [...(prefix ? [{ prefix }] : []), { operand: { kind: 'number', value } }];
}

function onLast(items: Item[], change: (expr: Expr) => Expr): Item[] {
  const last = items.at(-1);
  if (!last || !('operand' in last)) throw new ParseError('parse error: unexpected end of input');
  return [...items.slice(0, -1), { operand: change(last.operand) }];
}

function moved(expr: Expr, change: Partial<Moment>): Expr {
  const word = change.at === undefined ? 'offset' : '@';
  if (expr.kind === 'range') return { ...expr, selector: moveSelector(expr.selector, change) };
  if (expr.kind === 'selector') return moveSelector(expr, change);
  if (expr.kind === 'subquery') return { ...expr, moment: merge(expr.moment, change) };
  throw new ParseError(
    `parse error: ${word} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
  );
}

const moveSelector = (selector: VectorSelector, change: Partial<Moment>): VectorSelector => ({
  ...selector,
  moment: merge(selector.moment, change),
});

function merge(moment: Moment, change: Partial<Moment>): Moment {
  if (change.at !== undefined && moment.at !== undefined)
    throw new ParseError('parse error: @ <timestamp> may not be set multiple times');
  if (change.offset !== undefined && moment.offset !== 0)
    throw new ParseError('parse error: offset may not be set multiple times');
  return { ...moment, ...change };
}

function ranged(expr: Expr, range: number): Expr {
  if (expr.kind !== 'selector') throw new ParseError('parse error: ranges only allowed for vector selectors');
  if (expr.moment.offset !== 0 || expr.moment.at !== undefined)
    throw new ParseError('parse error: no offset or @ modifiers allowed before range');
  return { kind: 'range', selector: expr, range: positive(range) };
}

function subquery(expr: Expr, durations: SyntaxNode[], text: string): Subquery {
  const [range, step] = durations;
  return {
    kind: 'subquery',
    expr,
    range: positive(durationOf(present(range), text)),
    ...(step && { step: positive(durationOf(step, text)) }),
    moment: { offset: 0 },
  };
}

function positive(duration: number): number {
  if (duration <= 0) throw new ParseError('parse error: duration must be greater than 0');
  return duration;
}

/** Milliseconds of a duration or a number of seconds, with a sign. */
function durationOf(node: SyntaxNode, text: string): number {
  const literal = sliceOf(node, text).replace(/\s+/g, '');
  const seconds = parseNumber(literal);
  if (seconds === undefined || !Number.isFinite(seconds))
    throw new ParseError(`parse error: not a valid duration string: "${literal}"`);
  return Math.round(seconds * 1000);
}

function instantOf(node: SyntaxNode, text: string): number | 'start' | 'end' {
  const word = sliceOf(node, text).trim();
  if (word === 'start' || word === 'end') return word;
  const seconds = parseNumber(word.replace(/\s+/g, ''));
  if (seconds === undefined || !Number.isFinite(seconds))
    throw new ParseError('parse error: timestamp out of bounds for @ modifier');
  return Math.round(seconds * 1000);
}

function primary(node: SyntaxNode, text: string): Expr {
  const children = childrenOf(node);
  switch (node.name) {
    case 'ParenExpr':
      return { kind: 'paren', expr: convert(present(children[0]), text) };
    case 'StringLiteral':
      return { kind: 'string', value: stringOf(node, text) };
    case 'VectorSelector':
      return selectorOf(children, text);
    case 'FunctionCall':
      return { kind: 'call', name: sliceOf(present(children[0]), text), args: argumentsOf(present(children[1]), text) };
    case 'AggregateExpr':
      return aggregationOf(children, text);
    default:
      throw new ParseError(`parse error: "${sliceOf(node, text)}" needs an experimental feature that is not enabled`);
  }
}

function stringOf(node: SyntaxNode, text: string): string {
  const value = unquote(sliceOf(node, text));
  if (value === undefined) throw parseError(text, node.from, 'unterminated quoted string or invalid escape');
  return value;
}

const argumentsOf = (body: SyntaxNode, text: string): Expr[] => childrenOf(body).map((child) => convert(child, text));

function selectorOf(children: SyntaxNode[], text: string): VectorSelector {
  const matchers = children.flatMap((child) =>
    child.name === 'Identifier'
      ? [nameMatcher(sliceOf(child, text))]
      : childrenOf(child).map((matcher) => matcherOf(matcher, text)),
  );
  if (matchers.filter(({ name, operator }) => name === '__name__' && operator === '=').length > 1)
    throw new ParseError('parse error: metric name must not be set twice');
  if (matchers.every(acceptsNothing))
    throw new ParseError('parse error: vector selector must contain at least one non-empty matcher');
  return { kind: 'selector', matchers, moment: { offset: 0 } };
}

const nameMatcher = (value: string): Matcher => ({ name: '__name__', operator: '=', value });

/** True for a matcher that a missing label fulfils. */
function acceptsNothing({ operator, value }: Matcher): boolean {
  if (operator === '=' || operator === '!=') return (operator === '=') === (value === '');
  return (operator === '=~') === anchored(value).test('');
}

function matcherOf(node: SyntaxNode, text: string): Matcher {
  if (node.name === 'QuotedLabelName') return nameMatcher(stringOf(node, text));
  const [label, operator, value] = childrenOf(node);
  const name = present(label);
  const matcher: Matcher = {
    name: name.name === 'QuotedLabelName' ? stringOf(name, text) : sliceOf(name, text),
    operator: matchOperator(sliceOf(present(operator), text)),
    value: stringOf(present(value), text),
  };
  if (matcher.operator.endsWith('~')) anchored(matcher.value);
  return matcher;
}

function matchOperator(text: string): Matcher['operator'] {
  if (text === '=' || text === '!=' || text === '=~' || text === '!~') return text;
  throw new ParseError(`parse error: unexpected label matching operator "${text}"`);
}

function aggregationOf(children: SyntaxNode[], text: string): Aggregation {
  const operator = sliceOf(present(children[0]), text).toLowerCase();
  const modifier = children.find(({ name }) => name === 'AggregateModifier');
  const args = argumentsOf(present(children.find(({ name }) => name === 'FunctionCallBody')), text);
  const expr = args.at(-1);
  const parametric = ['topk', 'bottomk', 'quantile', 'count_values'].includes(operator);
  if (!expr || args.length !== (parametric ? 2 : 1))
    throw new ParseError(
      `parse error: wrong number of arguments for aggregate expression provided, expected ${parametric ? 2 : 1}, got ${args.length}`,
    );
  return {
    kind: 'aggregation',
    operator,
    expr,
    ...(parametric && args[0] && { parameter: args[0] }),
    grouping: modifier ? groupingOf(modifier, text) : [],
    without: modifier?.firstChild?.name === 'Without',
  };
}

/** The label names of the first list of labels below a node. */
function groupingOf(node: SyntaxNode, text: string): string[] {
  const list = childrenOf(node).find(({ name }) => name === 'GroupingLabels');
  return list ? childrenOf(list).map((label) => labelName(label, text)) : [];
}

const labelName = (label: SyntaxNode, text: string): string =>
  label.name === 'QuotedLabelName' ? stringOf(label, text) : sliceOf(label, text);
