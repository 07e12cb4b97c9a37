import { describe, expect, test } from 'vitest';
import { parseTemplates } from '../../../src/helm/template/templates.ts';
import type { TemplateValue } from '../../../src/helm/types.ts';
import { rendered } from './rendering.ts';

describe('functions of Go', () => {
  test.each<[string, string]>([
    ['{{ and 1 0 2 }} {{ and 1 2 }} {{ and "" 1 | quote }} {{ 1 | and true }}', '0 2 "" 1'],
    ['{{ or 0 "" 3 4 }} {{ or 0 false }}', '3 false'],
    ['{{ and false (fail "not looked at") }} {{ or 1 .a.b.c }}', 'false 1'],
    ['{{ and .a (eq .a.b 1) | quote }}', ''],
    ['{{ not 0 }} {{ not "x" }} {{ not nil }}', 'true false true'],
    ['{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ eq "a" "b" }} {{ eq true true }} {{ eq 1.5 1.5 }}', 'true true false true true'],
    ['{{ eq .none nil }} {{ eq .none "x" }} {{ eq .none .missing }} {{ ne .none "" }}', 'true false true true'],
    ['{{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 2 1 }} {{ ge 1 2 }}', 'true true true true false'],
    [
      '{{ lt "a" "b" }} {{ lt "B" "a" }} {{ gt 1.5 1.0 }} {{ le "b" "a" }} {{ ge "a" "a" }}',
      'true true true false true',
    ],
    ['{{ eq (len "x") 1 }}', 'true'],
    ['{{ len "日本" }} {{ len (list 1 2) }} {{ len (dict "a" 1) }}', '6 2 1'],
    ['{{ index (list "a" "b") 1 }} {{ index (dict "a" (dict "b" 7)) "a" "b" }} {{ index "a" 0 }}', 'b 7 97'],
    ['{{ index (dict) "x" | default "none" }} {{ index (list 1 2) }}', 'none [1 2]'],
    ['{{ print "a" 1 2 "b" nil }} {{ println 1 2 }}', 'a1 2b<nil> 1 2\n'],
    ['{{ html "<a href=\'x\'>&\\"" }}', '&lt;a href=&#39;x&#39;&gt;&amp;&#34;'],
    ['{{ js "it\'s \\"<b>\\" a=b&c\\n\\\\" }}', 'it\\\'s \\"\\u003Cb\\u003E\\" a\\u003Db\\u0026c\\u000A\\\\'],
    ['{{ urlquery "a b&c=d/é*(~)" }}', 'a+b%26c%3Dd%2F%C3%A9%2A%28~%29'],
  ])('%s', (text, expected) => {
    expect(rendered(text, { none: null })).toBe(expected);
  });
});

describe('required, fail and lookup', () => {
  test.each<[string, string]>([
    ['{{ required "name it" .name }}', 'shop'],
    ['{{ required "name it" .zero }}{{ required "name it" .no }}', '0false'],
    ['\n{{ required "name it" .none }}', '! execution error at (x:2:3): name it'],
    ['{{ required "name it" "" }}', '! execution error at (x:1:3): name it'],
    ['{{ .missing | required "a: b: c" | upper }}', '! execution error at (x:1:14): a: b: c'],
    ['{{ fail "no\\nway" }}', '! execution error at (x:1:3): no\nway'],
    ['{{ define "t" }}{{ fail "deep" }}{{ end }}\n{{ include "t" . }}', '! execution error at (x:2:3): deep'],
    ['{{ define "t" }}{{ fail "deep" }}{{ end }}\n{{ template "t" . }}', '! execution error at (x:1:19): deep'],
    ['{{ tpl "{{ fail \\"inner\\" }}" . }}', '! execution error at (x:1:3): inner'],
  ])('%s', (text, expected) => {
    expect(rendered(text, { name: 'shop', zero: 0, no: false, none: null })).toBe(expected);
  });

  test('lookup answers nothing, and says once that this is unlike Helm with a cluster', () => {
    const told: string[] = [];
    const text =
      '{{ lookup "v1" "Secret" "a" "b" }}{{ (lookup "v1" "Pod" "" "").items }}{{ if lookup "v1" "Pod" "" "" }}x{{ end }}';
    expect(rendered(text, {}, { unlike: (what) => told.push(what) })).toBe('map[]');
    expect(told).toEqual(['lookup']);
  });

  test('functions of time and chance say once each that they differ, and take what they are given', () => {
    const told: string[] = [];
    const options = {
      unlike: (what: string) => told.push(what),
      now: () => new Date('2025-11-28T12:00:00Z'),
      random: (bytes: number) => new Uint8Array(bytes).fill(7),
    };
    const text = '{{ now | date "2006" }} {{ now | unixEpoch }} {{ randAlphaNum 4 | len }} {{ randAlphaNum 4 | len }}';
    expect(rendered(text, {}, options)).toBe('2025 1764331200 4 4');
    expect(told).toHaveLength(2);
  });
});

describe('include and tpl', () => {
  test.each<[string, string]>([
    ['{{ tpl "{{ .a }}" . }}', '1'],
    ['{{ tpl .text . }}', 'shop 1'],
    ['{{ tpl "no template" . }}', 'no template'],
    ['{{ tpl "" . | quote }}', '""'],
    ['{{ tpl "[{{ .missing }}]" . | quote }}', '"[]"'],
    ['{{ define "t" }}{{ .a }}{{ end }}{{ tpl "{{ include \\"t\\" . }}" . }}', '1'],
    [
      '{{ define "t" }}outer{{ end }}{{ tpl "{{ define \\"t\\" }}inner{{ end }}{{ include \\"t\\" . }}" . }} {{ include "t" . }}',
      'inner outer',
    ],
    ['{{ define "t" }}outer{{ end }}{{ tpl "{{ define \\"t\\" }} {{ end }}{{ include \\"t\\" . }}" . }}', 'outer'],
    [
      '{{ define "u" }}{{ include "t" . }}{{ end }}{{ define "t" }}outer{{ end }}{{ tpl "{{ define \\"t\\" }}inner{{ end }}{{ include \\"u\\" . }}" . }}',
      'inner',
    ],
    ['{{ tpl "{{ tpl .b . }}" (dict "b" "{{ len .b }}") }}', '12'],
    ['{{ tpl "{{ $x := 2 }}{{ $x }}" . }}', '2'],
    ['{{ tpl "{{ .Values.x | quote }}" (dict "Values" (dict "x" 5)) }}', '"5"'],
    [
      '{{ tpl "a{{ .secret.b }}" . }}',
      '! template: x:1:3: executing "x" at <tpl "a{{ .secret.b }}" .>: error calling tpl: error during tpl function execution: template: gotpl:1:11: executing "gotpl" at <.secret.b>: nil pointer evaluating interface {}.b',
    ],
    [
      '{{ tpl .broken . }}',
      '! template: x:1:3: executing "x" at <tpl .broken .>: error calling tpl: cannot parse template: template: gotpl:1: unclosed action',
    ],
    ['{{ tpl .a . }}', '! template: x:1:10: executing "x" at <.>: wrong type for value; expected string; got float64'],
    ['{{ include "t" }}', '! template: x:1:11: executing "x" at <"t">: wrong number of args for include: want 2 got 1'],
  ])('%s', (text, expected) => {
    expect(rendered(text, { a: 1, text: '{{ .name }} {{ .a }}', name: 'shop', broken: 'secret {{ .x' })).toBe(expected);
  });

  test('what a text of tpl defines is not known outside of it', () => {
    expect(rendered('{{ tpl "{{ define \\"t\\" }}x{{ end }}" . }}{{ include "t" . }}')).toContain('no template "t"');
  });
});

describe('YAML, JSON and TOML', () => {
  const dot: { [key: string]: TemplateValue } = {
    m: { b: [1, 'x'], a: { c: true } },
    html: '<a>&</a>',
    nan: Number.NaN,
  };

  test.each<[string, string]>([
    ['{{ toYaml .m }}', 'a:\n  c: true\nb:\n- 1\n- x'],
    ['{{ toYaml .m | nindent 2 }}', '\n  a:\n    c: true\n  b:\n  - 1\n  - x'],
    ['{{ toYamlPretty .m }}', 'a:\n  c: true\nb:\n  - 1\n  - x'],
    ['[{{ toYaml .nan }}]', '[]'],
    [
      '{{ mustToYaml .nan }}',
      '! template: x:1:3: executing "x" at <mustToYaml .nan>: error calling mustToYaml: json: unsupported value: NaN',
    ],
    [
      '{{ toJson .m }} {{ toJson 1000000.0 }} {{ toJson 1e21 }} {{ toJson 0.0000001 }} {{ toJson nil }}',
      '{"a":{"c":true},"b":[1,"x"]} 1000000 1e+21 1e-7 null',
    ],
    ['{{ toJson .html }} {{ toRawJson .html }}', '"\\u003ca\\u003e\\u0026\\u003c/a\\u003e" "<a>&</a>"'],
    ['{{ toPrettyJson .m }}', '{\n  "a": {\n    "c": true\n  },\n  "b": [\n    1,\n    "x"\n  ]\n}'],
    ['{{ toPrettyJson (dict "a" (list) "b" (dict)) }}', '{\n  "a": [],\n  "b": {}\n}'],
    ['[{{ toJson .nan }}]', '[]'],
    ['{{ toJson "a\\u2028\\t\\u0001\\"" }}', '"a\\u2028\\t\\u0001\\""'],
    ['{{ (fromYaml "a: {b: [1, 2]}").a.b }}', '[1 2]'],
    [
      '{{ fromYaml "a: yes\\nb: 0x10\\nc: 017\\nd: 1e3\\ne: ~\\nf: 2024-01-02\\n1: x" }}',
      'map[1:x a:true b:16 c:15 d:1000 e:<nil> f:2024-01-02]',
    ],
    ['{{ kindOf (fromYaml "a: 1").a }}', 'float64'],
    ['{{ fromYaml "" }}{{ fromYaml "null" }}', 'map[]map[]'],
    [
      '{{ fromYaml "- a" }}',
      'map[Error:error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}]',
    ],
    ['{{ (fromYaml "a: [").Error | hasPrefix "error converting YAML to JSON: yaml" }}', 'true'],
    ['{{ fromYamlArray "[a, {b: c}]" }} {{ fromYamlArray "" }}', '[a map[b:c]] []'],
    [
      '{{ fromYamlArray "a: 1" }}',
      '[error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []interface {}]',
    ],
    ['{{ fromJson "{\\"a\\": [1, null, {\\"b\\": 2.5}]}" }}', 'map[a:[1 <nil> map[b:2.5]]]'],
    [
      '{{ fromJson "[1]" }} {{ fromJson "{" }}',
      'map[Error:json: cannot unmarshal array into Go value of type map[string]interface {}] map[Error:unexpected end of JSON input]',
    ],
    [
      '{{ fromJsonArray "[1, \\"a\\"]" }} {{ fromJsonArray "{}" }}',
      '[1 a] [json: cannot unmarshal object into Go value of type []interface {}]',
    ],
    ['{{ mustFromJson "[1]" }} {{ mustFromJson "5" }}', '[1] 5'],
    [
      '{{ toToml (dict "s" "a\\"b" "n" 3.0 "i" 3 "l" (list 1 2) "t" (dict "k" true "u" (dict "v" "w"))) }}',
      'i = 3\nl = [1, 2]\nn = 3.0\ns = "a\\"b"\n\n[t]\n  k = true\n  [t.u]\n    v = "w"\n',
    ],
    ['{{ toToml (dict "a" (list (dict "x" 1) (dict "x" 2))) }}', '[[a]]\n  x = 1\n\n[[a]]\n  x = 2\n'],
    ['{{ toToml (list 1) }}', 'toml: top-level values must be Go maps or structs'],
    [
      '{{ fromToml "a = 1\\nb = 1.5\\n[c]\\nd = [\\"x\\"]" }} {{ kindOf (fromToml "a = 1").a }}',
      'map[a:1 b:1.5 c:map[d:[x]]] int64',
    ],
    ['{{ (fromToml "a =").Error }}', 'toml: line 1 cannot be read'],
    ['{{ fromYaml 1 }}', '! template: x:1:12: executing "x" at <1>: wrong type for value; expected string; got int64'],
  ])('%s', (text, expected) => {
    expect(rendered(text, dot)).toBe(expected);
  });

  test('a value survives the way to YAML and back, and to JSON and back', () => {
    const text = '{{ toYaml (fromYaml (toYaml .)) }}';
    expect(rendered(text, dot.m)).toBe(rendered('{{ toYaml . }}', dot.m));
    expect(rendered('{{ toJson (fromJson (toJson .)) }}', dot.m)).toBe(rendered('{{ toJson . }}', dot.m));
  });
});

describe('a chart of many templates', () => {
  test('renders each with the values of its own', () => {
    const templates = parseTemplates([
      {
        name: 'web/templates/_helpers.tpl',
        text: '{{- define "web.name" -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end -}}',
      },
      {
        name: 'web/templates/service.yaml',
        text: 'name: {{ include "web.name" . }}\nports:\n{{- range .Values.ports }}\n  - port: {{ . }}\n{{- end }}\n{{- with .Values.labels }}\nlabels:\n  {{- toYaml . | nindent 2 }}\n{{- end }}\n',
      },
    ]);
    const dot = {
      Release: { Name: 'shop' },
      Chart: { Name: 'web' },
      Values: { ports: [80, 443], labels: { a: 'b', c: 'yes' } },
    };
    expect(templates.render('web/templates/service.yaml', dot)).toBe(
      'name: shop-web\nports:\n  - port: 80\n  - port: 443\nlabels:\n  a: b\n  c: "yes"\n',
    );
  });
});
