import { describe, expect, test } from 'vitest';
import { drawingOf } from '../../src/charts/drawing.ts';
import { shortened, widthOf } from '../../src/charts/shared/amounts.js';
import { areUpright, barWords, drawableBars } from '../../src/charts/shared/bars.js';
import { svgOf } from '../../src/charts/svg.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { BarChart } from '../../src/chat/types.ts';
import { HOSTILE, textsOf } from './charts.ts';

const translate = loadMessages('templates/messages');

const bars = (over: Partial<BarChart> = {}): BarChart => ({
  kind: 'bars',
  unit: 'cores',
  stacked: false,
  categories: ['prod/checkout', 'prod/cart'],
  series: [
    { name: 'request', values: [4, 0.25] },
    { name: 'p95', values: [0.5, null] },
  ],
  ...over,
});

function draw(chart: BarChart, { title = 'CPU', language = 'en' as 'en' | 'zh', dark = false } = {}) {
  const look = { language, timeZone: 'Asia/Shanghai', dark, translate: translate[language] };
  const svg = svgOf(drawingOf(chart, title, look));
  const [, height = '0'] = svg.match(/<svg[^>]* height="(\d+)"/) ?? [];
  return { svg, texts: textsOf(svg), height: Number(height) };
}

describe('bars', () => {
  test('say title, categories, series, and every amount in its unit', () => {
    const { texts } = draw(bars());
    expect(texts).toEqual(
      expect.arrayContaining(['CPU', 'prod/checkout', 'prod/cart', 'request', 'p95', '4', '250m', '500m']),
    );
  });

  test('in both languages are drawn with the words they were given', () => {
    const { texts } = draw(bars({ categories: ['生产环境', '测试环境'] }), { title: '请求超配', language: 'zh' });
    expect(texts).toEqual(expect.arrayContaining(['请求超配', '生产环境', '测试环境']));
  });

  test('of money bear its currency and lose no digit that counts', () => {
    const money = bars({ unit: 'money', currency: 'CNY', series: [{ name: 'a', values: [12_345.67, -3.2] }] });
    expect(draw(money).texts).toEqual(expect.arrayContaining(['¥12,346', '-¥3.20']));
    expect(draw({ ...money, currency: 'credits' }).texts).toContain('12,346 credits');
  });

  test('that lie have a row for each category, and stand where names are short', () => {
    expect(areUpright(bars({ categories: ['prod', 'staging'] }))).toBe(true);
    const long = (count: number) =>
      bars({
        categories: Array.from({ length: count }, (_, n) => `namespace-${n}/a-workload-of-a-long-name-${n}`),
        series: [{ name: 'a', values: Array.from({ length: count }, (_, n) => n) }],
      });
    expect(areUpright(long(1))).toBe(false);
    expect(draw(long(20)).height).toBeGreaterThan(draw(long(2)).height + 300);
    const month = Array.from({ length: 31 }, (_, n) => `11-${n + 1}`);
    expect(areUpright(bars({ categories: month }))).toBe(true);
    expect(areUpright(bars({ categories: month.map((day) => `node ${day}`) }))).toBe(false);
  });

  test('of stacked series bear their sums, and beyond six the rest is one series', () => {
    const series = Array.from({ length: 9 }, (_, n) => ({ name: `s${n}`, values: [n, n === 8 ? null : 1] }));
    const chart = bars({ unit: 'count', stacked: true, series });
    const { texts } = draw(chart);
    expect(texts).toEqual(expect.arrayContaining(['36', '8', 's4', 'others']));
    expect(texts).not.toContain('s5');
    expect(draw(chart, { language: 'zh' }).texts).toContain('其他');
    expect(drawableBars(chart, 'others').series.at(-1)).toEqual({ name: 'others', values: [26, 3] });
  });

  test('side by side beyond six series, and beyond forty categories, say how many are not shown', () => {
    const categories = Array.from({ length: 45 }, (_, n) => `a category of some length ${n}`);
    const series = Array.from({ length: 8 }, (_, n) => ({ name: `s${n}`, values: categories.map((_, at) => at) }));
    const { texts } = draw(bars({ categories, series }));
    expect(texts).toContain('7 more are not shown');
    expect(texts).not.toContain('a category of some length 40');
  });

  test('without an amount are not the same as those of zero', () => {
    const amounts = (value: number | null) => draw(bars({ series: [{ name: 'a', values: [1, value] }] })).texts;
    expect(amounts(0).filter((text) => text === '0').length).toBe(
      amounts(null).filter((text) => text === '0').length + 1,
    );
    expect(barWords(bars())).toEqual(['prod/checkout: request 4, p95 500m', 'prod/cart: request 250m, p95 –']);
  });

  test('below, at and far above zero stay within the picture', () => {
    const { svg, texts } = draw(
      bars({ unit: 'count', categories: ['a', 'b', 'c'], series: [{ name: 'x', values: [-5e17, 0, 1e18] }] }),
    );
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(texts).toEqual(expect.arrayContaining(['-5.00e17', '0', '1.00e18']));
  });

  test('leave out what is no figure, and say so where nothing is left', () => {
    const broken = bars({ series: [{ name: 'x', values: [Number.NaN, Infinity, 3] }] });
    expect(draw(broken).texts).toContain('Nothing was measured in this time.');
    expect(draw(bars({ categories: [], series: [] })).texts).toContain('Nothing was measured in this time.');
    const short = bars({ series: [{ name: 'x', values: [1] }] });
    expect(drawableBars(short, '').series).toEqual([{ name: 'x', values: [1, null] }]);
  });

  test('keep the words of strangers words', () => {
    const hostile = bars({ categories: [HOSTILE, `2 ${HOSTILE}`], series: [{ name: HOSTILE, values: [1, 2] }] });
    const { svg, texts } = draw({ ...hostile, currency: HOSTILE, unit: 'money' }, { title: HOSTILE });
    expect(svg).not.toMatch(/<(img|script)|onerror="1"/);
    expect(svg).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    expect(texts.every((text) => !text.includes('\n'))).toBe(true);
  });

  test('are light or dark', () => {
    expect(draw(bars()).svg).toContain('#3f5fd8');
    expect(draw(bars(), { dark: true }).svg).toContain('#8fa9ff');
  });
});

describe('a long name', () => {
  test('keeps its beginning and its end, within its width', () => {
    expect(shortened('checkout-5d9c7b6f4-x2x9q', 40)).toBe('checkout-5d9c7b6f4-x2x9q');
    const short = shortened('checkout-service-5d9c7b6f4-x2x9q', 20);
    expect(short).toMatch(/^checkout-.*….*x2x9q$/);
    expect(widthOf(short)).toBeLessThanOrEqual(20);
    expect(widthOf(shortened('生产环境订单服务与支付网关的名称', 15))).toBeLessThanOrEqual(15);
    expect(shortened('😀'.repeat(30), 9)).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});
