import { describe, expect, test } from 'vitest';
import { parseTemplates, TemplateError } from '../../../src/helm/template/templates.ts';
import type { TemplateValue } from '../../../src/helm/types.ts';
import { rendered } from './rendering.ts';

const shop = {
  name: 'shop',
  empty: '',
  none: null,
  zero: 0,
  half: 0.5,
  million: 1_000_000,
  whole: 7n,
  on: true,
  list: ['a', 'b', 'c'],
  numbers: [3, 1, 2],
  nothing: [],
  map: { z: 1, a: { deep: 'x' } },
  bare: {},
  greet: (...args: TemplateValue[]) => `hi ${args.join('+') || 'you'}`,
  files: { 'a.txt': 'A', Get: (name: TemplateValue) => (name === 'a.txt' ? 'A' : '') },
  versions: Object.assign(['v1', 'apps/v1'], { Has: (name: TemplateValue) => name === 'v1' }),
};

describe('actions', () => {
  test.each<[string, string]>([
    ['plain text', 'plain text'],
    ['{{ .name }}', 'shop'],
    ['{{.name}}', 'shop'],
    ['{{ .map.a.deep }}', 'x'],
    ['{{ $.name }}', 'shop'],
    ['{{ . | len }}', '15'],
    ['{{ "a" }}{{ `b\\n` }}', 'ab\\n'],
    ['{{ "tab\\tnew\\nuni\\u00e9\\x41\\101" }}', 'tab\tnew\nunié' + 'AA'],
    ['{{ 1 }} {{ -2 }} {{ +3 }} {{ 0x1f }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }}', '1 -2 3 31 5 15 15 1000'],
    ['{{ 1.5 }} {{ .5 }} {{ 1e3 }} {{ 1.0 }} {{ 1e6 }} {{ 1000000 }} {{ 0x1p4 }}', '1.5 0.5 1000 1 1e+06 1000000 16'],
    ["{{ 'a' }} {{ '\\n' }} {{ '日' }}", '97 10 26085'],
    ['{{ true }} {{ false }}', 'true false'],
    ['{{ .million }} {{ .half }} {{ .whole }}', '1e+06 0.5 7'],
    ['{{ .list }} {{ .map }} {{ .bare }} {{ .nothing }}', '[a b c] map[a:map[deep:x] z:1] map[] []'],
    ['[{{ .none }}][{{ .missing }}][{{ .bare.missing }}]', '[][][]'],
    ['{{ (.missing).deeper }}{{ (.missing).deeper.still }}', ''],
    ['{{ .name | printf "%s-%s" "a" }}', 'a-shop'],
    ['{{ printf "%d" 3 | printf "%s!" | printf "<%s>" }}', '<3!>'],
    ['{{ (index .list 1) }} {{ (.map).a.deep }} {{ (index .map "a").deep }}', 'b x x'],
    ['{{ .greet }} {{ .greet "a" }} {{ "b" | .greet "a" }}', 'hi you hi a hi a+b'],
    ['{{ .files.Get "a.txt" }}{{ .files.Get "b" }}', 'A'],
    ['{{ range $k, $v := .files }}{{ $k }}={{ $v }};{{ end }}{{ len .files }}', 'a.txt=A;1'],
    ['{{ .versions.Has "v1" }} {{ .versions.Has "v2" }} {{ .versions }}', 'true false [v1 apps/v1]'],
    ['{{ "}}" }}', '}}'],
    ['{{ .name\n|\nupper }}', 'SHOP'],
    ['a{{ /* no comment */ }}', '! parse error at (x:1): unexpected "/" in command'],
    ['a{{/* a\ncomment */}}b', 'ab'],
  ])('%s', (text, expected) => {
    expect(rendered(text, shop)).toBe(expected);
  });
});

describe('white space', () => {
  test.each<[string, string]>([
    ['a {{- .name }} b', 'ashop b'],
    ['a {{ .name -}} b', 'a shopb'],
    ['a \t\r\n{{- .name -}}\n\n b', 'ashopb'],
    ['a {{- /* x */ -}} b', 'ab'],
    ['a {{- /* x */}} b', 'a b'],
    ['{{- 3 -}} {{- -3 -}}', '3-3'],
    ['{{-3}}', '-3'],
    ['a\n  {{- if .on }}\n  b\n  {{- end }}\nc', 'a\n  b\nc'],
    ['a\u00a0{{- "b" }}', 'a\u00a0b'],
    ['{{"a" -}}\n', 'a'],
    ['{{ .name-}}', "! parse error at (x:1): bad character U+002D '-'"],
    ['{{ "a"-}}', '! parse error at (x:1): unexpected "-" in operand'],
  ])('%j', (text, expected) => {
    expect(rendered(text, shop)).toBe(expected);
  });
});

describe('if, with and range', () => {
  test.each<[string, string]>([
    ['{{ if .on }}y{{ end }}', 'y'],
    ['{{ if .zero }}y{{ else }}n{{ end }}', 'n'],
    ['{{ if .none }}y{{ else if .nothing }}z{{ else if .bare }}q{{ else }}n{{ end }}', 'n'],
    ['{{ if .empty }}y{{ else if .half }}h{{ end }}', 'h'],
    ['{{ if not .missing }}none{{ end }}', 'none'],
    ['{{ if $x := .name }}{{ $x }}{{ end }}', 'shop'],
    ['{{ if $x := .zero }}{{ else }}{{ $x }}{{ end }}', '0'],
    ['{{ with .map.a }}{{ .deep }}{{ $.name }}{{ end }}', 'xshop'],
    ['{{ with .none }}y{{ else }}{{ .name }}{{ end }}', 'shop'],
    ['{{ with .none }}y{{ else with .map }}{{ .z }}{{ else }}n{{ end }}', '1'],
    ['{{ with $m := .map }}{{ $m.z }}{{ .z }}{{ end }}', '11'],
    ['{{ range .list }}{{ . }},{{ end }}', 'a,b,c,'],
    ['{{ range $i, $e := .list }}{{ $i }}{{ $e }}{{ end }}', '0a1b2c'],
    ['{{ range $e := .list }}{{ $e }}{{ end }}', 'abc'],
    ['{{ range $k, $v := .map }}{{ $k }}={{ $v }};{{ end }}', 'a=map[deep:x];z=1;'],
    ['{{ range .nothing }}x{{ else }}none{{ end }}', 'none'],
    ['{{ range .missing }}x{{ else }}none{{ end }}', 'none'],
    ['{{ range 3 }}{{ . }}{{ end }}', '012'],
    ['{{ range $i := .whole }}{{ $i }}{{ end }}', '0123456'],
    ['{{ range .numbers }}{{ if eq . 1.0 }}{{ break }}{{ end }}{{ . }}{{ end }}', '3'],
    ['{{ range .numbers }}{{ if eq . 1.0 }}{{ continue }}{{ end }}{{ . }}{{ end }}', '32'],
    ['{{ range .list }}{{ range $.list }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}{{ end }}', 'aaa'],
    ['{{ range .list }}{{ with "x" }}{{ continue }}{{ end }}y{{ end }}', ''],
    ['{{ range (list 1 nil 2) }}[{{ . }}]{{ end }}', '[1][][2]'],
    ['{{ range (list) }}{{ else }}{{ .name }}{{ end }}', 'shop'],
  ])('%s', (text, expected) => {
    expect(rendered(text, shop)).toBe(expected);
  });

  test('maps are gone through in the order of their keys by bytes', () => {
    const dot = { b: 1, a: 2, Z: 3, '10': 4, '9': 5, é: 6, '\ufb01': 7, '😀': 8 };
    expect(rendered('{{ range $k, $_ := . }}{{ $k }} {{ end }}', dot)).toBe('10 9 Z a b é \ufb01 😀 ');
  });
});

describe('variables', () => {
  test.each<[string, string]>([
    ['{{ $x := 1 }}{{ $x }}', '1'],
    ['{{ $x := 1 }}{{ $x = 2 }}{{ $x }}', '2'],
    ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}', '21'],
    ['{{ $x := 1 }}{{ if true }}{{ $x := add $x 1 }}{{ $x }}{{ end }}{{ $x }}', '21'],
    ['{{ $x := 0 }}{{ range .numbers }}{{ $x = . }}{{ end }}{{ $x }}', '2'],
    ['{{ $x := "" }}{{ range $x = .list }}{{ end }}{{ $x }}', 'c'],
    ['{{ $m := .map }}{{ $m.a.deep }}', 'x'],
    ['{{ $n := .none }}[{{ $n }}{{ $n.x }}]', '[]'],
    ['{{ $a := 1 }}{{ $b := $a }}{{ $a = 5 }}{{ $b }}', '1'],
    ['{{ define "t" }}{{ $x := . }}{{ $x }}{{ end }}{{ $x := 1 }}{{ template "t" 2 }}{{ $x }}', '21'],
    ['{{ $x }}', '! parse error at (x:1): undefined variable "$x"'],
    ['{{ if $x := 1 }}{{ end }}{{ $x }}', '! parse error at (x:1): undefined variable "$x"'],
    ['{{ $x := 1 }}{{ define "t" }}{{ $x }}{{ end }}', '! parse error at (x:1): undefined variable "$x"'],
    ['{{ $x = 1 }}', '! parse error at (x:1): undefined variable "$x"'],
  ])('%s', (text, expected) => {
    expect(rendered(text, shop)).toBe(expected);
  });
});

describe('templates of a name', () => {
  test.each<[string, string]>([
    ['{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" .name }}', '<shop>'],
    ['{{ template "t" . }}{{ define "t" }}{{ .name }}{{ end }}', 'shop'],
    ['{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" }}', '[]'],
    ['{{ define "t" }}{{ $.name }}{{ end }}{{ template "t" . }}', 'shop'],
    ['{{ block "b" .map }}{{ .z }}{{ end }}', '1'],
    ['{{ block "b" . }}one{{ end }}{{ template "b" . }}', 'oneone'],
    ['{{ define "t" }}a b{{ end }}{{ include "t" . | upper | quote }}', '"A B"'],
    ['{{ define "t" }}{{ .none }}{{ end }}{{ include "t" . }}{{ include "t" . | len }}', '10'],
    ['{{ define "a" }}{{ include "b" . }}!{{ end }}{{ define "b" }}{{ .name }}{{ end }}{{ include "a" . }}', 'shop!'],
    ['{{ define "t" }}{{ end }}{{ define "t" }}x{{ end }}{{ template "t" }}', 'x'],
    ['{{ define "t" }}x{{ end }}{{ define "t" }} {{ end }}{{ template "t" }}', 'x'],
    [
      '{{ define "t" }}x{{ end }}{{ define "t" }}y{{ end }}',
      '! parse error at (x:1): multiple definition of template "t"',
    ],
    ['{{ template "t" }}', '! template: x:1:12: executing "x" at <{{template "t"}}>: template "t" not defined'],
    [
      '{{ include "t" . }}',
      '! template: x:1:3: executing "x" at <include "t" .>: error calling include: template: no template "t" associated with template "gotpl"',
    ],
  ])('%s', (text, expected) => {
    expect(rendered(text, shop)).toBe(expected);
  });

  test('what stands less deep in the folders wins, whatever the order of the files', () => {
    const sources = [
      { name: 'web/templates/_h.tpl', text: '{{ define "t" }}parent{{ end }}' },
      { name: 'web/charts/db/templates/_h.tpl', text: '{{ define "t" }}child{{ end }}' },
      { name: 'web/templates/x.yaml', text: '{{ include "t" . }}' },
    ];
    for (const files of [sources, sources.toReversed()]) {
      expect(parseTemplates(files).render('web/templates/x.yaml', {})).toBe('parent');
    }
  });

  test('of two files as deep, the first by name wins', () => {
    const files = ['a', 'b', 'c'].map((name) => ({ name, text: `{{ define "t" }}${name}{{ end }}{{ template "t" }}` }));
    expect(parseTemplates(files).render('c', {})).toBe('a');
  });

  test('files and definitions share one name space', () => {
    const templates = parseTemplates([
      { name: 'one', text: '1{{ template "two" . }}{{ define "three" }}3{{ end }}' },
      { name: 'two', text: '2{{ include "three" . }}' },
    ]);
    expect(templates.render('one', {})).toBe('123');
    expect(templates.has('three')).toBe(true);
    expect(templates.has('four')).toBe(false);
    expect(() => templates.render('four', {})).toThrow(TemplateError);
  });
});

describe('texts that are no template', () => {
  test.each<[string, string]>([
    ['{{', 'unclosed action'],
    ['{{ .x', 'unclosed action'],
    ['{{ "a', 'unterminated quoted string'],
    ['{{ "a\nb" }}', 'unterminated quoted string'],
    ["{{ 'a", 'unterminated character constant'],
    ['{{ `a', 'unterminated raw quoted string'],
    ['{{/* a', 'unclosed comment'],
    ['{{/* a */ x}}', 'comment ends before closing delimiter'],
    ['{{ (.x }}', 'unclosed left paren'],
    ['{{ .x) }}', 'unexpected right paren'],
    ['{{ }}', 'missing value for command'],
    ['{{ if }}{{ end }}', 'missing value for if'],
    ['{{ if .x }}', 'unexpected EOF'],
    ['{{ end }}', 'unexpected {{end}}'],
    ['{{ else }}', 'unexpected {{else}}'],
    ['{{ if 1 }}{{ else }}{{ else }}{{ end }}', 'expected end; found {{else}}'],
    ['{{ range .x }}{{ else if 1 }}{{ end }}', 'unexpected <if> in input'],
    ['{{ if .x }}{{ else with 1 }}{{ end }}', 'unexpected <with> in input'],
    ['{{ nothing }}', 'function "nothing" not defined'],
    ['{{ env "HOME" }}', 'function "env" not defined'],
    ['{{ expandenv "$HOME" }}', 'function "expandenv" not defined'],
    ['{{ .x | 1 }}', 'non executable command in pipeline stage 2'],
    ['{{ 1.E }}', 'illegal number syntax: "1.E"'],
    ['{{ "a".b }}', 'unexpected . after term "\\"a\\""'],
    ['{{ nil.x }}', 'unexpected . after term "nil"'],
    ['{{ printf 1, 2 }}', 'unexpected "," in operand'],
    ['{{ with $a, $b := 1 }}{{ end }}', 'too many declarations in with'],
    ['{{ range $a, 1 := .x }}{{ end }}', 'range can only initialize variables'],
    ['{{ break }}', '{{break}} outside {{range}}'],
    ['{{ range .x }}{{ else }}{{ continue }}{{ end }}', '{{continue}} outside {{range}}'],
    ['{{ range .x }}{{ define "t" }}{{ end }}{{ end }}', 'unexpected <define> in command'],
    ['{{ template .x }}', 'unexpected ".x" in template clause'],
    ['{{ define }}{{ end }}', 'unexpected "}}" in define clause'],
    ['{{ 1k }}', 'bad number syntax: "1k"'],
    ['{{ 99999999999999999999 }}', 'integer overflow: "99999999999999999999"'],
    ["{{ 'ab' }}", "malformed character constant: 'ab'"],
    ['{{ .x! }}', "bad character U+0021 '!'"],
    ['{{ \u0001 }}', 'unrecognized character in action: U+0001'],
    ['{{ "\\q" }}', 'invalid syntax'],
    ['{{ : }}', 'expected :='],
  ])('%s', (text, reason) => {
    expect(rendered(text)).toBe(`! parse error at (x:1): ${reason}`);
  });

  test('the line is the one of the error', () => {
    expect(rendered('a\n\nb {{ if .x }}\n{{ nope }}{{ end }}')).toBe(
      '! parse error at (x:4): function "nope" not defined',
    );
  });

  test('nesting has a bound', () => {
    expect(rendered(`{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`)).toContain('nested too deeply');
    expect(rendered('{{ if 1 }}'.repeat(5000) + '{{ end }}'.repeat(5000))).toContain('nested too deeply');
  });
});

describe('errors of rendering', () => {
  test.each<[string, string]>([
    ['{{ .none.x }}', '1:8: executing "x" at <.none.x>: nil pointer evaluating interface {}.x'],
    ['{{ .missing.x.y }}', '1:11: executing "x" at <.missing.x.y>: nil pointer evaluating interface {}.x'],
    ['\n  {{ .name.x }}', '2:10: executing "x" at <.name.x>: can\'t evaluate field x in type interface {}'],
    ['日本 {{ .zero.x }}', '1:15: executing "x" at <.zero.x>: can\'t evaluate field x in type interface {}'],
    ['{{ with .name }}{{ .x }}{{ end }}', '1:19: executing "x" at <.x>: can\'t evaluate field x in type string'],
    ['{{ range .list }}{{ .x }}{{ end }}', '1:20: executing "x" at <.x>: can\'t evaluate field x in type interface {}'],
    ['{{ .name 1 }}', '1:3: executing "x" at <.name>: name is not a method but has arguments'],
    ['{{ 1 | .name }}', '1:7: executing "x" at <.name>: name is not a method but has arguments'],
    ['{{ "a" 1 }}', '1:3: executing "x" at <"a">: can\'t give argument to non-function "a"'],
    ['{{ $x := 1 }}{{ $x 2 }}', '1:16: executing "x" at <$x>: can\'t give argument to non-function $x'],
    ['{{ nil }}', '1:3: executing "x" at <nil>: nil is not a command'],
    ['{{ eq .zero 0 }}', '1:3: executing "x" at <eq .zero 0>: error calling eq: incompatible types for comparison'],
    ['{{ lt .on true }}', '1:3: executing "x" at <lt .on true>: error calling lt: invalid type for comparison'],
    ['{{ index .list 3 }}', '1:3: executing "x" at <index .list 3>: error calling index: index out of range: 3'],
    [
      '{{ index .list "a" }}',
      '1:3: executing "x" at <index .list "a">: error calling index: cannot index slice/array with type string',
    ],
    [
      '{{ index .map "q" "r" }}',
      '1:3: executing "x" at <index .map "q" "r">: error calling index: index of nil pointer',
    ],
    ['{{ index .missing 1 }}', '1:3: executing "x" at <index .missing 1>: error calling index: index of untyped nil'],
    ['{{ len .zero }}', '1:3: executing "x" at <len .zero>: error calling len: len of type float64'],
    ['{{ range .half }}{{ end }}', '1:9: executing "x" at <.half>: range can\'t iterate over a value of type float64'],
    [
      '{{ range $i, $e := 3 }}{{ end }}',
      '1:19: executing "x" at <3>: can\'t use 3 to iterate over more than one variable',
    ],
    ['{{ not }}', '1:3: executing "x" at <not>: wrong number of args for not: want 1 got 0'],
    ['{{ printf 1 }}', '1:10: executing "x" at <1>: wrong type for value; expected string; got int64'],
    ['{{ .list | trunc 1 }}', '1:17: executing "x" at <1>: wrong type for value; expected string; got []interface {}'],
    ['{{ call .missing }}', '1:3: executing "x" at <call .missing>: error calling call: call of nil'],
  ])('%s', (text, expected) => {
    expect(rendered(text, shop)).toBe(`! template: x:${expected}`);
  });

  test('an error within an included template is told from outside to inside', () => {
    const text = '{{ define "t" }}\n{{ .none.x }}{{ end }}\n{{ include "t" . }}';
    expect(rendered(text, shop)).toBe(
      '! template: x:3:3: executing "x" at <include "t" .>: error calling include: template: x:2:8: executing "t" at <.none.x>: nil pointer evaluating interface {}.x',
    );
  });

  test('an error says its file and line', () => {
    const templates = parseTemplates([{ name: 'web/x.yaml', text: '\n\n{{ .a.b }}' }]);
    expect.assertions(1);
    try {
      templates.render('web/x.yaml', {});
    } catch (error) {
      expect(error).toMatchObject({ template: 'web/x.yaml', line: 3 });
    }
  });
});
