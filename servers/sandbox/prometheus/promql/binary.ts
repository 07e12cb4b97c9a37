import { type Binary, isComparison, isSetOperator, type Matching } from './ast.ts';
import { ExecutionError } from './errors.ts';
import { type Labels, onlyLabels, remember, showLabels, withoutLabels } from './labels.ts';
import { power } from './numbers.ts';
import { type At, type Compiler, type Element, unique } from './values.ts';

const arithmetic: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
};

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** The value of `left operator right`; undefined when a comparison filters it out. `kept` is what a comparison lets through. */
type Operate = (left: number, right: number, kept: number) => number | undefined;

function operation({ operator, bool }: Binary): Operate {
  const compare = comparisons[operator];
  if (!compare) return arithmetic[operator] ?? (() => Number.NaN);
  if (bool) return (left, right) => Number(compare(left, right));
  return (left, right, kept) => (compare(left, right) ? kept : undefined);
}

/** Two scalars. */
export async function compileScalars(compiler: Compiler, node: Binary): Promise<At<number>> {
  const [left, right] = [await compiler.scalar(node.left), await compiler.scalar(node.right)];
  const operate = operation(node);
  return (time) => operate(left(time), right(time), left(time)) ?? Number.NaN;
}

/** A vector and a scalar, in either order. */
export async function compileMixed(
  compiler: Compiler,
  node: Binary,
  scalarIs: 'left' | 'right',
): Promise<At<Element[]>> {
  const { nameless } = compiler.query.interner;
  const vector = await compiler.vector(scalarIs === 'left' ? node.right : node.left);
  const scalar = await compiler.scalar(scalarIs === 'left' ? node.left : node.right);
  const operate = operation(node);
  const named = isComparison(node.operator) && !node.bool;
  return (time) => {
    const other = scalar(time);
    const elements = vector(time).flatMap(({ labels, value }) => {
      const result = scalarIs === 'left' ? operate(other, value, value) : operate(value, other, value);
      return result === undefined ? [] : [{ labels: named ? labels : nameless(labels), value: result }];
    });
    return named ? elements : unique(elements);
  };
}

/** Two vectors. https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching */
export async function compileVectors(compiler: Compiler, node: Binary): Promise<At<Element[]>> {
  const [left, right] = [await compiler.vector(node.left), await compiler.vector(node.right)];
  const signature = signatures(compiler, node.matching);
  if (isSetOperator(node.operator)) {
    return (time) => combine(node.operator, [left(time), right(time)], signature);
  }
  const join = joiner(compiler, node, signature);
  return (time) => join(left(time), right(time));
}

function signatures({ query }: Compiler, { on, labels: names }: Matching): (labels: Labels) => Labels {
  return remember((labels) =>
    query.interner.intern(on ? onlyLabels(labels, names) : withoutLabels(labels, ['__name__', ...names])),
  );
}

function combine(
  operator: string,
  [left, right]: [Element[], Element[]],
  signature: (labels: Labels) => Labels,
): Element[] {
  if (operator === 'or') {
    const known = new Set(left.map(({ labels }) => signature(labels)));
    return [...left, ...right.filter(({ labels }) => !known.has(signature(labels)))];
  }
  const known = new Set(right.map(({ labels }) => signature(labels)));
  return left.filter(({ labels }) => known.has(signature(labels)) === (operator === 'and'));
}

function joiner(compiler: Compiler, node: Binary, signature: (labels: Labels) => Labels) {
  const { card } = node.matching;
  const operate = operation(node);
  const resultLabels = resultLabeller(compiler, node);
  const swapped = card === 'one-to-many';
  return (left: Element[], right: Element[]): Element[] => {
    const [many, one] = swapped ? [right, left] : [left, right];
    if (many.length === 0 || one.length === 0) return [];
    const partners = partnersOf(one, signature, swapped ? 'left' : 'right');
    const seen = new Set<Labels>();
    return many.flatMap((element) => {
      const group = signature(element.labels);
      const partner = partners.get(group);
      if (!partner) return [];
      const [a, b] = swapped ? [partner.value, element.value] : [element.value, partner.value];
      const value = operate(a, b, a);
      if (value === undefined) return [];
      const labels = resultLabels(element.labels, partner.labels);
      refuseSecond(seen, card === 'one-to-one' ? group : labels, card);
      return [{ labels, value }];
    });
  };
}

function refuseSecond(seen: Set<Labels>, key: Labels, card: Matching['card']): void {
  if (!seen.has(key)) return void seen.add(key);
  throw new ExecutionError(
    card === 'one-to-one'
      ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
      : 'multiple matches for labels: grouping labels must ensure unique matches',
  );
}

function partnersOf(elements: Element[], signature: (labels: Labels) => Labels, side: string): Map<Labels, Element> {
  const partners = new Map<Labels, Element>();
  for (const element of elements) {
    const group = signature(element.labels);
    const other = partners.get(group);
    if (other)
      throw new ExecutionError(
        `found duplicate series for the match group ${showLabels(group)} on the ${side} hand-side of the operation: ` +
          `[${showLabels(element.labels)}, ${showLabels(other.labels)}];many-to-many matching not allowed: ` +
          'matching labels must be unique on one side',
      );
    partners.set(group, element);
  }
  return partners;
}

function resultLabeller({ query }: Compiler, { operator, bool, matching }: Binary) {
  const { intern, nameless } = query.interner;
  const { on, labels: names, card, include } = matching;
  const named = isComparison(operator) && !bool;
  const base = remember((labels: Labels) => {
    const kept = named ? labels : nameless(labels);
    if (card !== 'one-to-one') return kept;
    return intern(on ? onlyLabels(kept, names) : withoutLabels(kept, names));
  });
  const included = remember((labels: Labels) => intern(onlyLabels(labels, include)));
  if (include.length === 0) return base;
  return (many: Labels, one: Labels): Labels => intern({ ...withoutLabels(base(many), include), ...included(one) });
}
