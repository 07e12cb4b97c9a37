import { describe, expect, test } from 'vitest';
import { BoundsError } from '../../../src/helm/template/errors.ts';
import { parseTemplates, TemplateError } from '../../../src/helm/template/templates.ts';
import { newMap } from '../../../src/helm/template/values.ts';
import { rendered } from './rendering.ts';

describe('a template never gets beyond its data', () => {
  test.each<[string, string]>([
    ['{{ .constructor }}{{ .toString }}{{ .hasOwnProperty }}{{ .valueOf }}', ''],
    ['{{ (.map).constructor }}{{ .map.constructor }}', ''],
    ['{{ .map.__proto__ }}{{ (.map.__proto__).polluted }}', ''],
    ['{{ index .map "constructor" }}{{ index .map "__proto__" }}', ''],
    ['{{ range $k, $v := .map }}{{ $k }}{{ end }}', 'a'],
    ['{{ get .map "constructor" }}{{ hasKey .map "toString" }}', 'false'],
    ['{{ dig "constructor" "prototype" "none" .map }}', 'none'],
    [
      '{{ $d := dict "__proto__" (dict "polluted" true) }}{{ $d.polluted }}{{ $d }}',
      'map[__proto__:map[polluted:true]]',
    ],
    ['{{ $d := dict }}{{ $_ := set $d "__proto__" (dict "polluted" true) }}{{ $d.polluted }}{{ (dict).polluted }}', ''],
    ['{{ (fromJson "{\\"__proto__\\": {\\"polluted\\": 1}}").polluted }}', ''],
    [
      '{{ $m := merge (dict) (fromJson "{\\"__proto__\\": {\\"polluted\\": 1}}") }}{{ $m.polluted }}{{ (dict).polluted }}',
      '',
    ],
  ])('%s', (text, expected) => {
    expect(rendered(text, { map: { a: 1 } })).toBe(expected);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each([
    '{{ .list.length }}',
    '{{ .list.push 1 }}',
    '{{ .text.length }}',
    '{{ .list.constructor }}',
    '{{ .number.toFixed 2 }}',
    '{{ .method.call }}',
  ])('%s is no field', (text) => {
    const dot = { list: [1], text: 'a', number: 1, method: () => 'x' };
    expect(rendered(text, dot)).toContain("can't evaluate field");
  });

  test('a value may be named __proto__', () => {
    const dot = newMap();
    for (const key of ['__proto__']) dot[key] = { a: 'data' };
    expect(rendered('{{ .__proto__.a }}', dot)).toBe('data');
  });
});

describe('bounds', () => {
  test.each<[string, string]>([
    ['{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}', 'takes more than 2000000 steps'],
    ['{{ define "t" }}{{ include "t" . }}{{ include "t" . }}{{ end }}{{ include "t" . }}', ''],
    ['{{ define "t" }}{{ template "t" . }}{{ end }}{{ template "t" . }}', ''],
    ['{{ define "a" }}{{ tpl .t . }}{{ end }}{{ include "a" . }}', ''],
    ['{{ range 2000000 }}aaaaaaaaaaaaaaaaaaaa{{ end }}', 'writes more than 5000000 characters'],
    ['{{ $x := "aaaaaaaaaa" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}', 'grows beyond'],
    ['{{ $x := "aaaaaaaaaa" }}{{ range 60 }}{{ $x = printf "%s%s" $x $x }}{{ end }}', 'grows beyond'],
    ['{{ repeat 1000000000 "a" }}', 'beyond'],
    ['{{ until 1000000000 }}', 'beyond'],
    ['{{ $l := list "x" }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ $l }}', 'grows beyond'],
    ['{{ $l := list "x" }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ toJson $l }}', ''],
    ['{{ $l := list "x" }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ toYaml $l }}', ''],
    ['{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}', 'nested too deeply'],
    ['{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}', 'nested too deeply'],
    ['{{ printf "%999999999d" 1 }}{{ printf "%*d" 99999999 1 }}', ''],
  ])('%s', (text, expected) => {
    expect(rendered(text, { t: '{{ include "a" . }}' })).toContain(expected);
  });

  test('steps and characters are those of all templates of a chart together', () => {
    const templates = parseTemplates([{ name: 'x', text: '{{ range 100 }}{{ . }}{{ end }}' }], {
      limits: { steps: 1000 },
    });
    const all = () => {
      for (let i = 0; i < 10; i++) templates.render('x', {});
    };
    expect(() => templates.render('x', {})).not.toThrow();
    expect(all).toThrow(BoundsError);
  });

  test('a template that includes itself ends, and another rendering begins anew', () => {
    const text = '{{ define "t" }}{{ include "t" . }}{{ end }}{{ if .deep }}{{ include "t" . }}{{ end }}ok';
    const templates = parseTemplates([{ name: 'x', text }]);
    expect(() => templates.render('x', { deep: true })).toThrow(TemplateError);
    expect(templates.render('x', {})).toBe('ok');
  });
});

/** A small generator of numbers that are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PIECES = [
  ...[
    '{{',
    '}}',
    '{{-',
    '-}}',
    ' ',
    '\n',
    '.',
    '$',
    '$x',
    ':=',
    '=',
    '|',
    '(',
    ')',
    ',',
    '"',
    '`',
    "'",
    '\\',
    '/*',
    '*/',
  ],
  ...['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue', 'nil', 'true'],
  ...[
    'include',
    'tpl',
    'toYaml',
    'fromYaml',
    'printf',
    'index',
    'dict',
    'list',
    'set',
    'merge',
    'repeat',
    'until',
    'lookup',
  ],
  ...[
    '"a"',
    '"{{ .a }}"',
    '1',
    '-1',
    '1.5',
    '0x',
    '99999999999',
    "'a'",
    '.a',
    '.a.b',
    '.list',
    '.m.constructor',
    '__proto__',
  ],
  ...[
    '{{ end }}',
    '{{ if .a }}',
    '{{ range .list }}',
    '{{ define "a" }}',
    '{{ include "a" . }}',
    '{{ .a | quote }}',
    '\ud800',
    'é',
    '\0',
  ],
];

describe('whatever a text is', () => {
  const options = { limits: { steps: 20_000, outputCharacters: 100_000 } };
  const dot = () => ({ a: 1, list: ['x', null, { b: [] }], m: { b: 'c' }, f: () => 'f' });

  function tryOut(text: string): void {
    try {
      const written = parseTemplates([{ name: 'x', text }], options).render('x', dot());
      expect(typeof written).toBe('string');
    } catch (error) {
      if (!(error instanceof TemplateError))
        throw new Error(`not refused but broken: ${JSON.stringify(text)}`, { cause: error });
    }
  }

  test('random pieces are rendered or refused', () => {
    const next = numbers(20_251_128);
    for (let i = 0; i < 1500; i++) {
      tryOut(Array.from({ length: next(20) + 1 }, () => PIECES[next(PIECES.length)] ?? '').join(''));
    }
  });

  test('random actions are rendered or refused', () => {
    const next = numbers(7);
    for (let i = 0; i < 1500; i++) {
      const words = Array.from({ length: next(6) + 1 }, () => PIECES[33 + next(PIECES.length - 33)] ?? '');
      tryOut(`{{ ${words.join(' ')} }}`);
    }
  });

  test('random characters are rendered or refused', () => {
    const next = numbers(42);
    for (let i = 0; i < 1000; i++) {
      const characters = Array.from({ length: next(30) }, () => String.fromCharCode(next(256)));
      tryOut(`{{${characters.join('')}}}${characters.reverse().join('')}`);
    }
  });
});
