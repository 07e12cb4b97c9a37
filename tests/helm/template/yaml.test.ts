import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { newMap, timeValue } from '../../../src/helm/template/values.ts';
import { writeYaml, writeYamlPretty } from '../../../src/helm/template/yaml.ts';
import type { TemplateValue } from '../../../src/helm/types.ts';

describe('a text in YAML', () => {
  test.each<[string, string]>([
    ['plain', 'plain'],
    ['two words', 'two words'],
    ['', '""'],
    ['~', '"~"'],
    ['null', '"null"'],
    ['Null', '"Null"'],
    ['nULL', 'nULL'],
    ['true', '"true"'],
    ['FALSE', '"FALSE"'],
    ['yes', '"yes"'],
    ['No', '"No"'],
    ['on', '"on"'],
    ['OFF', '"OFF"'],
    ['y', '"y"'],
    ['N', '"N"'],
    ['yEs', 'yEs'],
    ['1', '"1"'],
    ['-1', '"-1"'],
    ['+1', '"+1"'],
    ['1.5', '"1.5"'],
    ['1.', '"1."'],
    ['.5', '".5"'],
    ['1e3', '"1e3"'],
    ['1e', '1e'],
    ['0x1', '"0x1"'],
    ['0xg', '0xg'],
    ['0o17', '"0o17"'],
    ['017', '"017"'],
    ['089', '"089"'],
    ['0b101', '"0b101"'],
    ['1_000', '"1_000"'],
    ['1.2.3', '1.2.3'],
    ['v1', 'v1'],
    ['12:30', '"12:30"'],
    ['12:30:45', '"12:30:45"'],
    ['12:99', '12:99'],
    ['.inf', '".inf"'],
    ['-.Inf', '"-.Inf"'],
    ['.NaN', '".NaN"'],
    ['inf', 'inf'],
    ['<<', '"<<"'],
    ['2024-01-02', '"2024-01-02"'],
    ['2024-01-02T03:04:05Z', '"2024-01-02T03:04:05Z"'],
    ['2024-01-02 03:04:05', '"2024-01-02 03:04:05"'],
    ['2024-01', '2024-01'],
    ['a: b', "'a: b'"],
    ['a:', "'a:'"],
    ['a:b', 'a:b'],
    ['http://x:80/', 'http://x:80/'],
    ['a #b', "'a #b'"],
    ['a#b', 'a#b'],
    ['# a', "'# a'"],
    ['- a', "'- a'"],
    ['-', "'-'"],
    ['-a', '-a'],
    ['? a', "'? a'"],
    ['?a', '?a'],
    [': a', "': a'"],
    ['[a]', "'[a]'"],
    ['{a}', "'{a}'"],
    ['a[0]', 'a[0]'],
    ['a, b', 'a, b'],
    ['&a', "'&a'"],
    ['*', "'*'"],
    ['!a', "'!a'"],
    ['|', "'|'"],
    ['>', "'>'"],
    ['%a', "'%a'"],
    ['@a', "'@a'"],
    ['`a', "'`a'"],
    ["'a", "'''a'"],
    ["it's", "it's"],
    ['"a"', `'"a"'`],
    ['a "b"', 'a "b"'],
    ['---', "'---'"],
    ['...a', "'...a'"],
    [' a', "' a'"],
    ['a ', "'a '"],
    ['a\tb', '"a\\tb"'],
    ['a\\b', 'a\\b'],
    ['a\r\nb', '"a\\r\\nb"'],
    ['\u0000\u001b\u0085', '"\\0\\e\\N"'],
    ['日本', '日本'],
    ['é\u00a0x', 'é\u00a0x'],
    ['😀', '"\\U0001F600"'],
    ['\ufeffa', '"\\uFEFFa"'],
    ['\ud800', '\ufffd'],
    ['a\nb', '|-\n  a\n  b'],
    ['a\nb\n', '|\n  a\n  b'],
    ['a\nb\n\n', '|+\n  a\n  b\n'],
    ['\n', '|2+\n'],
    ['\na', '|2-\n\n  a'],
    ['  a\nb', '|2-\n    a\n  b'],
    ['a\n\nb', '|-\n  a\n\n  b'],
    ['a \nb', '"a \\nb"'],
    ['a\nb ', '"a\\nb "'],
    ['a: b\n# c', '|-\n  a: b\n  # c'],
  ])('%j', (text, expected) => {
    expect(writeYaml(text)).toBe(expected);
  });

  test.each(['a'.repeat(200), `${'word '.repeat(40)}end`, `: ${'word '.repeat(40)}`, `${'tab\t '.repeat(30)}end`])(
    'what is long reads back as it was: %s',
    (text) => {
      expect(parse(writeYaml({ key: text, list: [text] }), { version: '1.1' })).toEqual({ key: text, list: [text] });
    },
  );

  test('behind the 80th character a line is folded at the next single space', () => {
    const text = `${'a'.repeat(40)} ${'b'.repeat(40)} c  d ${'e'.repeat(80)} f`;
    expect(writeYaml({ k: text })).toBe(`k: ${'a'.repeat(40)} ${'b'.repeat(40)}\n  c  d ${'e'.repeat(80)}\n  f`);
  });
});

describe('a value in YAML', () => {
  test.each<[TemplateValue, string]>([
    [null, 'null'],
    [undefined, 'null'],
    [true, 'true'],
    [3n, '3'],
    [3, '3'],
    [-0, '0'],
    [1e6, '1000000'],
    [1e20, '1e+20'],
    [9007199254740993n, '9007199254740993'],
    [0.5, '0.5'],
    [1e-7, '1e-07'],
    [1234567.5, '1.2345675e+06'],
    [[], '[]'],
    [{}, '{}'],
    [{ a: null, b: [], c: {}, d: '' }, 'a: null\nb: []\nc: {}\nd: ""'],
    [{ b: 1, a: 2 }, 'a: 2\nb: 1'],
    [{ a: { b: { c: 1 } } }, 'a:\n  b:\n    c: 1'],
    [{ a: ['x', 'y'] }, 'a:\n- x\n- "y"'],
    [['a', 'b'], '- a\n- b'],
    [[['a', 'b'], ['c']], '- - a\n  - b\n- - c'],
    [[{ a: 1, b: 2 }, { c: [1] }], '- a: 1\n  b: 2\n- c:\n  - 1'],
    [{ a: [{ b: [{ c: 1 }] }] }, 'a:\n- b:\n  - c: 1'],
    [{ a: { b: ['x'] } }, 'a:\n  b:\n  - x'],
    [{ a: 'x\ny', b: ['x\ny'], c: { d: 'x\n' } }, 'a: |-\n  x\n  y\nb:\n- |-\n  x\n  y\nc:\n  d: |\n    x'],
    [[{ a: 'x\ny' }], '- a: |-\n    x\n    y'],
    [[['x\ny']], '- - |-\n    x\n    y'],
    [{ yes: 1, '1': 2, 'a b': 3, '*': 4, '': 5 }, '"": 5\n\'*\': 4\n"1": 2\na b: 3\n"yes": 1'],
    [{ 'a\nb': 1 }, '? |-\n  a\n  b\n: 1'],
    [{ a: 1, method: () => 'x' }, 'a: 1'],
    [
      { t: timeValue({ epochMs: 0, zone: 'UTC', text: '2025-11-28 12:00:00.5 +0100 CET' }, {}) },
      't: "2025-11-28T12:00:00.5+01:00"',
    ],
  ])('%o', (value, expected) => {
    expect(writeYaml(value)).toBe(expected);
  });

  test('keys with numbers stand in the order of the numbers', () => {
    const keys = ['a10', 'a2', 'a1', 'b', 'a-1', 'a', 'A', '10', '9', 'a02', 'a1b', 'a1a'];
    const map = Object.fromEntries(keys.map((key) => [key, '']));
    expect([...writeYaml(map).matchAll(/^"?([^":]+)"?:/gm)].map((found) => found[1])).toEqual([
      '9',
      '10',
      'A',
      'a',
      'a-1',
      'a1',
      'a1a',
      'a1b',
      'a2',
      'a02',
      'a10',
      'b',
    ]);
  });

  test('a key named __proto__ is data', () => {
    const map = newMap();
    for (const key of ['__proto__', 'constructor']) map[key] = 'x';
    expect(writeYaml(map)).toBe('__proto__: x\nconstructor: x');
  });

  test('a key of more than 128 bytes stands behind a question mark', () => {
    const key = 'k'.repeat(129);
    expect(writeYaml({ [key]: { a: 1 } })).toBe(`? ${key}\n: a: 1`);
  });

  test('the pretty form indents lists and folds nothing', () => {
    const long = 'word '.repeat(30).trim();
    expect(writeYamlPretty({ a: ['x', { b: [1] }], c: long })).toBe(`a:\n  - x\n  - b:\n      - 1\nc: ${long}`);
  });

  test('what JSON lacks is refused', () => {
    expect(() => writeYaml({ a: Number.NaN })).toThrow('unsupported value: NaN');
    expect(() => writeYaml(() => 'x')).toThrow('unsupported type');
  });

  test('a value of many references to one ends in an error', () => {
    let list: TemplateValue[] = ['x'.repeat(100)];
    for (let i = 0; i < 40; i++) list = [list, list];
    expect(() => writeYaml(list)).toThrow('grows beyond');
  });
});
