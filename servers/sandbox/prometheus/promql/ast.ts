/** How a matcher compares a label with its value. */
type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on a label; the metric's name is the label `__name__`. A missing label counts as the empty text. */
export interface Matcher {
  name: string;
  operator: MatchOperator;
  value: string;
}

/** When a selector or subquery looks at its series, as `offset` and `@` say. Milliseconds. */
export interface Moment {
  offset: number;
  at?: number | 'start' | 'end';
}

export interface VectorSelector {
  kind: 'selector';
  matchers: readonly Matcher[];
  moment: Moment;
}

export interface RangeSelector {
  kind: 'range';
  selector: VectorSelector;
  /** Milliseconds. */
  range: number;
}

export interface Subquery {
  kind: 'subquery';
  expr: Expr;
  range: number;
  /** Absent = the engine's default. */
  step?: number;
  moment: Moment;
}

export interface Call {
  kind: 'call';
  name: string;
  args: readonly Expr[];
}

export interface Aggregation {
  kind: 'aggregation';
  operator: string;
  expr: Expr;
  /** The first argument of topk, bottomk, quantile and count_values. */
  parameter?: Expr;
  grouping: readonly string[];
  without: boolean;
}

/** How the two sides of a binary operator find each other. */
export interface Matching {
  /** True for `on`, false for `ignoring` and for none. */
  on: boolean;
  labels: readonly string[];
  card: 'one-to-one' | 'many-to-one' | 'one-to-many';
  include: readonly string[];
}

export interface Binary {
  kind: 'binary';
  operator: string;
  left: Expr;
  right: Expr;
  bool: boolean;
  matching: Matching;
}

/** A parsed expression of PromQL. */
export type Expr =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'negation'; expr: Expr }
  | { kind: 'paren'; expr: Expr }
  | VectorSelector
  | RangeSelector
  | Subquery
  | Call
  | Aggregation
  | Binary;

export type ValueType = 'scalar' | 'instant vector' | 'range vector' | 'string';

/** True for `== != < <= > >=`. */
export const isComparison = (operator: string): boolean => ['==', '!=', '<', '<=', '>', '>='].includes(operator);

/** True for `and or unless`. */
export const isSetOperator = (operator: string): boolean => ['and', 'or', 'unless'].includes(operator);

/** The expression inside any parentheses. */
export function unwrap(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrap(expr.expr) : expr;
}
