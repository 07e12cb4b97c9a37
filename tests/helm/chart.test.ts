import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readChart } from '../../src/helm/chart.ts';
import { ignoredBy } from '../../src/helm/ignore.ts';
import { CHART_YAML, packed, webChart } from './archives.ts';

const read = async (entries: Parameters<typeof packed>[0]) => readChart({ archive: await packed(entries) });
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe('a packed chart', () => {
  test('is read with its values, templates, schema, kinds and other files', async () => {
    const chart = await read({
      'web/Chart.yaml': `\ufeff${CHART_YAML}appVersion: 1.20\nkeywords: [a]\n`,
      'web/values.yaml': 'on: yes\nmode: 0644\nday: 2026-11-26\nport: 8080\nx: 1\nx: 2\n',
      'web/values.schema.json': '{"type":"object"}',
      'web/templates/a.yaml': 'a',
      'web/templates/deep/_b.tpl': 'b',
      'web/crds/c.yaml': 'c',
      'web/crds/README.md': 'no kind',
      'web/files/d.txt': 'd',
      'web/README.md': 'e',
    });
    expect(chart.metadata).toMatchObject({
      name: 'web',
      version: '1.0.0',
      appVersion: '1.2',
      type: 'application',
      deprecated: false,
    });
    // As Helm reads YAML: words of old are booleans, a leading zero is octal, and a time is text.
    expect(chart.values).toEqual({ true: true, mode: 0o644, day: '2026-11-26', port: 8080, x: 2 });
    expect(chart.schema).toEqual({ type: 'object' });
    expect(names(chart.templates)).toEqual(['templates/a.yaml', 'templates/deep/_b.tpl']);
    expect(names(chart.crds)).toEqual(['crds/c.yaml']);
    expect([...chart.files.keys()].sort()).toEqual(['README.md', 'crds/README.md', 'crds/c.yaml', 'files/d.txt']);
  });

  test('brings charts in folders and in archives, in any depth', async () => {
    const chart = await read({
      'web/Chart.yaml': CHART_YAML,
      'web/charts/README.md': 'about them',
      'web/charts/_off/Chart.yaml': CHART_YAML,
      'web/charts/a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 0.1.0\ntype: library\n',
      'web/charts/a/charts/b/Chart.yaml': 'apiVersion: v1\nname: b\nversion: 0.1.0\n',
      'web/charts/web-2.0.0.tgz': { body: await webChart('2.0.0') },
    });
    expect(chart.dependencies.map(({ metadata }) => `${metadata.name} ${metadata.type}`)).toEqual([
      'a library',
      'web application',
    ]);
    expect(chart.dependencies[0]?.dependencies[0]?.metadata.name).toBe('b');
  });

  test('of the first version has its dependencies in a file of their own', async () => {
    const chart = await read({
      'web/Chart.yaml': 'apiVersion: v1\nname: web\nversion: 1.0.0\n',
      'web/requirements.yaml': 'dependencies:\n  - { name: db, version: 1.x, condition: db.enabled }\n',
    });
    expect(chart.metadata.dependencies).toEqual([{ name: 'db', version: '1.x', condition: 'db.enabled' }]);
  });

  const link = { type: 'symlink' as const, linkname: '/etc/passwd' };
  test.each([
    ['a link', { 'web/Chart.yaml': CHART_YAML, 'web/a': link }, 'CHART_REFUSED', /symlink/],
    [
      'a hard link',
      { 'web/Chart.yaml': CHART_YAML, 'web/a': { ...link, type: 'link' as const } },
      'CHART_REFUSED',
      /link/,
    ],
    ['a way up', { 'web/Chart.yaml': CHART_YAML, 'web/../../a': 'x' }, 'CHART_REFUSED', /leads out/],
    ['an absolute path', { '/web/Chart.yaml': CHART_YAML }, 'CHART_REFUSED', /absolute/],
    ['an absolute path below', { 'web//etc/passwd': 'x' }, 'CHART_REFUSED', /absolute/],
    ['a drive', { 'web/Chart.yaml': CHART_YAML, 'web\\C:\\a': 'x' }, 'CHART_REFUSED', /absolute/],
    ['a file beside its folder', { 'Chart.yaml': CHART_YAML }, 'CHART_REFUSED', /outside/],
    ['a huge file', { 'web/Chart.yaml': CHART_YAML, 'web/a': 'x'.repeat(6 * 2 ** 20) }, 'CHART_TOO_LARGE', /bytes/],
    ['no Chart.yaml', { 'web/values.yaml': '' }, 'CHART_INVALID', /Chart.yaml/],
    ['a name that is a path', { 'web/Chart.yaml': CHART_YAML.replace('web', '../x') }, 'CHART_INVALID', /name/],
    ['no semantic version', { 'web/Chart.yaml': CHART_YAML.replace('1.0.0', 'latest') }, 'CHART_INVALID', /version/],
    ['values that are no map', { 'web/Chart.yaml': CHART_YAML, 'web/values.yaml': '- a' }, 'CHART_INVALID', /no map/],
    ['a schema that is none', { 'web/Chart.yaml': CHART_YAML, 'web/values.schema.json': '{' }, 'CHART_INVALID', /JSON/],
  ])('with %s is refused', async (_what, entries, code, message) => {
    await expect(read(entries)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('that grows without bounds when it is unpacked is refused', async () => {
    const bomb = gzipSync(new Uint8Array(80 * 2 ** 20));
    await expect(readChart({ archive: new Uint8Array(bomb) })).rejects.toMatchObject({ code: 'CHART_TOO_LARGE' });
  });

  test('in charts in charts without end is refused', async () => {
    let archive = await webChart();
    for (let depth = 0; depth < 10; depth += 1)
      archive = await packed({ 'web/Chart.yaml': CHART_YAML, 'web/charts/web.tgz': { body: archive } });
    await expect(readChart({ archive })).rejects.toMatchObject({ code: 'CHART_TOO_LARGE' });
  });

  test('whose anchors multiply without end is refused', async () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [one, next] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'].map((pair) => [pair[0], pair[1]]))
      lines.push(`${next}: &${next} [*${one}, *${one}, *${one}, *${one}, *${one}, *${one}, *${one}, *${one}, *${one}]`);
    await expect(read({ 'web/Chart.yaml': CHART_YAML, 'web/values.yaml': lines.join('\n') })).rejects.toMatchObject({
      code: 'CHART_INVALID',
    });
  });

  test.each([[new Uint8Array([1, 2, 3])], [new Uint8Array(gzipSync('no tar at all'.repeat(100)))]])(
    'that is no archive is refused',
    async (archive) => {
      await expect(readChart({ archive })).rejects.toMatchObject({ code: 'CHART_INVALID' });
    },
  );

  test('what cannot be read is named by its line, and its content is not repeated', async () => {
    const broken = read({ 'web/Chart.yaml': CHART_YAML, 'web/values.yaml': 'a: 1\nsecret: "hunter2\n' });
    await expect(broken).rejects.toThrow(/^values\.yaml:\d+: /);
    await expect(broken).rejects.not.toThrow(/hunter2/);
  });
});

test.each([
  ['*.bak', 'deep/a.bak', true],
  ['*.bak', 'a.bakery', false],
  ['notes/', 'notes/a.txt', true],
  ['notes/', 'notes', false],
  ['/top.txt', 'deep/top.txt', false],
  ['/top.txt', 'top.txt', true],
  ['deep/*.txt', 'deep/a.txt', true],
  ['deep/*.txt', 'deep/er/a.txt', false],
  ['temp?', 'temp1', true],
  ['[ab].txt', 'b.txt', true],
  ['# *.txt', 'a.txt', false],
  ['', 'templates/.hidden.yaml', true],
])('of .helmignore, %j leaves %j out: %s', (rule, path, isLeftOut) => {
  expect(ignoredBy(rule)(path)).toBe(isLeftOut);
});
