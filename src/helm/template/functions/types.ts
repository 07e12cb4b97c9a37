import type { TemplateValue } from '../../types.ts';
import { FunctionError } from '../function.ts';
import { kindOf, typeOf } from '../values.ts';
import { deepEqual } from './equal.ts';
import { isEmpty } from './lists.ts';
import { any, type Definition, takes, takesAlso, text, truth } from './signature.ts';

/** Defaults and types. https://masterminds.github.io/sprig/defaults.html https://masterminds.github.io/sprig/reflection.html */
export const types: Readonly<Record<string, Definition>> = {
  default: takesAlso([[any], any], ([otherwise], [given]) => (isEmpty(given) ? otherwise : given)),
  empty: takes([any], ([value]) => isEmpty(value)),
  coalesce: takesAlso([[], any], (_, values) => values.find((value) => !isEmpty(value))),
  all: takesAlso([[], any], (_, values) => values.every((value) => !isEmpty(value))),
  any: takesAlso([[], any], (_, values) => values.some((value) => !isEmpty(value))),
  ternary: takes([any, any, truth], ([yes, no, decides]) => (decides ? yes : no)),
  kindOf: takes([any], ([value]) => kindOf(value)),
  kindIs: takes([text, any], ([kind, value]) => names(kindOf(value), value).includes(kind)),
  typeOf: takes([any], ([value]) => typeOf(value)),
  typeIs: takes([text, any], ([type, value]) => names(typeOf(value), value).includes(type)),
  typeIsLike: takes([text, any], ([type, value]) => names(typeOf(value), value).includes(type)),
  deepEqual: takes([any, any], ([a, b], world) => deepEqual(a, b, world)),
  fail: takes([text], ([message]) => {
    throw new FunctionError(message);
  }),
  hello: takes([], () => 'Hello!'),
};

/** A whole number is an int as well as an int64: which of the two it was in Go is not known. */
function names(name: string, value: TemplateValue): string[] {
  return typeof value === 'bigint' ? [name, 'int', 'int64'] : [name];
}
