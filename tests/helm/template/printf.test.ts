import { describe, expect, test } from 'vitest';
import { printValue, sprint, sprintf, sprintln } from '../../../src/helm/template/printf.ts';
import { timeValue } from '../../../src/helm/template/values.ts';
import type { TemplateValue } from '../../../src/helm/types.ts';

const noon = timeValue({ epochMs: 1_764_331_200_000, zone: 'UTC', text: '2025-11-28 12:00:00 +0000 UTC' }, {});

describe('a printed value', () => {
  test.each<[TemplateValue, string]>([
    [null, '<nil>'],
    [undefined, '<nil>'],
    ['', ''],
    ['a\nb', 'a\nb'],
    [true, 'true'],
    [12n, '12'],
    [-12n, '-12'],
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [0.1, '0.1'],
    [100_000, '100000'],
    [999_999, '999999'],
    [1_000_000, '1e+06'],
    [1_234_567, '1.234567e+06'],
    [123_456.789, '123456.789'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1e21, '1e+21'],
    [1e100, '1e+100'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [[], '[]'],
    [['a', 1n, null, [2]], '[a 1 <nil> [2]]'],
    [{}, 'map[]'],
    [{ b: 1, a: 'x', c: { d: null } }, 'map[a:x b:1 c:map[d:<nil>]]'],
    [{ String: () => 'v1.30', Major: '1' }, 'v1.30'],
    [{ a: 1, method: () => 'no data' }, 'map[a:1]'],
    [noon, '2025-11-28 12:00:00 +0000 UTC'],
    [[noon], '[2025-11-28 12:00:00 +0000 UTC]'],
  ])('%o', (value, expected) => {
    expect(printValue(value)).toBe(expected);
  });
});

describe('printf', () => {
  test.each<[string, TemplateValue[], string]>([
    ['plain', [], 'plain'],
    ['100%%', [], '100%'],
    ['%s and %s', ['a', 'b'], 'a and b'],
    ['%v %v', [1n, 'x'], '1 x'],
    ['%d', [42n], '42'],
    ['%5d|%-5d|%05d', [42n, 42n, 42n], '   42|42   |00042'],
    ['%+d % d', [42n, 42n], '+42  42'],
    ['%05d', [-42n], '-0042'],
    ['%.3d', [7n], '007'],
    ['%x %X %o %b %c %U %q', [255n, 255n, 8n, 5n, 65n, 0x1f600n, 65n], "ff FF 10 101 A U+1F600 'A'"],
    ['%#x %#o %#b %O', [255n, 8n, 5n, 8n], '0xff 010 0b101 0o10'],
    ['%f %.2f %8.3f|%-8.2f|', [1.5, 2.345, 3.1421, 1], '1.500000 2.35    3.142|1.00    |'],
    ['%.0f %.0f %.0f', [0.5, 1.5, 2.5], '0 2 2'],
    ['%.1f %.2f', [0.25, 1.005], '0.2 1.00'],
    ['%08.2f|%+.1f|% .1f', [-3.1425, 2, 2], '-0003.14|+2.0| 2.0'],
    ['%e %.2e %E', [123456.789, 0, 1e-7], '1.234568e+05 0.00e+00 1.000000E-07'],
    ['%g %g %.3g %G', [1e6, 0.5, 1234.5678, 1e-10], '1e+06 0.5 1.23e+03 1E-10'],
    ['%x', [1.5], '0x1.8p+00'],
    ['%f', [1e22], '10000000000000000000000.000000'],
    ['%s %v', [true, false], '%!s(bool=true) false'],
    ['%t %5t|', [true, false], 'true false|'],
    ['%q %q', ['a"b\n\t\\', 'é日\u0001\u200b'], '"a\\"b\\n\\t\\\\" "é日\\x01\\u200b"'],
    ['%+q %#q', ['é', 'a`b'], '"\\u00e9" "a`b"'],
    ['%#q', ['ab'], '`ab`'],
    ['%x % x %X %#x', ['hi', 'hi', 'hi', 'hi'], '6869 68 69 6869 0x6869'],
    ['%10s|%-10s|%.2s|%5.1s|', ['ab', 'ab', 'abc', 'abc'], '        ab|ab        |ab|    a|'],
    ['%6s|', ['日本'], '    日本|'],
    [
      '%v %d %s',
      [
        ['a', 1n],
        [1n, 2n],
        ['x', 'y'],
      ],
      '[a 1] [1 2] [x y]',
    ],
    ['%d', [['a', 2n]], '[%!d(string=a) 2]'],
    ['%v %s', [{ a: 1 }, { a: 'b' }], 'map[a:1] map[a:b]'],
    ['%q', [['a', 'b']], '["a" "b"]'],
    [
      '%T %T %T %T %T %T',
      ['', 1.5, true, null, [], {}],
      'string float64 bool <nil> []interface {} map[string]interface {}',
    ],
    [
      '%#v %#v %#v',
      ['a', ['x', null], { a: 1n }],
      '"a" []interface {}{"x", interface {}(nil)} map[string]interface {}{"a":1}',
    ],
    ['%d', ['x'], '%!d(string=x)'],
    ['%s', [1.5], '%!s(float64=1.5)'],
    ['%s %d', [null, null], '%!s(<nil>) %!d(<nil>)'],
    ['%v', [null], '<nil>'],
    ['%s %s', ['a'], 'a %!s(MISSING)'],
    ['%s', ['a', 'b', 3n], 'a%!(EXTRA string=b, int64=3)'],
    ['none', [null], 'none%!(EXTRA <nil>)'],
    ['%z', ['a'], '%!z(string=a)'],
    ['50%', [], '50%!(NOVERB)'],
    ['%[2]s %[1]s', ['a', 'b'], 'b a'],
    ['%[3]s', ['a'], '%!s(BADINDEX)'],
    ['%[1]d %d', [1n, 2n], '1 2'],
    ['%*d|%-*d|', [5n, 1n, 4n, 2n], '    1|2   |'],
    ['%.*f', [1n, 2.55], '2.5'],
    ['%*d', ['x', 1n], '%!(BADWIDTH)1'],
    ['%s', [noon], '2025-11-28 12:00:00 +0000 UTC'],
    ['%日', ['a'], '%!日(string=a)'],
  ])('%s of %o', (format, args, expected) => {
    expect(sprintf(format, args)).toBe(expected);
  });

  test('widths beyond a million are not followed', () => {
    expect(sprintf('%9999999999d', [1n]).length).toBeLessThan(50);
    expect(() => sprintf('%999999d'.repeat(9), Array(9).fill(1n))).toThrow('grows beyond');
  });
});

describe('print and println', () => {
  test('between two that are both no text stands a space', () => {
    expect(sprint(['a', 'b', 1n, 2n, 'c', true, null])).toBe('ab1 2c' + 'true <nil>');
    expect(sprintln(['a', 1n, null])).toBe('a 1 <nil>\n');
  });

  test('a value that holds itself ends in an error', () => {
    const loop: { [key: string]: TemplateValue } = {};
    loop.self = loop;
    expect(() => printValue(loop)).toThrow('nested too deeply');
  });

  test('a value of many references to itself ends in an error', () => {
    let list: TemplateValue[] = ['x'.repeat(100)];
    for (let i = 0; i < 40; i++) list = [list, list];
    expect(() => printValue(list)).toThrow('grows beyond');
  });
});
