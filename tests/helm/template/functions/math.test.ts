import { describe, expect, test } from 'vitest';
import { answers, call, failures } from './calls.ts';

const MOST = 9_223_372_036_854_775_807n;
const LEAST = -9_223_372_036_854_775_808n;

describe('anything becomes a whole number, and what is none becomes 0', () => {
  answers([
    ['int', 3n, 3n],
    ['int', 3.99, 3n],
    ['int', -3.99, -3n],
    ['int', '17', 17n],
    ['int', '+17', 17n],
    ['int', '-17', -17n],
    ['int', '0x1F', 31n],
    ['int', '017', 15n],
    ['int', '0o17', 15n],
    ['int', '0b101', 5n],
    ['int', '1_000', 1000n],
    ['int', '08', 0n],
    ['int', '1.0', 1n],
    ['int', '10.00', 10n],
    ['int', '1.5', 0n],
    ['int', '1e3', 0n],
    ['int', ' 1', 0n],
    ['int', '1__0', 0n],
    ['int', '_1', 0n],
    ['int', '', 0n],
    ['int', 'abc', 0n],
    ['int', true, 1n],
    ['int', false, 0n],
    ['int', null, 0n],
    ['int', ['a'], 0n],
    ['int', Number.NaN, LEAST],
    ['int', 1e300, LEAST],
    ['int', 1e6, 1_000_000n],
    ['int', '9223372036854775807', MOST],
    ['int', '9223372036854775808', 0n],
    ['int64', '0xff', 255n],
    ['int64', 1.9, 1n],
    ['atoi', '17', 17n],
    ['atoi', '-3', -3n],
    ['atoi', '017', 17n],
    ['atoi', '0x1', 0n],
    ['atoi', '1.0', 0n],
    ['atoi', '', 0n],
    ['atoi', '99999999999999999999', MOST],
    ['atoi', '-99999999999999999999', LEAST],
    ['toDecimal', '777', 511n],
    ['toDecimal', 755n, 493n],
    ['toDecimal', 644, 420n],
    ['toDecimal', '0644', 420n],
    ['toDecimal', '8', 0n],
    ['toDecimal', null, 0n],
  ]);
});

describe('anything becomes a float', () => {
  answers([
    ['float64', '1.5', 1.5],
    ['float64', '-.5e1', -5],
    ['float64', '5.', 5],
    ['float64', 3n, 3],
    ['float64', true, 1],
    ['float64', 'x', 0],
    ['float64', '1.5x', 0],
    ['float64', '1e999', 0],
    ['float64', 'Inf', Infinity],
    ['float64', '-infinity', -Infinity],
    ['float64', null, 0],
    ['float64', {}, 0],
  ]);
});

describe('whole numbers are calculated with as Go does', () => {
  answers([
    ['add', 0n],
    ['add', 1n, 2n, 3n, 6n],
    ['add', 1.9, '2', true, 4n],
    ['add', MOST, 1n, LEAST],
    ['add1', 1.9, 2n],
    ['add1', MOST, LEAST],
    ['sub', 5n, 3n, 2n],
    ['sub', 3n, 5n, -2n],
    ['sub', LEAST, 1n, MOST],
    ['mul', 3n, 3n],
    ['mul', 2n, '3', 4.9, 24n],
    ['mul', MOST, 2n, -2n],
    ['div', 7n, 2n, 3n],
    ['div', -7n, 2n, -3n],
    ['div', 5.9, 2.9, 2n],
    ['div', LEAST, -1n, LEAST],
    ['mod', 7n, 3n, 1n],
    ['mod', -7n, 3n, -1n],
    ['mod', 7n, -3n, 1n],
    ['max', 1n, 9n, 3n, 9n],
    ['max', -1n, -1n],
    ['biggest', 1n, '17', 3.9, 17n],
    ['min', 5n, 2.9, '3', 2n],
    ['min', 5n, 5n],
  ]);
  failures([
    ['div', 1n, 0n, 'runtime error: integer divide by zero'],
    ['mod', 1n, 0.5, 'runtime error: integer divide by zero'],
    ['div', 1n, 'x', 'runtime error: integer divide by zero'],
  ]);
});

describe('floats are calculated with as decimals', () => {
  answers([
    ['addf', 0],
    ['addf', 0.1, 0.2, 0.3],
    ['addf', 1.5, 2.2, 3n, 6.7],
    ['addf', '1.1', '2.2', 3.3],
    ['add1f', 3.4, 4.4],
    ['subf', 4.5, 1n, 3n, 0.5],
    ['subf', 0.3, 0.1, 0.2],
    ['mulf', 1.1, 1.1, 1.21],
    ['mulf', '2.4', 10n, '4', 1.2, 115.2],
    ['mulf', 1e300, 1e-300, 1],
    ['divf', 5n, 4n, 2n, 0.625],
    ['divf', 1n, 3n, 0.3333333333333333],
    ['divf', 2n, 3n, 0.6666666666666667],
    ['divf', -2n, 3n, -0.6666666666666667],
    ['divf', 7n, 7],
    ['maxf', 1n, 345.7, 2n, 345.7],
    ['minf', 1.4, 2n, 1.4],
    ['floor', 123.99, 123],
    ['floor', -1.1, -2],
    ['floor', '5.7', 5],
    ['ceil', 123.01, 124],
    ['ceil', '5.1', 6],
    ['ceil', 3n, 3],
    ['round', 123.5555, 3n, 123.556],
    ['round', '123.55555', 3n, 123.556],
    ['round', 123.500001, 0n, 124],
    ['round', 123.49999999, 0n, 123],
    ['round', 123.233, 2n, 0.3, 123.24],
    ['round', 123.2329999, 2n, 0.3, 123.23],
    ['round', -2.1, 0n, -3],
    ['round', 15n, -1n, 20],
  ]);
  failures([
    ['divf', 1n, 0n, 'decimal division by 0'],
    ['addf', 'nan', 'Cannot create a Decimal from NaN'],
    ['mulf', 1n, '-inf', 'Cannot create a Decimal from -Inf'],
  ]);
});

describe('numbers are counted up and down', () => {
  answers([
    ['until', 3n, [0n, 1n, 2n]],
    ['until', 0n, []],
    ['until', -3n, [0n, -1n, -2n]],
    ['untilStep', 0n, 10n, 4n, [0n, 4n, 8n]],
    ['untilStep', 0n, 8n, 4n, [0n, 4n]],
    ['untilStep', 3n, 0n, -2n, [3n, 1n]],
    ['untilStep', 3n, 0n, 1n, []],
    ['untilStep', 0n, 3n, -1n, []],
    ['untilStep', 0n, 3n, 0n, []],
    ['untilStep', 5n, 5n, 1n, []],
    ['seq', ''],
    ['seq', 5n, '1 2 3 4 5'],
    ['seq', -2n, '1 0 -1 -2'],
    ['seq', 0n, '1 0'],
    ['seq', 1n, '1'],
    ['seq', 0n, 2n, '0 1 2'],
    ['seq', 2n, 0n, '2 1 0'],
    ['seq', 0n, 2n, 10n, '0 2 4 6 8 10'],
    ['seq', 0n, -2n, -5n, '0 -2 -4'],
    ['seq', 0n, 0n, 5n, ''],
    ['seq', 5n, 1n, 2n, ''],
    ['seq', 3n, -3n, 2n, '3'],
    ['seq', 1n, 2n, 3n, 4n, ''],
  ]);
  failures([
    ['until', 1_000_001n, 'beyond its bounds'],
    ['untilStep', 0n, MOST, 1n, 'beyond its bounds'],
    ['untilStep', MOST, LEAST, -1n, 'beyond its bounds'],
    ['seq', 9_000_000_000n, 'beyond its bounds'],
    ['seq', 0n, 1n, MOST, 'beyond its bounds'],
  ]);

  test('a step that is larger than all that is left ends at once', () => {
    expect(call('untilStep', LEAST, MOST, MOST)).toEqual([LEAST, -1n, MOST - 1n]);
  });
});
