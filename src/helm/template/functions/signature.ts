import type { TemplateValue } from '../../types.ts';
import { ArgumentError, type FunctionWorld, type TemplateFunction } from '../function.ts';
import { isMap, newMap, type TemplateMap, typeOf } from '../values.ts';

/** What a function takes at one place; `read` answers undefined for what does not fit. */
export interface Parameter<T> {
  /** Go's name of the type. */
  type: string;
  read: (value: TemplateValue) => T | undefined;
  /** What Go passes for nil that came down a pipeline, where the type has a nil. */
  none?: () => T;
}

/** A function as it is declared: what it takes and what it answers. */
export interface Definition {
  parameters: readonly Parameter<unknown>[];
  rest?: Parameter<unknown>;
  answer: (args: unknown[], world: FunctionWorld) => TemplateValue;
}

/** The arguments of a function of these parameters. */
export type Values<P extends readonly Parameter<unknown>[]> = {
  -readonly [I in keyof P]: P[I] extends Parameter<infer T> ? T : never;
};

/** Characters and items of arguments that count as one step of work; items are often copied. */
const CHARACTERS_PER_STEP = 100;
const ITEMS_PER_STEP = 10;

/** A function of exactly these arguments. */
export function takes<const P extends readonly Parameter<unknown>[]>(
  parameters: P,
  answer: (args: Values<P>, world: FunctionWorld) => TemplateValue,
): Definition {
  return { parameters, answer: (args, world) => answer(args as Values<P>, world) };
}

/** A function of these arguments and any number more of one type. */
export function takesAlso<const P extends readonly Parameter<unknown>[], R>(
  [parameters, rest]: readonly [P, Parameter<R>],
  answer: (args: Values<P>, more: R[], world: FunctionWorld) => TemplateValue,
): Definition {
  const { length } = parameters;
  return {
    parameters,
    rest,
    answer: (args, world) => answer(args.slice(0, length) as Values<P>, args.slice(length) as R[], world),
  };
}

/** A declared function under its name, which checks what it is called with in Go's words. */
export function named(name: string, definition: Definition): TemplateFunction {
  return (args, world) => {
    const values = checked(name, definition, args);
    world.work(stepsFor(args));
    return definition.answer(values, world);
  };
}

/** Arguments as a function takes them; throws where their number or a type is wrong. */
export function checked(
  name: string,
  { parameters, rest }: Omit<Definition, 'answer'>,
  args: TemplateValue[],
): unknown[] {
  const { length } = parameters;
  if (args.length < length || (!rest && args.length > length)) {
    throw new ArgumentError(
      `wrong number of args for ${name}: want ${rest ? 'at least ' : ''}${length} got ${args.length}`,
    );
  }
  const last = args.length - 1;
  return args.map((value, place) => read(parameters[place] ?? rest ?? any, value, place === last));
}

function read(parameter: Parameter<unknown>, value: TemplateValue, last: boolean): unknown {
  if (parameter === any) return value;
  const missing = value === null || value === undefined;
  // What is last may have come down a pipeline: Go then has no type for nil at all.
  if (missing && last) {
    if (parameter.none) return parameter.none();
    throw new ArgumentError(`invalid value; expected ${parameter.type}`);
  }
  const fits = missing ? undefined : parameter.read(value);
  if (fits !== undefined) return fits;
  throw new ArgumentError(
    `wrong type for value; expected ${parameter.type}; got ${missing ? 'interface {}' : typeOf(value)}`,
  );
}

function stepsFor(args: TemplateValue[]): number {
  let steps = 0;
  for (const value of args) {
    if (typeof value === 'string') steps += value.length / CHARACTERS_PER_STEP;
    else if (Array.isArray(value)) steps += value.length / ITEMS_PER_STEP;
  }
  return steps;
}

/** Anything, nil included. */
export const any: Parameter<TemplateValue> = { type: 'interface {}', read: (value) => value };

export const text: Parameter<string> = {
  type: 'string',
  read: (value) => (typeof value === 'string' ? value : undefined),
};

/** An int as a number: a size or a place. */
export const count: Parameter<number> = {
  type: 'int',
  read: (value) => (typeof value === 'bigint' ? Number(value) : undefined),
};

export const whole: Parameter<bigint> = {
  type: 'int',
  read: (value) => (typeof value === 'bigint' ? value : undefined),
};

/** A float; whole literals are given as floats where one is wanted. */
export const float: Parameter<number> = {
  type: 'float64',
  read: (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined),
};

export const truth: Parameter<boolean> = {
  type: 'bool',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

export const dict: Parameter<TemplateMap> = {
  type: 'map[string]interface {}',
  read: (value) => (isMap(value) ? value : undefined),
  none: newMap,
};
