import { describe, expect, test } from 'vitest';
import { answers, call, callIn, failures, testWorld } from './calls.ts';

const MAIL = '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}';

describe('expressions are those of Go', () => {
  answers([
    ['regexMatch', MAIL, 'test@acme.com', true],
    ['regexMatch', MAIL, 'test@acme', false],
    ['regexMatch', '^[a-z]+$', 'abc', true],
    ['regexMatch', '^[a-z]+$', 'abc\n', false],
    ['regexMatch', '(?i)ABC', 'xabcx', true],
    ['regexMatch', '\\bfoo\\b', 'a foo b', true],
    ['regexMatch', '^\\p{Han}+$', '中文', true],
    ['regexMatch', '^.$', '😀', true],
    ['regexMatch', '[[:digit:]]', 'a1', true],
    ['regexMatch', '', 'abc', true],
    ['regexMatch', 'a[b', 'ab', false],
    ['mustRegexMatch', 'a+', 'caat', true],
    ['regexFind', 'fo.?', 'seafood fool', 'foo'],
    ['regexFind', 'x', 'abc', ''],
    ['mustRegexFind', '[0-9]+', 'v1.22', '1'],
    ['regexFindAll', '[0-9]+', '1.22.3', -1n, ['1', '22', '3']],
    ['regexFindAll', '[0-9]+', '1.22.3', 2n, ['1', '22']],
    ['regexFindAll', '[0-9]+', '1.22.3', 0n, []],
    ['regexFindAll', 'a*', 'baaac', -1n, ['', 'aaa', '']],
    ['regexFindAll', '', 'ab', -1n, ['', '', '']],
    ['regexFindAll', '.', 'é😀', -1n, ['é', '😀']],
    ['mustRegexFindAll', 'x', 'abc', -1n, []],
    ['regexReplaceAll', 'a(x*)b', '-ab-axxb-', 'T', '-T-T-'],
    ['regexReplaceAll', 'a(x*)b', '-ab-axxb-', '$1', '--xx-'],
    ['regexReplaceAll', 'a(x*)b', '-ab-axxb-', '$1W', '---'],
    ['regexReplaceAll', 'a(x*)b', '-ab-axxb-', '${1}W', '-W-xxW-'],
    ['regexReplaceAll', '(?P<name>[a-z]+)=(\\d+)', 'a=1 b=2', '$2=${name}', '1=a 2=b'],
    ['regexReplaceAll', 'a', 'banana', '$$', 'b$n$n$'],
    ['regexReplaceAll', 'a', 'banana', '$', 'b$n$n$'],
    ['regexReplaceAll', 'a', 'banana', '$0$0', 'baanaanaa'],
    ['regexReplaceAll', 'a', 'banana', '$9', 'bnn'],
    ['regexReplaceAll', 'a', 'banana', '${constructor}', 'bnn'],
    ['regexReplaceAll', 'a', 'banana', '\\0', 'b\\0n\\0n\\0'],
    ['regexReplaceAll', 'a*', 'baac', 'x', 'xbxcx'],
    ['regexReplaceAll', '[^-a-z0-9]', 'My_App!', '-', '-y--pp-'],
    ['mustRegexReplaceAll', '\\W+', 'a b  c', '-', 'a-b-c'],
    ['regexReplaceAllLiteral', 'a(x*)b', '-ab-axxb-', '${1}', '-${1}-${1}-'],
    ['mustRegexReplaceAllLiteral', 'a', 'banana', '$0', 'b$0n$0n$0'],
    ['regexSplit', 'a', 'banana', -1n, ['b', 'n', 'n', '']],
    ['regexSplit', 'a', 'banana', 0n, []],
    ['regexSplit', 'a', 'banana', 1n, ['banana']],
    ['regexSplit', 'a', 'banana', 2n, ['b', 'nana']],
    ['regexSplit', 'z+', 'pizza', -1n, ['pi', 'a']],
    ['regexSplit', ',', '', -1n, ['']],
    ['regexSplit', '', 'abc', -1n, ['a', 'b', 'c']],
    ['regexSplit', 'x', 'abc', -1n, ['abc']],
    ['mustRegexSplit', '/', 'a/b', -1n, ['a', 'b']],
    ['regexQuoteMeta', '1.2.3', '1\\.2\\.3'],
    ['regexQuoteMeta', 'a+b*[c]', 'a\\+b\\*\\[c\\]'],
    ['regexQuoteMeta', 'plain-text', 'plain-text'],
  ]);
  failures([
    ['mustRegexMatch', 'a[b', 'ab', 'error parsing regexp: missing closing ]: `[b`'],
    ['mustRegexFind', '(', 'ab', 'error parsing regexp: missing closing ): `(`'],
    ['regexFind', 'a[b', 'ab', 'regexp: Compile(`a[b`): error parsing regexp: missing closing ]: `[b`'],
    ['regexReplaceAll', '(?=a)', 'ab', 'x', 'invalid or unsupported Perl syntax'],
    ['regexFindAll', '\\8', 'ab', -1n, 'invalid escape sequence'],
    ['regexSplit', '*', 'ab', -1n, 'missing argument to repetition operator'],
    ['mustRegexSplit', 'x{1001}', 'ab', -1n, 'invalid repeat count'],
  ]);
});

describe('expressions are untrusted', () => {
  test('what makes other engines hang is answered at once', () => {
    const text = `${'a'.repeat(20_000)}!`;
    expect(call('regexMatch', '^(a+)+$', text)).toBe(false);
    expect(call('regexMatch', '(x+x+)+y', 'x'.repeat(5000))).toBe(false);
  });

  test('large expressions on large texts are refused', () => {
    expect(() => call('regexMatch', '(a?){900}b', 'a'.repeat(900_000))).toThrow('too many steps');
    expect(() => call('mustRegexMatch', '((a{100}){100}){100}', 'a')).toThrow();
    expect(() => call('regexMatch', 'a'.repeat(3_000_000), 'a')).toThrow('too many steps');
  });

  test('a replacement is bounded', () => {
    expect(() => call('regexReplaceAll', '', 'a'.repeat(10), 'x'.repeat(1_000_001))).toThrow('beyond its bounds');
  });

  test('more expressions than are kept are still read right', () => {
    const world = testWorld();
    for (let i = 0; i < 450; i++) expect(callIn(world, 'regexFind', `a${i}$`, `xa${i}`)).toBe(`a${i}`);
  });
});
