import { describe, expect, test } from 'vitest';
import type { TemplateValue } from '../../../../src/helm/types.ts';
import { answers, call, failures } from './calls.ts';

type Methods = Record<string, (...args: TemplateValue[]) => TemplateValue>;

describe('a version fits a constraint as in Go, which is not npm', () => {
  const rows: [constraint: string, fits: string, not: string][] = [
    ['1.2.3', '1.2.3 v1.2.3 1.2.3+build', '1.2.4 1.2.3-rc.1'],
    ['=1.2.3', '1.2.3', '1.2.2'],
    ['1.2', '1.2.0 1.2.9', '1.3.0 1.1.9'],
    ['1', '1.0.0 1.9.9', '2.0.0 0.9.9'],
    ['1.x', '1.4 1.0.0', '2.0.0'],
    ['1.2.*', '1.2.3', '1.3.0'],
    ['*', '1.0.0 99.0.0', '1.2.3-alpha.1'],
    ['x', '1.0.0', '1.0.0-a'],
    ['*-0', '1.2.3-alpha.1 1.2.3', ''],
    ['0.x.x', '0.0.1 0.5.0', '1.2.3 0.5.0-a'],
    ['0.0.0', '0.0.0', '1.2.3'],
    ['!=1.2.3', '1.2.4 2.0.0', '1.2.3 1.2.4-rc.1'],
    ['!=4.1', '4.2.0 5.1.0', '4.1.0 4.1.9'],
    ['!=4.x', '5.0.0', '4.0.0 4.9.9'],
    ['!=4.1-alpha', '4.1.0 4.2.0-alpha', '4.1.0-alpha 4.1.5-alpha'],
    ['>1.2.3', '1.2.4 2.0.0', '1.2.3 1.2.2'],
    ['>11', '12.0.0', '11.0.0 11.9.9'],
    ['>11.1', '11.2.0 12.0.0', '11.1.1 11.1.0'],
    ['>0', '1.0.0', '0.1.0 0.0.1-alpha'],
    ['<11', '10.9.9', '11.0.0 11.1.0'],
    ['<1.1', '1.0.9', '1.1.0 1.1.1'],
    ['<1.2.x', '1.1.9', '1.2.0'],
    ['<0-z', '0.0.0-alpha', '0.0.0'],
    ['>=1.19-0', '1.19.0 1.30.1 1.31.0-rc.1 1.32.1-aliyun.1 1.19.0-0', '1.18.20'],
    ['>=1.19', '1.19.0 1.30.1', '1.18.9 1.31.0-gke.100'],
    ['=>1.1', '1.1.0', '1.0.9'],
    ['<=11', '11.9.9 10.0.0', '12.0.0'],
    ['<=1.1', '1.1.9 0.9.0', '1.2.0'],
    ['=<1.1.1', '1.1.1', '1.1.2'],
    ['<=1.1-a', '0.1.0-alpha', '1.2.0'],
    ['~1.2.3', '1.2.3 1.2.9', '1.3.0 1.2.2'],
    ['~1.2', '1.2.0 1.2.9', '1.3.0'],
    ['~1', '1.0.0 1.9.0', '2.0.0'],
    ['~>1.2', '1.2.3', '1.3.0'],
    ['~*', '2.1.1', '2.1.1-a'],
    ['~0.0.0', '1.2.3', ''],
    ['~1.2.3-beta.2', '1.2.3-beta.4 1.2.4-beta.2 1.2.3', '1.2.3-beta.1 1.3.4-beta.2'],
    ['^1.2.3', '1.2.3 1.9.0', '2.0.0 1.2.2 1.3.0-rc.1'],
    ['^1.2', '1.2.0 1.8.9', '2.8.9'],
    ['^1', '1.0.0', '2.0.0'],
    ['^1.x', '1.1.1', '2.1.1 1.1.1-beta1'],
    ['^0.2.3', '0.2.5', '0.3.0 0.2.2'],
    ['^0.2', '0.2.5', '0.5.6'],
    ['^0.0.3', '0.0.3', '0.0.4'],
    ['^0.0', '0.0.3', '0.1.4 1.0.4'],
    ['^0', '0.2.3', '1.1.4'],
    ['^1.2.0-alpha.0', '1.2.1-alpha.1 1.2.0', '1.2.0-a'],
    ['>=1.1, <2', '1.1.0 1.9.9', '2.0.0 1.0.0'],
    ['>=1.1,<2', '1.1.0', '2.0.0'],
    ['>= 1.1   < 2  != 1.2.3', '1.2.4', '1.2.3'],
    ['>=1.1 , <2', '1.1.0', '2.0.0'],
    ['>=1.1-0, <2', '1.1.0 1.5.0-rc.1', '2.0.0'],
    ['<1 || >=2', '0.9.0 2.0.0', '1.5.0'],
    ['<1||>=2 <3', '2.5.0', '3.0.0'],
    ['1.1 - 2', '1.1.1 2.9.9', '3.0.0 1.0.9'],
    ['1.5.0 - 4.5', '3.7.0 4.5.9', '4.6.0'],
    ['1.1-3', '1.1.1 1.1.0-4', '4.3.2 1.2.0 1.1.0-2'],
    ['2 - 3, 2.5', '2.5.1', '2.4.0'],
    ['v1.2.3', '1.2.3', '1.2.4'],
    ['>=v1.21.0', 'v1.25.3', 'v1.20.0'],
    ['1.31-0', '1.31.0 1.31.2 1.31.0-alpha', '1.32.0'],
  ];
  for (const [constraint, fits, not] of rows) {
    test(`${constraint} takes ${fits || 'nothing'}, not ${not || 'nothing'}`, () => {
      const words = (text: string) => text.split(' ').filter(Boolean);
      const compare = (version: string) => call('semverCompare', constraint, version);
      expect(words(fits).filter((version) => !compare(version))).toEqual([]);
      expect(words(not).filter(compare)).toEqual([]);
    });
  }

  failures([
    ['semverCompare', 'foo', '1.2.3', 'improper constraint: foo'],
    ['semverCompare', '', '1.2.3', 'improper constraint'],
    ['semverCompare', '>= bar', '1.2.3', 'improper constraint'],
    ['semverCompare', 'BAR >= 1.2.3', '1.2.3', 'improper constraint'],
    ['semverCompare', '12.3.4.1234', '1.2.3', 'improper constraint'],
    ['semverCompare', '12.3.34~ 1.2.3', '1.2.3', 'improper constraint'],
    ['semverCompare', '>1,', '1.2.3', 'improper constraint'],
    ['semverCompare', '>1, ', '1.2.3', 'improper constraint'],
    ['semverCompare', ',>1', '1.2.3', 'improper constraint'],
    ['semverCompare', '>1,,<2', '1.2.3', 'improper constraint'],
    ['semverCompare', '>1 ||', '1.2.3', 'improper constraint'],
    ['semverCompare', '>1 <', '1.2.3', 'improper constraint'],
    ['semverCompare', '1x', '1.2.3', 'constraint parser error'],
    ['semverCompare', '1.2.3-01', '1.2.3', 'constraint parser error'],
    ['semverCompare', '>1', 'bad', 'invalid semantic version'],
    ['semverCompare', '>1', '1.2.3.4', 'invalid semantic version'],
    ['semverCompare', '>1', '', 'invalid semantic version'],
    ['semverCompare', '>1', ' 1.2.3', 'invalid semantic version'],
    ['semverCompare', '>1', '1.2.3-01', 'version segment starts with 0'],
    ['semverCompare', '>1', '99999999999999999999', 'error parsing version segment'],
    ['semverCompare', `>1${' '.repeat(2000)}`, '1.2.3', 'improper constraint'],
    ['semver', '1.2.beta', 'invalid semantic version'],
    ['semver', 'V1.2.3', 'invalid semantic version'],
  ]);
});

describe('a version has parts and an order', () => {
  const version = (text: string) => call('semver', text) as Methods;

  test('its parts are read', () => {
    const made = version('v1.2.3-beta.1+c0ff33');
    expect([made.Major, made.Minor, made.Patch]).toEqual([1n, 2n, 3n]);
    expect([made.Prerelease, made.Metadata]).toEqual(['beta.1', 'c0ff33']);
    expect(made.Original?.()).toBe('v1.2.3-beta.1+c0ff33');
    expect(call('toString', made as never)).toBe('1.2.3-beta.1+c0ff33');
    expect(call('toString', version('1.0') as never)).toBe('1.0.0');
    expect(call('toString', version('01.02') as never)).toBe('1.2.0');
  });

  const order: [less: string, more: string][] = [
    ['1.2.3', '1.5.1'],
    ['1.2.3', '2.0.0'],
    ['1.9.0', '1.10.0'],
    ['4.2-beta', '4.2'],
    ['4.2-alpha', '4.2-beta'],
    ['4.2-beta', '4.2-beta.2'],
    ['4.2-beta.2', '4.2-beta.11'],
    ['4.2-beta2', '4.2-beta3'],
    ['1.0.0-beta.4', '1.0.0-beta.-2'],
    ['1.0.0-beta.-2', '1.0.0-beta.-3'],
    ['7.43.0-S.99', '7.43.0-S.103'],
    ['7.43.0-S.103', '7.43.0-S.FOO'],
  ];
  for (const [less, more] of order) {
    test(`${less} comes before ${more}`, () => {
      expect(version(less).Compare?.(version(more) as never)).toBe(-1n);
      expect(version(more).Compare?.(version(less) as never)).toBe(1n);
      expect(version(less).LessThan?.(version(more) as never)).toBe(true);
      expect(version(less).GreaterThan?.(version(more) as never)).toBe(false);
    });
  }

  test('what is built from one version is one version', () => {
    expect(version('1.2+bar').Equal?.(version('1.2+baz') as never)).toBe(true);
    expect(version('1.2').LessThanEqual?.(version('1.2.0') as never)).toBe(true);
    expect(version('1.2').GreaterThanEqual?.(version('1.2.0') as never)).toBe(true);
    expect(() => version('1.2').Compare?.('1.2')).toThrow('wrong type for value; expected *semver.Version; got string');
  });

  const next: [from: string, how: string, to: string][] = [
    ['1.2.3', 'IncPatch', '1.2.4'],
    ['1.2.3-beta+meta', 'IncPatch', '1.2.3'],
    ['v1.2.3', 'IncMinor', '1.3.0'],
    ['1.2.3-beta', 'IncMajor', '2.0.0'],
  ];
  for (const [from, how, to] of next) {
    test(`${how} of ${from} is ${to}`, () => {
      const made = version(from)[how]?.() as Methods;
      expect(made.String?.()).toBe(to);
      expect(made.Original?.()).toBe(from.startsWith('v') ? `v${to}` : to);
    });
  }
  answers([['semverCompare', '^1.2.0', '1.2.3', true]]);
});
