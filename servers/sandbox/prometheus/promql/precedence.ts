import type { SyntaxNode } from '@lezer/common';
import { type Binary, type Expr, isComparison, isSetOperator, type Matching } from './ast.ts';
import { ParseError } from './errors.ts';
import { unquote } from './literals.ts';

type Operator = Pick<Binary, 'operator' | 'bool' | 'matching'>;

/** A piece of an expression in the order it was written. */
export type Item = { operand: Expr } | { prefix: string } | Operator;

/** https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence */
const PRECEDENCE: Record<string, number> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/** Groups pieces by precedence: `^` binds to the right, all else to the left; a sign binds weaker than `^` and stronger than the rest. */
export function climb(items: readonly Item[]): Expr {
  let position = 0;
  const operand = (): Expr => {
    const item = items[position++];
    if (item && 'operand' in item) return item.operand;
    if (!item || !('prefix' in item)) throw new ParseError('parse error: unexpected end of input');
    const expr = binary(6);
    return item.prefix === '-' ? { kind: 'negation', expr } : expr;
  };
  const binary = (weakest: number): Expr => {
    let left = operand();
    for (let item = items[position]; item && 'operator' in item; item = items[position]) {
      const strength = PRECEDENCE[item.operator] ?? 0;
      if (strength < weakest) return left;
      position++;
      left = { kind: 'binary', ...item, left, right: binary(item.operator === '^' ? strength : strength + 1) };
    }
    return left;
  };
  return binary(1);
}

/** The operator between two operands, from the nodes of the grammar. */
export function operatorOf(nodes: readonly SyntaxNode[], text: string): Operator {
  const slice = (node: SyntaxNode) => text.slice(node.from, node.to);
  const [first, ...modifiers] = nodes;
  const operator = first ? slice(first).toLowerCase() : '';
  if (!(operator in PRECEDENCE)) throw new ParseError(`parse error: unexpected "${operator}"`);
  const bool = modifiers.some(({ name }) => name === 'BoolModifier');
  if (bool && !isComparison(operator))
    throw new ParseError('parse error: bool modifier can only be used on comparison operators');
  const clause = modifiers.find(({ name }) => name === 'MatchingModifierClause');
  if (modifiers.some(({ name }) => name === 'FillModifier'))
    throw new ParseError('parse error: binop fill modifiers are experimental and not enabled');
  return { operator, bool, matching: matchingOf(clause, operator, slice) };
}

function matchingOf(clause: SyntaxNode | undefined, operator: string, slice: (node: SyntaxNode) => string): Matching {
  const matching: Matching = { on: false, labels: [], card: 'one-to-one', include: [] };
  const lists: string[][] = [];
  for (let child = clause?.firstChild; child; child = child.nextSibling) {
    if (child.name === 'On') matching.on = true;
    if (child.name === 'GroupLeft') matching.card = 'many-to-one';
    if (child.name === 'GroupRight') matching.card = 'one-to-many';
    if (child.name === 'GroupingLabels') lists.push(namesOf(child, slice));
  }
  if (isSetOperator(operator) && matching.card !== 'one-to-one')
    throw new ParseError(`parse error: no grouping allowed for "${operator}" operation`);
  const [labels = [], include = []] = lists;
  const both = matching.on ? labels.find((label) => include.includes(label)) : undefined;
  if (both) throw new ParseError(`parse error: label "${both}" must not occur in ON and GROUP clause at once`);
  return { ...matching, labels, include };
}

function namesOf(list: SyntaxNode, slice: (node: SyntaxNode) => string): string[] {
  const names: string[] = [];
  for (let label = list.firstChild; label; label = label.nextSibling) {
    names.push(label.name === 'QuotedLabelName' ? (unquote(slice(label)) ?? '') : slice(label));
  }
  return names;
}
