import { describe, expect, test } from 'vitest';
import { answers, call, failures } from './calls.ts';

describe('white space and affixes are trimmed', () => {
  answers([
    ['trim', '  a b  ', 'a b'],
    ['trim', '\n\t a \r\n', 'a'],
    ['trim', '\u00a0\u3000a\u0085', 'a'],
    ['trim', '\ufeffa', '\ufeffa'],
    ['trim', '', ''],
    ['trimAll', '-', '--a-b--', 'a-b'],
    ['trimAll', 'xy', 'xyxaxy', 'a'],
    ['trimAll', '', ' a ', ' a '],
    ['trimall', '"', '"a"', 'a'],
    ['trimAll', 'é', 'éaé', 'a'],
    ['trimSuffix', '-', 'a--', 'a-'],
    ['trimSuffix', 'z', 'abc', 'abc'],
    ['trimSuffix', '', 'abc', 'abc'],
    ['trimPrefix', 'v', 'v1.2', '1.2'],
    ['trimPrefix', 'v', '1.2', '1.2'],
    ['trimPrefix', 'abc', 'abc', ''],
  ]);
});

describe('letters change their case one by one', () => {
  answers([
    ['upper', 'web-1', 'WEB-1'],
    ['upper', 'straße', 'STRAßE'],
    ['upper', 'ŉ', 'ŉ'],
    ['upper', 'éß', 'Éß'],
    ['lower', 'WEB É', 'web é'],
    ['lower', 'İ', 'i'],
    ['title', 'hello wORLD', 'Hello WORLD'],
    ['title', "it's 2nd-rate foo_bar", "It'S 2nd-Rate Foo_bar"],
    ['title', 'élan über', 'Élan Über'],
    ['title', 'ǆep', 'ǅep'],
    ['title', '', ''],
    ['untitle', 'Hello Big World', 'hello big world'],
    ['untitle', 'HELLO-World', 'hELLO-World'],
    ['swapcase', 'aBC def', 'Abc DEF'],
    ['swapcase', 'This Is A.Test', 'tHIS iS a.tEST'],
    ['swapcase', 'a1b', 'A1B'],
  ]);
});

describe('names take the case of a language', () => {
  answers([
    ['snakecase', 'FirstName', 'first_name'],
    ['snakecase', 'HTTPServer', 'http_server'],
    ['snakecase', 'NoHTTPS', 'no_https'],
    ['snakecase', 'GO PATH', 'go_path'],
    ['snakecase', 'go-path', 'go_path'],
    ['snakecase', 'http2xx', 'http_2xx'],
    ['snakecase', 'HTTP20xOK', 'http_20x_ok'],
    ['snakecase', 'Wait2m3s', 'wait_2m3s'],
    ['snakecase', 'Bld4Floor3rd', 'bld4_floor_3rd'],
    ['snakecase', 'a__b', 'a__b'],
    ['snakecase', 'v1.2Beta', 'v1.2_beta'],
    ['snakecase', 'A', 'a'],
    ['snakecase', 'ABc', 'a_bc'],
    ['snakecase', 'a1', 'a1'],
    ['snakecase', 'a1 b', 'a1_b'],
    ['snakecase', '12ab', '12ab'],
    ['snakecase', '12Ab', '12_ab'],
    ['snakecase', '  two  words ', '__two__words_'],
    ['snakecase', '中文Name', '中文_name'],
    ['snakecase', '', ''],
    ['kebabcase', 'FirstName', 'first-name'],
    ['kebabcase', 'first_name', 'first-name'],
    ['kebabcase', 'HTTPServerURL', 'http-server-url'],
    ['camelcase', 'http_server', 'HttpServer'],
    ['camelcase', 'no-https', 'NoHttps'],
    ['camelcase', 'GOLANG_IS_GREAT', 'GolangIsGreat'],
    ['camelcase', '_complex__case_', '_Complex_Case_'],
    ['camelcase', 'alreadyCamel', 'AlreadyCamel'],
    ['camelcase', 'HTTPServer', 'Httpserver'],
    ['camelcase', 'a', 'A'],
    ['camelcase', '_', '__'],
    ['camelcase', '', ''],
  ]);
});

describe('pieces of text are cut by bytes', () => {
  answers([
    ['trunc', 3n, 'abcdef', 'abc'],
    ['trunc', 63n, 'abc', 'abc'],
    ['trunc', 0n, 'abc', ''],
    ['trunc', -2n, 'abc', 'bc'],
    ['trunc', -3n, 'abc', 'abc'],
    ['trunc', -9n, 'abc', 'abc'],
    ['trunc', 3n, 'éé', 'é\udcc3'],
    ['trunc', 2n, 'éé', 'é'],
    ['substr', 0n, 2n, 'abcd', 'ab'],
    ['substr', 1n, 3n, 'abcd', 'bc'],
    ['substr', 2n, -1n, 'abcd', 'cd'],
    ['substr', 1n, 99n, 'abcd', 'bcd'],
    ['substr', -1n, 2n, 'abcd', 'ab'],
    ['substr', 2n, 2n, 'abcd', ''],
    ['abbrev', 5n, 'hello world', 'he...'],
    ['abbrev', 11n, 'hello world', 'hello world'],
    ['abbrev', 3n, 'hello world', 'hello world'],
    ['abbrev', 4n, 'hello', 'h...'],
    ['abbrevboth', 5n, 10n, '1234 5678 9123', '...5678...'],
    ['abbrevboth', 0n, 6n, 'hello world', 'hel...'],
    ['abbrevboth', 9n, 8n, '1234 5678 9123', '... 9123'],
    ['abbrevboth', 5n, 6n, '1234 5678 9123', '1234 5678 9123'],
    ['nospace', ' a b\tc\n', 'abc'],
    ['nospace', 'é', 'é'],
    ['nospace', 'é a', 'Ã©a'],
    ['initials', 'Ada  King Lovelace', 'AKL'],
    ['initials', '', ''],
  ]);
  failures([
    ['substr', 3n, 1n, 'abcd', 'slice bounds out of range [3:1]'],
    ['substr', -1n, 9n, 'abcd', 'slice bounds out of range [:9] with length 4'],
    ['substr', 9n, -1n, 'abcd', 'slice bounds out of range'],
  ]);
});

describe('text is wrapped at spaces', () => {
  answers([
    ['wrap', 5n, 'Hello World', 'Hello\nWorld'],
    ['wrap', 80n, 'Hello World', 'Hello World'],
    ['wrap', 3n, 'abcdef gh', 'abcdef\ngh'],
    ['wrap', 3n, 'abcdefgh', 'abcdefgh'],
    ['wrap', 0n, 'a b c', 'a\nb\nc'],
    ['wrap', 7n, 'one two three four', 'one two\nthree\nfour'],
    ['wrap', 5n, '', ''],
    ['wrapWith', 5n, '\t', 'Hello World', 'Hello\tWorld'],
    ['wrapWith', 3n, '|', 'abcdef gh', 'abc|def|gh'],
    ['wrapWith', 3n, '', 'abcdef', 'abc\ndef'],
  ]);
});

describe('text is looked at', () => {
  answers([
    ['contains', 'cat', 'concatenate', true],
    ['contains', '', 'abc', true],
    ['contains', 'dog', 'cat', false],
    ['hasPrefix', 'con', 'concat', true],
    ['hasPrefix', 'cat', 'concat', false],
    ['hasSuffix', 'cat', 'concat', true],
    ['hasSuffix', 'con', 'concat', false],
  ]);
});

describe('values are quoted, and nil is left out', () => {
  answers([
    ['quote', 'a', '"a"'],
    ['quote', 'a "b"\n', '"a \\"b\\"\\n"'],
    ['quote', 1n, true, '"1" "true"'],
    ['quote', 'é\u0001', '"é\\x01"'],
    ['quote', null, ''],
    ['quote', 'a', null, 'b', '"a" "b"'],
    ['quote', 1.5, '"1.5"'],
    ['quote', 1_000_000, '"1e+06"'],
    ['quote', ['a', 'b'], '"[a b]"'],
    ['quote', { a: 1n }, '"map[a:1]"'],
    ['squote', 'a', "'a'"],
    ['squote', "it's", "'it's'"],
    ['squote', 1n, null, "'1'"],
    ['cat', 'a', 'b', 3n, 'a b 3'],
    ['cat', 'a', null, 'b', 'a b'],
    ['cat', ''],
    ['cat', ' a', ' a'],
  ]);
});

describe('lines are indented, the empty ones, too', () => {
  answers([
    ['indent', 2n, 'a\nb', '  a\n  b'],
    ['indent', 2n, 'a\n\nb\n', '  a\n  \n  b\n  '],
    ['indent', 0n, 'a', 'a'],
    ['indent', 4n, '', '    '],
    ['nindent', 2n, 'a\nb', '\n  a\n  b'],
  ]);
  failures([
    ['indent', -1n, 'a', 'strings: negative Repeat count'],
    ['indent', 1_000_000n, 'a\nb', 'beyond its bounds'],
    ['nindent', 9_000_000_000n, 'a', 'beyond its bounds'],
  ]);
});

describe('text is repeated and replaced', () => {
  answers([
    ['repeat', 3n, 'ab', 'ababab'],
    ['repeat', 0n, 'ab', ''],
    ['replace', ' ', '-', 'a b c', 'a-b-c'],
    ['replace', 'aa', 'b', 'aaa', 'ba'],
    ['replace', '.', '$&', 'a.b', 'a$&b'],
    ['replace', '', '-', 'ab', '-a-b-'],
    ['replace', '', '-', '😀', '-😀-'],
    ['replace', 'x', 'y', 'abc', 'abc'],
    ['plural', 'one', 'many', 1n, 'one'],
    ['plural', 'one', 'many', 0n, 'many'],
    ['plural', 'one', 'many', -1n, 'many'],
  ]);
  failures([
    ['repeat', -1n, 'ab', 'strings: negative Repeat count'],
    ['repeat', 1_000_001n, 'a', 'beyond its bounds'],
    ['repeat', 9_000_000_000_000n, 'a', 'beyond its bounds'],
    ['replace', '', 'x'.repeat(1001), 'a'.repeat(1000), 'beyond its bounds'],
    ['replace', 'a', 'x'.repeat(1001), 'a'.repeat(1001), 'beyond its bounds'],
  ]);
});

describe('lists and text become one another', () => {
  answers([
    ['toString', 1n, '1'],
    ['toString', 1.5, '1.5'],
    ['toString', null, '<nil>'],
    ['toString', true, 'true'],
    ['toString', ['a', 1n], '[a 1]'],
    ['toString', { b: 1n, a: 'x' }, 'map[a:x b:1]'],
    ['toStrings', [1n, null, 'a', 2.5], ['1', 'a', '2.5']],
    ['toStrings', 'a', ['a']],
    ['toStrings', null, []],
    ['join', '-', ['a', 1n, null, 'b'], 'a-1-b'],
    ['join', '-', 'abc', 'abc'],
    ['join', '-', [], ''],
    ['join', ',', 5n, '5'],
    ['split', '$', 'foo$bar', { _0: 'foo', _1: 'bar' }],
    ['split', '/', '', { _0: '' }],
    ['split', '', 'ab', { _0: 'a', _1: 'b' }],
    ['splitn', '$', 2n, 'a$b$c', { _0: 'a', _1: 'b$c' }],
    ['splitn', '$', -1n, 'a$b', { _0: 'a', _1: 'b' }],
    ['splitn', '$', 0n, 'a$b', {}],
    ['splitList', '.', 'a.b.c', ['a', 'b', 'c']],
    ['splitList', '.', 'abc', ['abc']],
    ['splitList', '', 'a😀', ['a', '😀']],
    ['splitList', '', '', []],
    ['sortAlpha', ['b', 'a', 'C'], ['C', 'a', 'b']],
    ['sortAlpha', [10n, 9n, 1n], ['1', '10', '9']],
    ['sortAlpha', ['\uffff', '😀'], ['\uffff', '😀']],
    ['sortAlpha', 'z', ['z']],
  ]);
});

describe('arguments that do not fit are told in the words of Go', () => {
  failures([
    ['trunc', 3n, 'wrong number of args for trunc: want 2 got 1'],
    ['upper', 'wrong number of args for upper: want 1 got 0'],
    ['upper', 'a', 'b', 'wrong number of args for upper: want 1 got 2'],
    ['round', 1.5, 'wrong number of args for round: want at least 2 got 1'],
    ['trunc', 3n, 5n, 'wrong type for value; expected string; got int'],
    ['trunc', '3', 'abc', 'wrong type for value; expected int; got string'],
    ['trunc', 3, 'abc', 'wrong type for value; expected int; got float64'],
    ['upper', true, 'wrong type for value; expected string; got bool'],
    ['upper', ['a'], 'wrong type for value; expected string; got []interface {}'],
    ['upper', { a: 1n }, 'wrong type for value; expected string; got map[string]interface {}'],
    ['upper', null, 'invalid value; expected string'],
    ['upper', undefined, 'invalid value; expected string'],
    ['contains', null, 'a', 'wrong type for value; expected string; got interface {}'],
    ['ternary', 1n, 2n, 'yes', 'wrong type for value; expected bool; got string'],
    ['hasKey', null, 'a', 'wrong type for value; expected map[string]interface {}; got interface {}'],
    ['hasKey', ['a'], 'a', 'wrong type for value; expected map[string]interface {}; got []interface {}'],
    ['keys', 'a', 'wrong type for value; expected map[string]interface {}; got string'],
  ]);

  test('nil at the end may have come down a pipeline, where it is an empty map', () => {
    expect(call('keys', null)).toEqual([]);
    expect(call('merge', { a: 1n }, undefined)).toEqual({ a: 1n });
  });
});
