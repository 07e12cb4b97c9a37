import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawingOf } from '../../src/charts/drawing.ts';
import { COLOURS } from '../../src/charts/look.ts';
import { svgOf } from '../../src/charts/svg.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { Chart } from '../../src/chat/types.ts';
import { climb, HOSTILE, MI, MINUTE, memory, NOON, textsOf } from './charts.ts';

const translate = loadMessages('templates/messages');

function draw(
  chart: Chart,
  title = 'Memory',
  over: { language?: 'en' | 'zh'; timeZone?: string; dark?: boolean } = {},
) {
  const look = { language: 'en' as const, timeZone: 'Asia/Shanghai', dark: false, ...over };
  const svg = svgOf(drawingOf(chart, title, { ...look, translate: translate[look.language] }));
  return { svg, texts: textsOf(svg) };
}

describe('a drawing', () => {
  test('says title, time with its zone, amounts in their units, the limit, the moment and what the curve did', () => {
    const { texts } = draw(memory());
    for (const text of ['Memory', '25 Nov 2026, 10:01–12:00 (Asia/Shanghai)', '256Mi', 'limit app 256Mi', 'OOMKilled'])
      expect(texts).toContain(text);
    expect(texts).toContain('checkout: peak 255Mi, last 255Mi');
    expect(texts).toContain('limit app: 256Mi');
  });

  test('says it in Chinese', () => {
    const { texts } = draw(memory(), '容器内存', { language: 'zh' });
    expect(texts).toEqual(expect.arrayContaining(['容器内存', '2026/11/25 10:01–12:00 (Asia/Shanghai)']));
    expect(texts).toContain('checkout: 峰值 255Mi，最新 255Mi');
  });

  test('has its axis in the zone that is asked for, with lines at its full hours', () => {
    expect(draw(memory()).texts).toEqual(expect.arrayContaining(['10:20', '11:00', '11:40']));
    expect(draw(memory(), 'x', { timeZone: 'Asia/Kolkata' }).texts).toEqual(
      expect.arrayContaining(['07:40', '08:20', '09:00']),
    );
    const week = Array.from({ length: 168 }, (_, n): [number, number] => [NOON - n * 60 * MINUTE, n]).reverse();
    const { texts } = draw(memory({ series: [{ name: 'a', points: week }] }), 'x', { timeZone: 'America/New_York' });
    expect(texts.filter((text) => /^\d+ Nov$/.test(text)).length).toBeGreaterThan(2);
    expect(texts.filter((text) => /^\d\d:\d\d$/.test(text))).toEqual([]);
  });

  test('is light or dark in the colours of the console', () => {
    const css = ['card', 'tokens'].map((name) => readFileSync(`adapters/console/web/css/${name}.css`, 'utf8')).join('');
    const { light, dark } = COLOURS;
    for (const [n, colour] of light.series.entries()) expect(css).toContain(`light-dark(${colour}, ${dark.series[n]})`);
    for (const name of ['limit', 'title', 'text', 'line', 'surface'] as const)
      expect(css).toContain(`light-dark(${light[name]}, ${dark[name]})`);
    expect(draw(memory()).svg).toContain(light.surface);
    expect(draw(memory(), 'x', { dark: true }).svg).toContain(dark.surface);
  });

  test('keeps the words of strangers words', () => {
    const hostile = memory({
      series: [{ name: HOSTILE, points: climb(60) }],
      limits: [{ name: HOSTILE, value: 256 * MI }],
      marks: [{ name: HOSTILE, at: NOON - 30 * MINUTE }],
    });
    const { svg, texts } = draw(hostile, HOSTILE);
    expect(svg).not.toMatch(/<(img|script)|onerror="1"/);
    // Nothing that XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets
    expect(svg).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    expect(texts.filter((text) => text.startsWith('<img src=x')).length).toBeGreaterThanOrEqual(4);
    expect(texts.every((text) => !text.includes('\n'))).toBe(true);
  });

  test('lets no name run out of the picture', () => {
    const name = 'very-'.repeat(100);
    const { texts } = draw(memory({ series: [{ name, points: climb(9) }], marks: [{ name, at: NOON }] }), name);
    expect(texts.filter((text) => text.includes('very-')).every((text) => text.endsWith('…'))).toBe(true);
  });

  test('says so where nothing was measured', () => {
    const empty = memory({ series: [{ name: 'checkout', points: [] }] });
    expect(draw(empty).texts).toContain('Nothing was measured in this time.');
    expect(draw(memory({ series: [] }), 'x', { language: 'zh' }).texts).toContain('这段时间内没有测量数据。');
  });

  test('shows a single point as a dot', () => {
    const { svg, texts } = draw(memory({ series: [{ name: 'a', points: [[NOON, 5 * MI]] }], marks: [] }));
    expect(texts).toContain('a: peak 5Mi, last 5Mi');
    expect(svg).toMatch(/<path d="M1 0A1 1 0 1 1[^>]*fill="#3f5fd8"/);
  });

  test('leaves out what is no figure or no moment', () => {
    const points: [number, number][] = [
      [NOON - MINUTE, Number.NaN],
      [NOON, 3],
      [Number.NaN, 9],
      [1e300, 9],
      [NOON + MINUTE, Infinity],
    ];
    const { svg, texts } = draw(
      memory({
        unit: 'count',
        series: [{ name: 'a', points }],
        limits: [{ name: 'l', value: Number.NaN }],
        marks: [{ name: 'm', at: Number.NaN }],
      }),
    );
    expect(texts).toContain('a: peak 3, last 3');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test('of 10,000 points keeps the one peak, and is not larger for them', () => {
    const points = Array.from({ length: 10_000 }, (_, n): [number, number] => [
      NOON + n * MINUTE,
      n === 5003 ? 97 : 40,
    ]);
    const { svg } = draw(memory({ unit: 'percent', series: [{ name: 'a', points }], limits: [], marks: [] }));
    expect(svg.length).toBeLessThan(200_000);
    // Percent end at 100, 92 below the upper edge and 290 high.
    expect(svg).toMatch(new RegExp(`[ L]\\d+\\.?\\d* ${(92 + 0.03 * 290).toFixed(1)}`));
  });

  test('names only the first of moments that lie together, and those at the edges inside', () => {
    const marks = [1, 2, 3, 60].map((ago) => ({ name: `killed ${ago}`, at: NOON - ago * MINUTE }));
    const { texts } = draw(memory({ marks }));
    expect(texts.filter((text) => text.startsWith('killed'))).toEqual(['killed 60', 'killed 3']);
  });

  test('breaks where nothing was measured, and a value alone between two gaps is a dot', () => {
    const values = [1, 2, null, 3, null, 4, 5];
    const points = values.map((value, n): [number, number | null] => [NOON + n * MINUTE, value]);
    const { svg, texts } = draw(memory({ unit: 'count', series: [{ name: 'a', points }], limits: [], marks: [] }));
    expect(texts).toContain('a: peak 5, last 5');
    const [, line = ''] = svg.match(/<path d="([^"]*)" [^>]*stroke="#3f5fd8" stroke-width="1.8"/) ?? [];
    // Two stretches, and between them the place of the dot.
    expect(line.match(/M/g)).toHaveLength(3);
    expect(line.match(/L/g)).toHaveLength(2);
    expect(svg.match(/<path d="M1 0A1 1 0 1 1[^>]*fill="#3f5fd8"/g)).toHaveLength(1);
    const onlyGaps = memory({ series: [{ name: 'a', points: [[NOON, null]] }] });
    expect(draw(onlyGaps).texts).toContain('Nothing was measured in this time.');
  });

  test('fills the area between two series, a shape for each stretch', () => {
    const points = (by: number) =>
      [1, 2, 3, null, 4, 5, 6].map((value, n): [number, number | null] => [NOON + n * MINUTE, value && value * by]);
    const series = [
      { name: 'p50', points: points(1) },
      { name: 'p95', points: points(2) },
    ];
    const shapes = (band: { low: string; high: string }) => {
      const { svg } = draw(memory({ unit: 'count', series, limits: [], marks: [], band }));
      return svg.match(/<polygon points="[^"]*" fill="#0d8a6f" fill-opacity="0.15"/g) ?? [];
    };
    expect(shapes({ low: 'p50', high: 'p95' })).toHaveLength(2);
    expect(shapes({ low: 'p50', high: 'p99' })).toEqual([]);
  });

  test('of a score goes from 0 to 100, of what falls below zero to below it', () => {
    const of = (unit: Chart['unit'], values: number[]) =>
      draw(
        memory({
          unit,
          series: [{ name: 'a', points: values.map((value, n) => [NOON + n * MINUTE, value]) }],
          limits: [],
          marks: [],
        }),
      ).texts;
    expect(of('points', [40, 42])).toEqual(expect.arrayContaining(['0', '25', '50', '75', '100']));
    expect(of('count', [-40, 38])).toEqual(expect.arrayContaining(['-40', '0', '40']));
  });
});
