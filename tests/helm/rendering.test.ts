import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readLocalChart } from '../../src/helm/local.ts';
import { createChartThread } from '../../src/helm/rendering.ts';
import { packed, webChart } from './archives.ts';

const thread = createChartThread({ patienceMs: 2500, memoryMb: 128 });
afterAll(() => thread.close());

const release = { name: 'web', namespace: 'shop', kubeVersion: 'v1.32.1', apiVersions: [], isUpgrade: false };
const render = (archive: Uint8Array, set: string[] = []) =>
  thread.run({ kind: 'render', source: { archive }, given: { set, setText: [] }, release });
const withTemplate = (text: string) => webChart('1.0.0', { 'web/templates/map.yaml': text });

describe('charts are rendered in a thread', () => {
  test('and come back as plain data', async () => {
    expect(await render(await webChart(), ['greeting=moin'])).toMatchObject({
      chart: { name: 'web', version: '1.0.0', appVersion: '1', description: 'A page', deprecated: false },
      objects: [{ kind: 'ConfigMap', metadata: { name: 'web' }, data: { greeting: 'moin', version: '1.0.0' } }],
      given: [{ path: 'greeting', value: '"moin"' }],
    });
  });

  test('and refused there with their own codes', async () => {
    await expect(render(new Uint8Array([1]))).rejects.toMatchObject({ code: 'CHART_INVALID' });
    await expect(render(await withTemplate('{{ fail "no" }}'))).rejects.toMatchObject({
      code: 'CHART_INVALID',
      message: expect.stringContaining('no'),
    });
    await expect(render(await webChart(), ['a'])).rejects.toMatchObject({ code: 'VALUES_INVALID' });
  });

  test('which ends one that never ends, and goes on with the next', async () => {
    const endless =
      '{{ define "a" }}{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}{{ end }}{{ template "a" }}';
    const slow = render(await withTemplate(endless));
    const next = render(await webChart());
    await expect(slow).rejects.toMatchObject({ name: 'Error' });
    expect((await next).objects).toHaveLength(1);
  });

  test('which ends one that takes all memory, and goes on with the next', async () => {
    const greedy =
      '{{ $l := list }}{{ range until 100000 }}{{ $l = append $l (repeat 1000 "xxxxxxxxxx") }}{{ end }}{{ len $l }}';
    await expect(render(await withTemplate(greedy))).rejects.toThrow();
    expect((await render(await webChart())).objects).toHaveLength(1);
  });

  test('that sees nothing of this process', async () => {
    process.env.CHART_TEST_SECRET = 'hunter2';
    const { objects } = await render(
      await withTemplate(
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a: "{{ .Values.constructor }}{{ .Values.__proto__ }}"\n',
      ),
    );
    delete process.env.CHART_TEST_SECRET;
    expect(objects[0]?.data).toEqual({ a: '' });
    await expect(render(await withTemplate('{{ env "CHART_TEST_SECRET" }}'))).rejects.toThrow(/env/);
  });

  test('that is told of several at once, and of what is wrong with one', async () => {
    const sources = [
      { id: 'good.tgz', source: { archive: await webChart('1.2.3') } },
      { id: 'bad', source: { archive: await packed({ 'bad/values.yaml': '' }) } },
      { id: 'shop', source: await readLocalChart(resolve('tests/helm/charts'), 'shop') },
    ];
    expect(await thread.run({ kind: 'describe', sources })).toMatchObject([
      { id: 'good.tgz', chart: { version: '1.2.3' } },
      { id: 'bad', problem: expect.stringContaining('Chart.yaml') },
      { id: 'shop', chart: { name: 'shop', description: 'A web service of a shop' } },
    ]);
  });
});

test('a thread that is closed takes nothing more', async () => {
  const other = createChartThread();
  await other.close();
  await expect(other.run({ kind: 'index', text: 'entries: {}' })).rejects.toMatchObject({ code: 'CHART_UNREACHABLE' });
});
