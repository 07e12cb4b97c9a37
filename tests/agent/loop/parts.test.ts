import { afterEach, describe, expect, test } from 'vitest';
import { curveOf } from '../../../src/agent/loop/curves.ts';
import { createEvidenceStore, evidenceSpec } from '../../../src/agent/loop/evidence-store.ts';
import { cutMiddle, linesOf } from '../../../src/agent/loop/render.ts';
import { createSummary } from '../../../src/agent/loop/summary.ts';
import { temporaryStore } from '../../support/store.ts';

const stores: { dispose(): Promise<void> }[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.dispose();
});

describe('an answer in lines', () => {
  test('keeps texts as they are, and says how long lists are', () => {
    const pods = [
      { name: 'a', ready: true },
      { name: 'b', note: 'x'.repeat(300), labels: { app: 'web' } },
    ];
    expect(linesOf({ kind: 'List', count: 2, empty: [], none: {}, log: 'one\n two\n', names: ['a', 'b'], pods })).toBe(
      [
        'kind: List',
        'count: 2',
        'empty (0):',
        'none: {}',
        'log: 2 lines',
        '  one',
        '   two',
        'names (2): a, b',
        'pods (2):',
        '  - {"name":"a","ready":true}',
        '  - name: b',
        `    note: ${'x'.repeat(300)}`,
        '    labels:',
        '      app: web',
      ].join('\n'),
    );
  });

  test('is cut in the middle, at whole lines, and says how much is gone', () => {
    const text = Array.from({ length: 1000 }, (_, n) => `line ${n}`).join('\n');
    const cut = cutMiddle(text, 1000);
    expect(cut.length).toBeLessThanOrEqual(1000);
    expect(cut).toMatch(/^line 0\n[\s\S]*\n… \d+ characters in \d+ lines left out …\n[\s\S]*\nline 999$/);
    expect(cut.split('\n').every((line) => /^(line \d+|… .*)$/.test(line))).toBe(true);
    expect(cutMiddle('x'.repeat(5000), 1000).length).toBeLessThanOrEqual(1000);
    expect(cutMiddle('short', 1000)).toBe('short');
  });
});

describe('a curve', () => {
  const data = (values: (string | number)[], labels: Record<string, string> = {}) => ({
    resultType: 'matrix',
    series: [
      { metric: labels, points: values.map((value, n): [number, string | number] => [1_764_000_000 + 60 * n, value]) },
    ],
    truncated: false,
  });

  test.each([
    ['up', [1, 1, 1, 1, 1, 2, 2, 2, 2, 2], 'min 1, max 2, mean 1.5, last 2, rising by 100%'],
    ['down', [4, 4, 4, 4, 4, 2, 2, 2, 2, 2], 'min 2, max 4, mean 3, last 2, falling by 50%'],
    ['nowhere', [2, 3, 2, 3, 2, 3, 2, 3, 2, 3], 'min 2, max 3, mean 2.5, last 3, steady'],
    ['with gaps', ['1', 'NaN', '+Inf', '1'], '2 points from'],
    ['of nothing', ['NaN'], 'no values'],
  ])('that goes %s is told in a few figures', (_, values, told) => {
    expect(curveOf('up', data(values))?.summary).toContain(told);
  });

  test.each([
    ['container_memory_working_set_bytes', 'bytes'],
    ['sum(rate(container_cpu_usage_seconds_total[5m]))', 'cores'],
    ['container_memory_working_set_bytes / node_memory_MemTotal_bytes', 'count'],
    ['kube_pod_container_status_restarts_total{path="/a"}', 'count'],
    ['apiserver_request_duration_seconds', 'seconds'],
  ])('of %s is in %s', (promql, unit) => {
    expect(curveOf(promql, data([1, 2]))?.chart.chart.unit).toBe(unit);
  });

  test('is thinned for the picture, and what is no curve has none', () => {
    const drawn = curveOf('up', data(Array.from({ length: 2000 }, (_, n) => n)))?.chart.chart.series[0]?.points;
    expect(drawn?.length).toBeLessThanOrEqual(300);
    expect(drawn?.at(-1)?.[1]).toBe(1999);
    expect(curveOf('up', { resultType: 'matrix', series: [], truncated: false })).toBeUndefined();
    expect(curveOf('up', { ...data([1]), warnings: ['Only of shop.'] })?.summary).toMatch(/\nOnly of shop\.$/);
    expect(curveOf('up', { resultType: 'vector' })).toBeUndefined();
  });
});

describe('a summary', () => {
  test.each([1, 2, 3, 7, 100])('is read out of arguments that come in pieces of %i', (size) => {
    const summary = 'Größe "x" \\ 内存 \u{1f600}\n\ttab';
    const escaped = JSON.stringify({ summary, claims: ['"summary": "no"'] })
      .replace('内', '\\u5185')
      .replace('\u{1f600}', '\\ud83d\\ude00');
    let said = '';
    const hear = createSummary((piece) => {
      said += piece;
    });
    for (let at = 0; at < escaped.length; at += size) hear('finish', escaped.slice(at, at + size));
    expect(said).toBe(summary);
  });

  test('of another tool, or broken, is nothing', () => {
    let said = '';
    const hear = createSummary((piece) => {
      said += piece;
    });
    hear('k8s_get', '{"summary":"x"}');
    hear('finish', '{"summary":7,');
    expect(said).toBe('');
  });
});

describe('the evidence store', () => {
  async function kept() {
    const store = await temporaryStore();
    stores.push(store);
    const rows = store.collection(evidenceSpec);
    let [now, ids] = [1_764_000_000_000, 0];
    const open = () => createEvidenceStore({ rows, clock: () => now, newId: () => `k${++ids}` });
    const pass = (ms: number) => {
      now += ms;
    };
    return { rows, open, pass };
  }

  test('keeps a text for a week', async () => {
    const { rows, open, pass } = await kept();
    const key = await open().keep('one\ntwo');
    expect(await open().read(key)).toBe('one\ntwo');
    pass(7 * 24 * 3600_000 + 1);
    expect(await open().read(key)).toBeUndefined();
    await open().keep('new');
    expect(await rows.count()).toBe(1);
  });

  test('keeps of a very long text the head and the tail, and of very many the newest', async () => {
    const { rows, open, pass } = await kept();
    const long = await open().keep(`begin${'x'.repeat(400_000)}end`);
    const text = (await open().read(long)) ?? '';
    expect(text.length).toBeLessThan(260_000);
    expect(text).toMatch(/^begin[\s\S]*left out[\s\S]*end$/);
    const store = open();
    for (let n = 0; n < 1005; n++) {
      pass(1);
      await store.keep(`${n}`);
    }
    await open().keep('last');
    expect(await rows.count()).toBeLessThanOrEqual(1001);
    expect(await store.read(long)).toBeUndefined();
  });
});
