import { type Call, type Expr, isComparison, isSetOperator, type ValueType } from './ast.ts';
import { ParseError } from './errors.ts';
import { signatures } from './signatures.ts';

/** The type of an expression whose parts are well typed, or a ParseError that names the part which is not. */
export function checkTypes(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return 'instant vector';
    case 'range':
      return 'range vector';
    case 'paren':
      return checkTypes(expr.expr);
    case 'negation':
      return arithmetic(
        checkTypes(expr.expr),
        'unary expression only allowed on expressions of type scalar or instant vector',
      );
    case 'subquery':
      expectType(expr.expr, 'instant vector', 'subquery');
      return 'range vector';
    case 'call':
      return checkCall(expr);
    case 'aggregation':
      expectType(expr.expr, 'instant vector', 'aggregation expression');
      if (expr.parameter)
        expectType(expr.parameter, expr.operator === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
      return 'instant vector';
    case 'binary':
      return checkBinary(expr);
  }
}

function arithmetic(type: ValueType, message: string): ValueType {
  if (type === 'scalar' || type === 'instant vector') return type;
  throw new ParseError(`parse error: ${message}, got ${type}`);
}

function expectType(expr: Expr, expected: ValueType, context: string): void {
  const type = checkTypes(expr);
  if (type !== expected) throw new ParseError(`parse error: expected type ${expected} in ${context}, got ${type}`);
}

function checkCall({ name, args }: Call): ValueType {
  const signature = signatures[name];
  if (!signature) throw new ParseError(`parse error: function "${name}" is not enabled`);
  const { types, optional = 0, variadic = false, returns } = signature;
  const least = types.length - optional;
  if (args.length < least || (!variadic && args.length > types.length)) {
    const word = least === types.length && !variadic ? '' : args.length < least ? 'at least ' : 'at most ';
    const count = args.length < least ? least : types.length;
    throw new ParseError(`parse error: expected ${word}${count} argument(s) in call to "${name}", got ${args.length}`);
  }
  for (const [i, arg] of args.entries()) {
    expectType(arg, types[i] ?? types.at(-1) ?? 'scalar', `call to function "${name}"`);
  }
  return returns;
}

function checkBinary({ left, right, operator, bool, matching }: Extract<Expr, { kind: 'binary' }>): ValueType {
  const message = 'binary expression must contain only scalar and instant vector types';
  const types = [arithmetic(checkTypes(left), message), arithmetic(checkTypes(right), message)];
  const scalars = types.filter((type) => type === 'scalar').length;
  if (scalars === 2 && isComparison(operator) && !bool)
    throw new ParseError('parse error: comparisons between scalars must use BOOL modifier');
  if (scalars > 0 && isSetOperator(operator))
    throw new ParseError(`parse error: set operator "${operator}" not allowed in binary scalar expression`);
  if (scalars > 0 && (matching.on || matching.labels.length > 0))
    throw new ParseError('parse error: vector matching only allowed between instant vectors');
  return scalars === 2 ? 'scalar' : 'instant vector';
}
