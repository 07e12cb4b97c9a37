import { describe, expect, test } from 'vitest';
import type { TemplateValue } from '../../../../src/helm/types.ts';
import { answers, call, callIn, failures, testWorld } from './calls.ts';

type Dict = { [key: string]: TemplateValue };

describe('dictionaries are made and read', () => {
  answers([
    ['dict', {}],
    ['dict', 'a', 1n, 'b', 2n, { a: 1n, b: 2n }],
    ['dict', 'a', 1n, 'b', { a: 1n, b: '' }],
    ['dict', 1n, 'x', true, 'y', { 1: 'x', true: 'y' }],
    ['dict', 'a', 1n, 'a', 2n, { a: 2n }],
    ['dict', 'a', null, { a: null }],
    ['get', { a: 1n }, 'a', 1n],
    ['get', { a: 1n }, 'b', ''],
    ['get', { a: null }, 'a', null],
    ['hasKey', { a: null }, 'a', true],
    ['hasKey', { a: 1n }, 'b', false],
    ['hasKey', {}, 'toString', false],
    ['hasKey', {}, '__proto__', false],
    ['get', {}, 'constructor', ''],
    ['pluck', 'a', { a: 1n }, { b: 2n }, { a: null }, [1n, null]],
    ['pluck', 'a', []],
    ['keys', { b: 1n, a: 2n }, ['a', 'b']],
    ['keys', { b: 1n }, { a: 1n, b: 2n }, ['b', 'a', 'b']],
    ['keys', []],
    ['keys', { b: 1n, call: () => 1n }, ['b']],
    ['values', { b: 1n, a: 'x' }, ['x', 1n]],
    ['pick', { a: 1n, b: 2n }, 'a', 'z', { a: 1n }],
    ['pick', { a: 1n }, 'constructor', {}],
    ['omit', { a: 1n, b: 2n }, 'a', 'z', { b: 2n }],
    ['omit', { a: 1n }, { a: 1n }],
    ['dig', 'a', 'b', 'none', { a: { b: 5n } }, 5n],
    ['dig', 'a', 'b', 'none', { a: {} }, 'none'],
    ['dig', 'a', 'b', 'none', {}, 'none'],
    ['dig', 'a', 'none', { a: null }, null],
    ['dig', 'a', '__proto__', 'none', { a: {} }, 'none'],
  ]);
  failures([
    ['dig', 'a', {}, 'dig needs at least three arguments'],
    ['dig', 'a', 'b', 'none', { a: 'x' }, 'interface conversion: interface {} is string, not map[string]interface {}'],
    ['dig', 'a', 'b', 'none', { a: null }, 'interface conversion: interface {} is nil, not map[string]interface {}'],
    ['dig', 1n, 'none', {}, 'not string'],
    ['set', null, 'a', 1n, 'expected map[string]interface {}'],
  ]);
});

describe('set and unset change the dictionary they are given', () => {
  test('set answers the same dictionary', () => {
    const map: Dict = { a: 1n };
    expect(call('set', map, 'b', 2n)).toBe(map);
    expect(map).toEqual({ a: 1n, b: 2n });
  });

  test('unset takes a key away, and one that is not there', () => {
    const map: Dict = { a: 1n, b: 2n };
    expect(call('unset', map, 'a')).toBe(map);
    call('unset', map, 'z');
    expect(map).toEqual({ b: 2n });
  });

  test('a key named __proto__ is data and reaches no prototype', () => {
    const map = call('dict') as Dict;
    call('set', map, '__proto__', { polluted: true });
    expect(call('hasKey', map, '__proto__')).toBe(true);
    expect(call('get', map, '__proto__')).toEqual({ polluted: true });
    expect(call('hasKey', map, 'polluted')).toBe(false);
    const plain: Dict = {};
    call('set', plain, '__proto__', { polluted: true });
    call(
      'merge',
      plain,
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    );
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('merge fills what is missing or empty', () => {
  answers([
    ['merge', { a: 1n }, { a: 2n, b: 3n }, { a: 1n, b: 3n }],
    ['merge', { a: { x: 1n } }, { a: { x: 2n, y: 3n } }, { a: { x: 1n, y: 3n } }],
    ['merge', { a: '' }, { a: 'x' }, { a: 'x' }],
    ['merge', { a: false }, { a: true }, { a: true }],
    ['merge', { a: 0 }, { a: 5 }, { a: 5 }],
    ['merge', { a: null }, { a: 'x' }, { a: 'x' }],
    ['merge', {}, { a: null }, {}],
    ['merge', { a: 'x' }, { a: null }, { a: 'x' }],
    ['merge', { a: [1n] }, { a: [2n] }, { a: [1n] }],
    ['merge', { a: [] }, { a: [2n] }, { a: [2n] }],
    ['merge', { a: 'x' }, { a: { b: 1n } }, { a: 'x' }],
    ['merge', { a: '' }, { a: { b: 1n } }, { a: { b: 1n } }],
    ['merge', { a: { b: 1n } }, { a: 'x' }, { a: { b: 1n } }],
    ['merge', { a: {} }, { a: 'x' }, { a: 'x' }],
    ['merge', { a: 'x' }, { a: [1n] }, { a: 'x' }],
    ['merge', {}, { a: 1n }, { a: 2n, b: 2n }, { a: 1n, b: 2n }],
    ['merge', { a: 1n }, { a: 1n }],
    ['mustMerge', { a: 1n }, { a: 2n, b: 2n }, { a: 1n, b: 2n }],
  ]);
});

describe('mergeOverwrite lets the later one win, empty or not', () => {
  answers([
    ['mergeOverwrite', { a: 1n }, { a: 2n }, { a: 2n }],
    ['mergeOverwrite', { a: { x: 1n, z: 1n } }, { a: { x: 2n, y: 3n } }, { a: { x: 2n, y: 3n, z: 1n } }],
    ['mergeOverwrite', { a: true }, { a: false }, { a: false }],
    ['mergeOverwrite', { a: 'x' }, { a: '' }, { a: '' }],
    ['mergeOverwrite', { a: 'x' }, { a: null }, { a: null }],
    ['mergeOverwrite', {}, { a: null }, { a: null }],
    ['mergeOverwrite', { a: [1n] }, { a: [2n] }, { a: [2n] }],
    ['mergeOverwrite', { a: [1n] }, { a: [] }, { a: [] }],
    ['mergeOverwrite', { a: 'x' }, { a: { b: 1n } }, { a: { b: 1n } }],
    ['mergeOverwrite', { a: { b: 1n } }, { a: 'x' }, { a: 'x' }],
    ['mergeOverwrite', { a: { b: 1n } }, { a: {} }, { a: { b: 1n } }],
    ['mergeOverwrite', {}, { a: 1n }, { a: 2n }, { a: 2n }],
    ['mustMergeOverwrite', { a: 1n }, { a: 2n }, { a: 2n }],
  ]);

  test('both merges change the first dictionary and take over, not copy, what is new', () => {
    const into: Dict = {};
    const nested: Dict = { x: 1n };
    expect(call('merge', into, { nested })).toBe(into);
    expect(into.nested).toBe(nested);
  });

  test('a dictionary within itself is merged to an end', () => {
    const a: Dict = {};
    a.self = a;
    const b: Dict = {};
    b.self = b;
    b.more = 1n;
    expect(() => call('merge', a, b)).toThrow('nested too deeply');
  });
});

describe('deepCopy', () => {
  test('a copy is changed without the original', () => {
    const original: Dict = { list: [{ a: 1n }], map: { b: 'x' } };
    const copy = call('deepCopy', original) as Dict;
    expect(copy.list).toEqual(original.list);
    (copy.map as Dict).b = 'y';
    expect(original).toEqual({ list: [{ a: 1n }], map: { b: 'x' } });
    expect(call('mustDeepCopy', null)).toBeNull();
    expect(call('deepCopy', 5n)).toBe(5n);
  });

  test('what would double with every level is refused', () => {
    let value: TemplateValue = 'x';
    for (let i = 0; i < 40; i++) value = { a: value, b: value };
    const world = testWorld();
    world.steps = 1_900_000;
    expect(() => callIn(world, 'deepCopy', value)).toThrow('too many steps');
  });
});

describe('defaults', () => {
  answers([
    ['default', 'x', '', 'x'],
    ['default', 'x', 'a', 'a'],
    ['default', 'x', null, 'x'],
    ['default', 'x', false, 'x'],
    ['default', 'x', 0, 'x'],
    ['default', 'x', 0n, 'x'],
    ['default', 'x', [], 'x'],
    ['default', 'x', {}, 'x'],
    ['default', 'x', [''], ['']],
    ['default', 'x', 'x'],
    ['empty', '', true],
    ['empty', ' ', false],
    ['empty', null, true],
    ['empty', 0, true],
    ['empty', { a: null }, false],
    ['coalesce', null],
    ['coalesce', '', 0n, null, 'a', 'b', 'a'],
    ['coalesce', '', null],
    ['all', true],
    ['all', 1n, 'a', true],
    ['all', 1n, '', false],
    ['any', false],
    ['any', '', 0n, 'a', true],
    ['any', '', 0n, false],
    ['ternary', 'yes', 'no', true, 'yes'],
    ['ternary', 'yes', 'no', false, 'no'],
    ['hello', 'Hello!'],
  ]);
  failures([['fail', 'the port is missing', 'the port is missing']]);
});

describe('kinds and types have the names of Go', () => {
  answers([
    ['kindOf', 'a', 'string'],
    ['kindOf', 1.5, 'float64'],
    ['kindOf', true, 'bool'],
    ['kindOf', [], 'slice'],
    ['kindOf', {}, 'map'],
    ['kindOf', null, 'invalid'],
    ['kindIs', 'string', 'a', true],
    ['kindIs', 'map', {}, true],
    ['kindIs', 'slice', {}, false],
    ['kindIs', 'int', 1n, true],
    ['kindIs', 'int64', 1n, true],
    ['kindIs', 'float64', 1n, false],
    ['kindIs', 'float64', 1, true],
    ['kindIs', 'invalid', null, true],
    ['typeOf', 'a', 'string'],
    ['typeOf', null, '<nil>'],
    ['typeOf', { a: 1n }, 'map[string]interface {}'],
    ['typeOf', ['a'], '[]interface {}'],
    ['typeIs', 'string', 'a', true],
    ['typeIs', 'int', 1n, true],
    ['typeIs', 'bool', 'true', false],
    ['typeIsLike', 'string', 'a', true],
    ['typeIsLike', '[]interface {}', [], true],
  ]);
});
