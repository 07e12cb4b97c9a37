import type { Expr, Moment } from './ast.ts';
import type { Query } from './values.ts';

/** The earliest time that an expression looks at when its first evaluation is at `from`. Epoch milliseconds. */
export function earliestOf(expr: Expr, from: number, query: Pick<Query, 'start' | 'end' | 'lookback'>): number {
  const least = (...parts: readonly Expr[]) => Math.min(from, ...parts.map((part) => earliestOf(part, from, query)));
  const look = ({ at, offset }: Moment): number => {
    if (at === undefined) return from - offset;
    return (at === 'start' ? query.start : at === 'end' ? query.end : at) - offset;
  };
  switch (expr.kind) {
    case 'number':
    case 'string':
      return from;
    case 'selector':
      return look(expr.moment) - query.lookback;
    case 'range':
      return look(expr.selector.moment) - expr.range;
    case 'subquery':
      return earliestOf(expr.expr, look(expr.moment) - expr.range, query);
    case 'negation':
    case 'paren':
      return least(expr.expr);
    case 'call':
      return least(...expr.args);
    case 'aggregation':
      return least(expr.expr, ...(expr.parameter ? [expr.parameter] : []));
    case 'binary':
      return least(expr.left, expr.right);
  }
}
