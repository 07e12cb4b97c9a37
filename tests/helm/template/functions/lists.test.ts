import { describe, expect, test } from 'vitest';
import { answers, call, callIn, failures, testWorld } from './calls.ts';

describe('lists are made of others, which stay as they are', () => {
  answers([
    ['list', []],
    ['list', 1n, 'a', null, [1n, 'a', null]],
    ['tuple', 1n, 2n, [1n, 2n]],
    ['append', [1n], 2n, [1n, 2n]],
    ['append', [], null, [null]],
    ['push', ['a'], ['b'], ['a', ['b']]],
    ['mustAppend', [1n], 2n, [1n, 2n]],
    ['mustPush', [1n], 2n, [1n, 2n]],
    ['prepend', [2n], 1n, [1n, 2n]],
    ['mustPrepend', [], 1n, [1n]],
    ['concat', []],
    ['concat', [1n], [2n, 3n], [], [1n, 2n, 3n]],
    ['concat', [[1n]], [null], [[1n], null]],
    ['first', [1n, 2n], 1n],
    ['first', [], null],
    ['last', [1n, 2n], 2n],
    ['last', [], null],
    ['rest', [1n, 2n, 3n], [2n, 3n]],
    ['rest', [], []],
    ['initial', [1n, 2n, 3n], [1n, 2n]],
    ['initial', [], []],
    ['reverse', [1n, 2n, 3n], [3n, 2n, 1n]],
    ['mustFirst', ['a'], 'a'],
    ['mustLast', ['a'], 'a'],
    ['mustRest', ['a'], []],
    ['mustInitial', ['a'], []],
    ['mustReverse', ['a', 'b'], ['b', 'a']],
    ['compact', [1n, 0n, '', 'a', false, null, [], {}, 0, 'b'], [1n, 'a', 'b']],
    ['mustCompact', ['', 'a'], ['a']],
    ['slice', [1n, 2n, 3n], [1n, 2n, 3n]],
    ['slice', [1n, 2n, 3n], 1n, [2n, 3n]],
    ['slice', [1n, 2n, 3n], 1n, 2n, [2n]],
    ['slice', [1n, 2n, 3n], '1', 2.9, [2n]],
    ['slice', [1n, 2n, 3n], 3n, []],
    ['slice', [], 5n, null],
    ['mustSlice', [1n, 2n], 0n, 1n, [1n]],
    ['chunk', 2n, [1n, 2n, 3n], [[1n, 2n], [3n]]],
    ['chunk', 3n, [1n, 2n, 3n], [[1n, 2n, 3n]]],
    ['chunk', 9n, [1n], [[1n]]],
    ['chunk', 2n, [], []],
    ['mustChunk', 1n, ['a', 'b'], [['a'], ['b']]],
  ]);

  test('appending does not change the list', () => {
    const list = [1n];
    call('append', list, 2n);
    call('reverse', list);
    expect(list).toEqual([1n]);
  });

  test('a list of many is appended to but so often', () => {
    const world = testWorld();
    world.steps = 1_500_000;
    const list = Array.from({ length: 100_000 }, () => 'x');
    const grow = () => {
      for (let i = 0; i < 1000; i++) callIn(world, 'append', list, 'x');
    };
    expect(grow).toThrow('too many steps');
  });
});

describe('what is alike is found by its type and content', () => {
  answers([
    ['has', 1n, [1n, 2n], true],
    ['has', 1, [1n, 2n], false],
    ['has', '1', [1n], false],
    ['has', 'a', [], false],
    ['has', 'a', null, false],
    ['has', null, [null], true],
    ['has', { a: [1n] }, [{ a: [1n] }], true],
    ['has', { a: [1n] }, [{ a: [1] }], false],
    ['mustHas', 'a', ['a'], true],
    ['uniq', [1n, 1n, 2n, 1n], [1n, 2n]],
    ['uniq', [1n, 1, '1', true], [1n, 1, '1', true]],
    ['uniq', [0, -0], [0]],
    [
      'uniq',
      [
        { a: 1n, b: 2n },
        { b: 2n, a: 1n },
      ],
      [{ a: 1n, b: 2n }],
    ],
    ['uniq', ['a,b', 'a', 'b'], ['a,b', 'a', 'b']],
    ['uniq', [['a', 'b'], ['a', 'b'], ['ab']], [['a', 'b'], ['ab']]],
    ['uniq', [], []],
    ['mustUniq', ['a', 'a'], ['a']],
    ['without', [1n, 2n, 1n], 1n, [2n]],
    ['without', ['a', 'b', 'c'], 'a', 'c', ['b']],
    ['without', [null, 'a'], null, ['a']],
    ['without', ['a'], ['a']],
    ['mustWithout', [1n], 1n, []],
    ['deepEqual', 1n, 1n, true],
    ['deepEqual', 1n, 1, false],
    ['deepEqual', 'a', 'a', true],
    ['deepEqual', null, undefined, true],
    ['deepEqual', null, '', false],
    ['deepEqual', [], [], true],
    ['deepEqual', [], {}, false],
    ['deepEqual', Number.NaN, Number.NaN, false],
    ['deepEqual', { a: { b: [1n] } }, { a: { b: [1n] } }, true],
    ['deepEqual', { a: 1n }, { a: 1n, b: null }, false],
    ['deepEqual', ['a', ['b']], [['a'], 'b'], false],
    ['deepEqual', { 'a"': 'b' }, { a: '"b' }, false],
  ]);

  test('twenty thousand different items are told apart at once', () => {
    const many = Array.from({ length: 20_000 }, (_, place) => `item ${place}`);
    expect(call('uniq', [...many, ...many])).toEqual(many);
  });

  test('a list that holds itself is compared to an end', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => call('deepEqual', endless as never, [[]])).toThrow('nested too deeply');
  });
});

describe('what is no list is refused in the words of Go', () => {
  failures([
    ['first', 'abc', 'Cannot find first on type string'],
    ['last', 5n, 'Cannot find last on type int'],
    ['rest', {}, 'Cannot find rest on type map'],
    ['initial', 1.5, 'Cannot find initial on type float64'],
    ['reverse', true, 'Cannot find reverse on type bool'],
    ['append', 'a', 'b', 'Cannot push on type string'],
    ['prepend', 'a', 'b', 'Cannot prepend on type string'],
    ['uniq', 'a', 'Cannot find uniq on type string'],
    ['compact', 'a', 'Cannot compact on type string'],
    ['without', 'a', 'b', 'Cannot find without on type string'],
    ['has', 'a', 'abc', 'Cannot find has on type string'],
    ['slice', 'a', 'list should be type of slice or array but string'],
    ['chunk', 1n, 'a', 'Cannot chunk type string'],
    ['concat', ['a'], 'b', 'Cannot concat type string as list'],
    ['first', null, 'nil pointer dereference'],
    ['append', null, 1n, 'nil pointer dereference'],
    ['concat', ['a'], null, 'nil pointer dereference'],
    ['slice', [1n], 0n, 2n, 'slice index out of bounds'],
    ['slice', [1n], -1n, 'slice index out of bounds'],
    ['chunk', 0n, [1n], 'makeslice'],
    ['chunk', -1n, [1n, 2n, 3n], 'makeslice'],
  ]);
});
