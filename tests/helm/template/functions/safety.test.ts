import { describe, expect, test } from 'vitest';
import { FunctionError } from '../../../../src/helm/template/function.ts';
import { sprigFunctions } from '../../../../src/helm/template/functions/sprig.ts';
import { parseTemplates, TemplateError } from '../../../../src/helm/template/templates.ts';
import type { TemplateValue } from '../../../../src/helm/types.ts';
import { callIn, testWorld } from './calls.ts';

/** Too slow to be called a thousand times; each has tests of its own. */
const COSTLY = ['bcrypt', 'derivePassword', 'genCA', 'genPrivateKey', 'genSelfSignedCert', 'genSignedCert', 'htpasswd'];

const odd: TemplateValue[] = [
  null,
  undefined,
  '',
  'abc',
  '__proto__',
  'constructor',
  '\ud800\udc80é',
  '%s%d%!',
  0n,
  1n,
  -1n,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
  0,
  -0.5,
  Number.NaN,
  Infinity,
  1e300,
  true,
  [],
  ['a', null, [1n]],
  {},
  { a: { b: 1n }, constructor: 'x' },
  () => 'called',
];

/** Numbers that look drawn by chance and are the same every time. */
function drawing(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * end);
  };
}

describe('every function answers or says why not, whatever it is called with', () => {
  for (const name of Object.keys(sprigFunctions).filter((known) => !COSTLY.includes(known))) {
    test(name, () => {
      const draw = drawing(name.length * 7919 + (name.charCodeAt(0) ?? 0));
      for (let round = 0; round < 60; round++) {
        const args = Array.from({ length: draw(5) }, () => odd[draw(odd.length)]);
        try {
          callIn(testWorld(), name, ...structuredCloneOf(args));
        } catch (error) {
          if (!(error instanceof FunctionError)) throw error;
          expect(error.message).not.toBe(name === 'fail' ? undefined : '');
        }
      }
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    });
  }
});

/** Functions cannot be cloned; all else must not be changed for the next round. */
function structuredCloneOf(args: TemplateValue[]): TemplateValue[] {
  return args.map((value) => (typeof value === 'function' ? value : structuredClone(value)));
}

describe('long text takes a time that grows with it only', () => {
  const LONG = 200_000;
  const calls: [name: string, ...args: TemplateValue[]][] = [
    ['base', `${'/'.repeat(LONG)}a`],
    ['clean', '../'.repeat(LONG / 4)],
    ['ext', '.'.repeat(LONG)],
    ['float64', `${'1'.repeat(LONG)}x`],
    ['int', '9'.repeat(LONG)],
    ['atoi', '9'.repeat(LONG)],
    ['toDecimal', '7'.repeat(LONG)],
    ['int', `1.${'0'.repeat(LONG)}`],
    ['trim', ' '.repeat(LONG)],
    ['trimAll', 'a', 'a'.repeat(LONG)],
    ['snakecase', 'aB1'.repeat(LONG / 4)],
    ['camelcase', '_a'.repeat(LONG / 2)],
    ['wrap', 10n, 'ab '.repeat(LONG / 4)],
    ['wrapWith', 1n, '', 'a'.repeat(LONG)],
    ['nospace', 'a '.repeat(LONG / 2)],
    ['title', 'a b'.repeat(LONG / 4)],
    ['b64dec', 'A'.repeat(LONG)],
    ['b32dec', 'A'.repeat(LONG)],
    ['splitList', ',', ','.repeat(LONG)],
    ['split', ',', ','.repeat(LONG / 4)],
    ['urlParse', `http://${'a:'.repeat(LONG / 4)}80`],
    ['urlParse', `a${'%41'.repeat(LONG / 4)}`],
    ['semver', '1'.repeat(LONG)],
    ['semver', `1.2.3-${'a.'.repeat(LONG / 4)}`],
    ['semverCompare', `${'1 - '.repeat(200)}1`, '1.2.3'],
    ['semverCompare', '>1 '.repeat(300), '1.2.3'],
    ['duration', '9'.repeat(LONG)],
    ['durationRound', '9'.repeat(LONG)],
    ['durationRound', '1h'.repeat(LONG / 4)],
    ['date', '1'.repeat(LONG), 0n],
    ['toDate', `.${'0'.repeat(5000)}`, `.${'0'.repeat(5000)}`],
    ['regexFindAll', '', 'a'.repeat(LONG), -1n],
    ['regexReplaceAll', '(a*)*b', 'a'.repeat(LONG / 10), 'x'],
    ['regexQuoteMeta', '.'.repeat(LONG)],
    ['shuffle', 'a'.repeat(LONG / 10)],
  ];
  for (const [name, ...args] of calls) {
    test(`${name} of ${args.reduce<number>((sum, arg) => sum + String(arg).length, 0)} characters`, () => {
      const started = process.cpuUsage().user;
      try {
        callIn(testWorld(), name, ...args);
      } catch (error) {
        expect(error).toBeInstanceOf(FunctionError);
      }
      // What goes by the square of the length would take minutes.
      expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(10);
    });
  }
});

describe('in templates', () => {
  const render = (text: string, dot: TemplateValue = {}): string =>
    parseTemplates([{ name: 't', text }], { limits: { steps: 200_000 } }).render('t', dot);

  const rows: [template: string, written: string][] = [
    ['{{ "hello" | upper | quote }}', '"HELLO"'],
    ['{{ .Values.name | default "web" | trunc 63 | trimSuffix "-" }}', 'web'],
    ['{{ list 1 2 3 | join "-" }}', '1-2-3'],
    ['{{ $d := dict "a" 1 }}{{ $_ := set $d "b" 2 }}{{ $d.b }}', '2'],
    ['{{ (semver "1.2.3").Minor }}', '2'],
    ['{{ semver "v1.2" }}', '1.2.0'],
    ['{{ semver "1.2.3" | (semver "1.3.3").Compare }}', '1'],
    ['{{ range until 3 }}{{ . }}{{ end }}', '012'],
    ['{{ now | date "2006" | len }}', '4'],
    ['{{ (toDate "2006-01-02" "2024-02-29").Month }}', 'February'],
    ['{{ toDate "2006-01-02" "2024-02-29" }}', '2024-02-29 00:00:00 +0000 UTC'],
    ['{{ if semverCompare ">=1.19-0" "v1.32.1-aliyun.1" }}yes{{ end }}', 'yes'],
    ['{{ if and (kindIs "map" .Values) (not (kindIs "slice" .Values)) }}map{{ end }}', 'map'],
    ['{{ dig "a" "b" "none" .Values }}', 'none'],
    ['{{ ternary "a" "b" (eq 1 1) }}', 'a'],
    ['{{ tuple "a" "b" | last }}', 'b'],
    ['{{ "a,b" | splitList "," | first }}', 'a'],
    ['{{ $v := "a$b" | split "$" }}{{ $v._1 }}', 'b'],
    ['{{ regexReplaceAll "[^a-z]+" "a1b2" "-" }}', 'a-b-'],
    ['{{ printf "%s" ("x" | repeat 3) }}', 'xxx'],
    ['{{ add 1 .Values.one | int | printf "%03d" }}', '002'],
    ['{{ list | first }}', ''],
  ];
  for (const [template, written] of rows) {
    test(template, () => {
      expect(render(template, { Values: { one: 1 } })).toBe(written);
    });
  }

  test('an error names the function, or only what does not fit', () => {
    expect(() => render('{{ div 1 0 }}')).toThrow('error calling div: runtime error: integer divide by zero');
    expect(() => render('{{ fail "no" }}')).toThrow(TemplateError);
    expect(() => render('{{ upper 5 }}')).toThrow(/(?<!calling upper: )wrong type for value; expected string; got int/);
    expect(() => render('{{ trunc 5 }}')).toThrow(/(?<!calling trunc: )wrong number of args for trunc: want 2 got 1/);
  });

  test('a loop that only works cannot work for long', () => {
    const text = '{{ $s := repeat 100000 "ab" }}{{ range until 100000 }}{{ $_ := sha256sum $s }}{{ end }}';
    expect(() => render(text)).toThrow(TemplateError);
  });

  test('dictionaries that double cannot grow for long', () => {
    const text =
      '{{ $d := dict "a" "x" }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ deepCopy $d | len }}';
    expect(() => render(text)).toThrow(TemplateError);
  });

  test('what is told is told once', () => {
    const told: string[] = [];
    const templates = parseTemplates([{ name: 't', text: '{{ now }}{{ now }}{{ uuidv4 }}{{ randAlpha 5 }}' }], {
      unlike: (what) => told.push(what),
    });
    templates.render('t', {});
    expect(told).toEqual(['now', 'random']);
  });

  test('the environment is no function', () => {
    expect(() => render('{{ env "HOME" }}')).toThrow('"env" not defined');
    expect(() => render('{{ expandenv "$HOME" }}')).toThrow('"expandenv" not defined');
  });
});
