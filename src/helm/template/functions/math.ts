import type { TemplateValue } from '../../types.ts';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { type Decimal, decimalOf, dividedBy, floatOfDecimal, minus, plus, times } from './decimals.ts';
import { atoi, floatOf, parseBase, wholeOf, wrap } from './numbers.ts';
import { any, count, type Definition, float, takes, takesAlso, text, whole } from './signature.ts';
import { textOfValue } from './texts.ts';

/** Functions of numbers. https://masterminds.github.io/sprig/math.html https://masterminds.github.io/sprig/mathf.html */
export const math: Readonly<Record<string, Definition>> = {
  int: takes([any], ([value]) => wholeOf(value)),
  int64: takes([any], ([value]) => wholeOf(value)),
  float64: takes([any], ([value]) => floatOf(value)),
  atoi: takes([text], ([value]) => atoi(value)),
  toDecimal: takes([any], ([value]) => parseBase(textOfValue(value), 8) ?? 0n),
  add1: takes([any], ([value]) => wrap(wholeOf(value) + 1n)),
  add: takesAlso([[], any], (_, values) => values.map(wholeOf).reduce((sum, value) => wrap(sum + value), 0n)),
  sub: takes([any, any], ([a, b]) => wrap(wholeOf(a) - wholeOf(b))),
  mul: takesAlso([[any], any], ([first], more) =>
    more.map(wholeOf).reduce((product, value) => wrap(product * value), wholeOf(first)),
  ),
  div: takes([any, any], ([a, b]) => wrap(wholeOf(a) / divisor(b))),
  mod: takes([any, any], ([a, b]) => wholeOf(a) % divisor(b)),
  max: most((a, b) => b > a),
  biggest: most((a, b) => b > a),
  min: most((a, b) => b < a),
  add1f: takes([any], ([value]) => calculate(plus, floatOf(value), [1])),
  addf: takesAlso([[], any], (_, values) => calculate(plus, 0, values)),
  subf: takesAlso([[any], any], ([first], more) => calculate(minus, first, more)),
  mulf: takesAlso([[any], any], ([first], more) => calculate(times, first, more)),
  divf: takesAlso([[any], any], ([first], more) => calculate(dividedBy, first, more)),
  maxf: takesAlso([[any], any], ([first], more) => Math.max(...[first, ...more].map(floatOf))),
  minf: takesAlso([[any], any], ([first], more) => Math.min(...[first, ...more].map(floatOf))),
  floor: takes([any], ([value]) => Math.floor(floatOf(value))),
  ceil: takes([any], ([value]) => Math.ceil(floatOf(value))),
  round: takesAlso([[any, count], float], ([value, places], [from]) => rounded(floatOf(value), places, from ?? 0.5)),
  until: takes([whole], ([stop], world) => steps({ start: 0n, stop, step: stop < 0n ? -1n : 1n }, world)),
  untilStep: takes([whole, whole, whole], ([start, stop, step], world) => steps({ start, stop, step }, world)),
  seq: takesAlso([[], whole], (_, numbers, world) => sequence(numbers, world)),
};

function divisor(value: TemplateValue): bigint {
  const by = wholeOf(value);
  if (by === 0n) throw new FunctionError('runtime error: integer divide by zero');
  return by;
}

function most(better: (best: bigint, other: bigint) => boolean): Definition {
  return takesAlso([[any], any], ([first], more) =>
    more.map(wholeOf).reduce((best, value) => (better(best, value) ? value : best), wholeOf(first)),
  );
}

function calculate(
  operation: (a: Decimal, b: Decimal) => Decimal,
  first: TemplateValue,
  more: TemplateValue[],
): number {
  const decimals = more.map((value) => decimalOf(floatOf(value)));
  return floatOfDecimal(decimals.reduce(operation, decimalOf(floatOf(first))));
}

/** As sprig rounds: below zero, too, what is less than `from` of the way goes down. */
function rounded(value: number, places: number, from: number): number {
  const power = 10 ** places;
  const digit = power * value;
  const fraction = digit - Math.trunc(digit);
  return (fraction >= from ? Math.ceil(digit) : Math.floor(digit)) / power;
}

interface Steps {
  start: bigint;
  stop: bigint;
  step: bigint;
}

/** The numbers from start to before stop. */
function steps({ start, stop, step }: Steps, world: FunctionWorld): bigint[] {
  const distance = stop - start;
  if (distance === 0n || step === 0n || distance > 0n !== step > 0n) return [];
  const length = (distance + step - (step > 0n ? 1n : -1n)) / step;
  world.grow(Number(length));
  return Array.from({ length: Number(length) }, (_, place) => start + BigInt(place) * step);
}

/** As the command seq writes numbers: `1 2 3`. */
function sequence(numbers: bigint[], world: FunctionWorld): string {
  const [first = 0n, second = 0n, third = 0n] = numbers;
  if (numbers.length === 1) return range({ start: 1n, stop: first, step: first < 1n ? -1n : 1n }, world);
  if (numbers.length === 2) return range({ start: first, stop: second, step: second < first ? -1n : 1n }, world);
  if (numbers.length !== 3 || (third < first && second > 0n)) return '';
  return range({ start: first, stop: third, step: second }, world);
}

/** With the stop itself. */
function range({ start, stop, step }: Steps, world: FunctionWorld): string {
  return steps({ start, stop: stop + (stop < start ? -1n : 1n), step }, world).join(' ');
}
