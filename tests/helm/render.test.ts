import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readChart } from '../../src/helm/chart.ts';
import { readLocalChart } from '../../src/helm/local.ts';
import { renderChart } from '../../src/helm/render.ts';
import type { Chart, ReleaseOptions } from '../../src/helm/types.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { packed, webChart } from './archives.ts';

const RELEASE: ReleaseOptions = {
  name: 'web',
  namespace: 'shop',
  values: {},
  kubeVersion: 'v1.32.1-aliyun.1',
  apiVersions: ['apps/v1', 'networking.k8s.io/v1/Ingress'],
  isUpgrade: false,
};
const shop = await readChart(await readLocalChart(resolve('tests/helm/charts'), 'shop'));
const render = (chart: Chart, values: JsonObject = {}, more: Partial<ReleaseOptions> = {}) =>
  renderChart(chart, { ...RELEASE, values, ...more });
const labels = (objects: JsonObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${(metadata as { name: string }).name}`).sort();

/** What one template writes, read as the data of a ConfigMap. */
async function write(template: string, files: Record<string, string> = {}, more: Partial<ReleaseOptions> = {}) {
  const chart = await readChart({
    archive: await webChart('1.0.0', {
      'web/templates/map.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n${template}`,
      ...files,
    }),
  });
  const { objects, unlike } = render(chart, {}, more);
  return { data: objects[0]?.data, unlike };
}

describe('a chart', () => {
  test('is rendered with its library, without hooks and tests, which are named', () => {
    const { objects, from, hooks, crds, notes, unlike } = render(shop);
    expect(labels(objects)).toEqual([
      'ConfigMap web-shop',
      'Deployment web-shop',
      'Service web-shop',
      'ServiceAccount web-shop',
    ]);
    expect(from).toEqual(expect.arrayContaining(['shop/templates/service.yaml']));
    expect(from).toHaveLength(objects.length);
    expect(hooks).toEqual([
      { kind: 'Job', name: 'web-shop-migrate', when: 'pre-install,pre-upgrade' },
      { kind: 'Pod', name: 'web-shop-test', when: 'test' },
    ]);
    expect({ crds, notes, unlike }).toEqual({
      crds: ['things.shop.example.com'],
      notes: 'web is at web-shop.shop',
      unlike: [],
    });
  });

  test('asks for the whole of its values, and prints the version of the cluster', async () => {
    const { data } = await write(
      'data:\n  deep: {{ dig "a" "b" "none" .Values.AsMap | quote }}\n  version: {{ .Capabilities.KubeVersion | quote }}\n  all: {{ .Values | toJson | quote }}',
      { 'web/values.yaml': 'a: { b: found }\n' },
    );
    expect(data).toEqual({ deep: 'found', version: 'v1.32.1-aliyun.1', all: '{"a":{"b":"found"}}' });
  });

  test('brings files that are no text as they are', async () => {
    const chart = await readChart({ archive: await webChart() });
    const bytes = Uint8Array.of(0xff, 0x00, 0x80, 0x41);
    const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: a }
binaryData: { logo: {{ .Files.Get "logo.png" | b64enc | quote }} }`;
    const { objects, unlike } = render({
      ...chart,
      files: new Map([['logo.png', bytes]]),
      templates: [{ name: 'templates/map.yaml', text }],
    });
    expect(objects[0]?.binaryData).toEqual({ logo: Buffer.from(bytes).toString('base64') });
    expect(unlike).toEqual([]);
  });

  test('is rendered from its deepest folder up, backwards, as Helm does', async () => {
    const { data } = await write('data: { seen: {{ .Values.seen | quote }} }', {
      'web/values.yaml': 'seen: nothing\n',
      'web/templates/zones.yaml': '{{- $_ := set .Values "seen" "zones" }}',
      'web/templates/deep/first.yaml': '{{- $_ := set .Values "seen" "deep" }}',
    });
    expect(data).toEqual({ seen: 'zones' });
  });

  test('brings another only where its condition says so, with values that are its own and what is global', () => {
    const { objects } = render(shop, { cache: { enabled: true, replicas: 2 }, global: { region: 'hangzhou' } });
    const cache = objects.find(({ kind }) => kind === 'StatefulSet');
    expect(cache).toMatchObject({
      metadata: { name: 'web-cache' },
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [
              { image: 'registry.example.com/shop/cache:7', args: ['--maxmemory', '64Mi', '--region', 'hangzhou'] },
            ],
          },
        },
      },
    });
  });

  test('asks which versions of an API there are', () => {
    const values = { ingress: { enabled: true, hosts: ['a.example.com'] } };
    const ingress = (apiVersions: string[]) =>
      render(shop, values, { apiVersions }).objects.find(({ kind }) => kind === 'Ingress')?.apiVersion;
    expect(ingress(['networking.k8s.io/v1/Ingress'])).toBe('networking.k8s.io/v1');
    expect(ingress([])).toBe('networking.k8s.io/v1beta1');
  });

  test('for another Kubernetes is refused', () => {
    expect(() => render(shop, {}, { kubeVersion: 'v1.24.9' })).toThrow(
      /wants Kubernetes >=1\.25\.0-0, and the cluster is v1\.24\.9/,
    );
  });

  test('whose values break its schema is refused by path', () => {
    expect(() => render(shop, { replicaCount: 'many' })).toThrow(/replicaCount/);
  });

  test('that is a library makes nothing', async () => {
    const library = await readChart({
      archive: await packed({ 'a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\ntype: library\n' }),
    });
    expect(() => render(library)).toThrow(/library/);
  });

  test('without a word of its own is the same each time', () => {
    expect(render(shop)).toEqual(render(shop));
  });
});

describe('templates see', () => {
  test('the release, the chart and the cluster', async () => {
    const { data } = await write(
      'data:\n  r: "{{ .Release.Name }} {{ .Release.Namespace }} {{ .Release.Service }} {{ .Release.IsInstall }} {{ .Release.IsUpgrade }} {{ .Release.Revision }}"\n' +
        '  c: "{{ .Chart.Name }} {{ .Chart.Version }} {{ .Chart.AppVersion }} {{ .Chart.Description }}"\n' +
        '  k: "{{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.GitVersion }} {{ .Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }}"\n' +
        '  a: "{{ .Capabilities.APIVersions.Has "apps/v1" }} {{ .Capabilities.APIVersions.Has "apps/v2" }}"\n' +
        '  t: "{{ .Template.Name }} {{ .Template.BasePath }}"\n',
      {},
      { isUpgrade: true },
    );
    expect(data).toEqual({
      r: 'web shop k8s-copilot false true 2',
      c: 'web 1.0.0 1 A page',
      k: 'v1.32.1-aliyun.1 v1.32.1-aliyun.1 1.32',
      a: 'true false',
      t: 'web/templates/map.yaml web/templates',
    });
  });

  test('the files of the chart', async () => {
    const { data } = await write(
      'data:\n  get: {{ .Files.Get "conf/a.ini" | quote }}\n  none: {{ .Files.Get "nowhere" | quote }}\n' +
        '  names: "{{ range $path, $_ := .Files.Glob "conf/*" }}{{ $path }};{{ end }}"\n' +
        '  lines: "{{ range .Files.Lines "conf/a.ini" }}[{{ . }}]{{ end }}"\n' +
        '  {{- (.Files.Glob "conf/**.ini").AsConfig | nindent 2 }}\n  {{- (.Files.Glob "conf/b*").AsSecrets | nindent 2 }}\n',
      { 'web/conf/a.ini': 'x = 1\ny = 2\n', 'web/conf/b.txt': 'b', 'web/conf/deep/c.ini': 'c' },
    );
    expect(data).toEqual({
      get: 'x = 1\ny = 2\n',
      none: '',
      names: 'conf/a.ini;conf/b.txt;',
      lines: '[x = 1][y = 2]',
      'a.ini': 'x = 1\ny = 2\n',
      'c.ini': 'c',
      'b.txt': 'Yg==',
    });
  });

  test('nothing of the cluster’s objects, and that is told, as is what differs each time', async () => {
    const { unlike } = await write('data:\n  a: "{{ lookup "v1" "Secret" "shop" "x" }}{{ randAlphaNum 4 }}"\n');
    expect(unlike).toEqual(expect.arrayContaining([expect.stringContaining('lookup'), expect.stringMatching(/rand/i)]));
  });
});

describe('what templates write', () => {
  const made = async (text: string) =>
    render(await readChart({ archive: await webChart('1.0.0', { 'web/templates/map.yaml': text }) }));
  const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

  test('is told apart into objects; comments and empty documents are none, and of a List its items count', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: b }\n`;
    const { objects } = await made(`---\n# nothing\n---\n${MAP}---\n\n---\n${list}`);
    expect(labels(objects)).toEqual(['ConfigMap a', 'Service b']);
  });

  test('may say a key twice: the last counts', async () => {
    expect((await made(`${MAP}data: { x: "1", x: "2" }\n`)).objects[0]?.data).toEqual({ x: '2' });
  });

  test.each([
    ['no YAML', `${MAP}data: "x\n`, /web\/templates\/map\.yaml:\d+: no YAML/],
    ['no object', 'a: 1\n', /no object/],
    ['an error of its own', '{{ fail "say a password" }}', /say a password/],
    ['what it needs', '{{ required "image is needed" .Values.image }}', /image is needed/],
    ['a field of nothing', '{{ .Values.a.b.c }}', /map\.yaml:1/],
  ])('and is %s stops it with the place', async (_what, text, message) => {
    await expect(made(text)).rejects.toThrow(message);
  });
});
