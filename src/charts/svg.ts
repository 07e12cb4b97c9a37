import { createRequire } from 'node:module';
import type * as Echarts from 'echarts';
import type { Chart } from '../chat/types.ts';
import type { Drawing } from './drawing.ts';
import { axisTimeText, rangeText, zoneOffset } from './local-clock.ts';
import { curveOption, topOf } from './shared/curves.js';

/** Charts as SVG, without a browser. The one-file build of ECharts is loaded because the many-file one takes six times as long. */
const echarts = createRequire(import.meta.url)('echarts/dist/echarts.min.js') as typeof Echarts;

/** The name by which the font of `assets/fonts` calls itself. */
export const FONT = 'Noto Sans SC Thin';

const WIDTH = 880;
const PLOT = { top: 92, height: 290, left: 62, right: 24 };
const LINE = 20;
const TEXT = { fontSize: 12.5, fontFamily: FONT };

/** The colours of the console: `css/tokens.css` and `css/card.css`. */
export const COLOURS = {
  light: {
    series: ['#3f5fd8', '#0d8a6f', '#a14fc4', '#b86a00', '#0a7fae', '#6a7080'],
    limit: '#bd2c2c',
    title: '#15171c',
    text: '#565c69',
    line: '#e5e7ec',
    surface: '#ffffff',
  },
  dark: {
    series: ['#8fa9ff', '#4fd1b0', '#cf9be6', '#eab566', '#6cc5ea', '#a3a9b6'],
    limit: '#f28b87',
    title: '#eceef2',
    text: '#a0a6b3',
    line: '#24262e',
    surface: '#15161b',
  },
};
type Colours = (typeof COLOURS)['light'];

/** Draws title, time, curves and legend. Every name is shown as the text it is. */
export function svgOf(drawing: Drawing): string {
  const colours = COLOURS[drawing.dark ? 'dark' : 'light'];
  const height = PLOT.top + PLOT.height + 34 + LINE * drawing.legend.length + 16;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    const { option, range } = drawing.series.length > 0 ? plot(drawing, height, colours) : nothing;
    chart.setOption({
      ...option,
      useUTC: true,
      backgroundColor: colours.surface,
      graphic: [...heading(drawing, range, colours), ...legend(drawing, colours)],
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

const nothing = { option: {}, range: '' };

/** The curves, their moments moved so that the axis has its lines at full hours and days of the zone. */
function plot(drawing: Drawing, height: number, colours: Colours) {
  const { language, timeZone } = drawing;
  const ends = drawing.series.flatMap(({ points }) => [points[0] ?? 0, points.at(-2) ?? 0]);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const chart = moved(drawing, zoneOffset(to, timeZone));
  const option = curveOption(chart, {
    top: topOf(chart),
    colours,
    text: TEXT,
    grid: { top: PLOT.top, right: PLOT.right, bottom: height - PLOT.top - PLOT.height, left: PLOT.left },
    timeText: axisTimeText(to - from, language),
  });
  return { option: thinned(option), range: rangeText(from, to, { language, timeZone }) };
}

function moved({ unit, series, limits, marks }: Drawing, by: number): Chart {
  const pairs = (flat: Float64Array) =>
    Array.from({ length: flat.length / 2 }, (_, n): [number, number] => [
      (flat[2 * n] ?? 0) + by,
      flat[2 * n + 1] ?? 0,
    ]);
  return {
    unit,
    limits,
    series: series.map(({ name, points }) => ({ name, points: pairs(points) })),
    marks: marks.map(({ name, at }) => ({ name, at: at + by })),
  };
}

/** A curve with more points than the picture has columns keeps the lowest and highest of each. */
function thinned(option: Echarts.EChartsOption): Echarts.EChartsOption {
  const series = [option.series ?? []].flat();
  return { ...option, series: series.map((each) => ({ ...each, sampling: 'minmax' })) as Echarts.SeriesOption[] };
}

const oneLine = { width: WIDTH - 48, overflow: 'truncate', ellipsis: '…' } as const;

function heading({ title, series, empty }: Drawing, range: string, colours: Colours) {
  const line = (text: string, y: number, font: { fontSize: number; fill: string }) => ({
    type: 'text' as const,
    silent: true,
    style: { ...oneLine, text, x: 24, y, fontFamily: FONT, ...font },
  });
  return [
    line(title, 18, { fontSize: 18, fill: colours.title }),
    ...(range ? [line(range, 45, { fontSize: 12.5, fill: colours.text })] : []),
    ...(series.length === 0 ? [line(empty, PLOT.top + PLOT.height / 2, { fontSize: 15, fill: colours.text })] : []),
  ];
}

function legend({ legend: lines, series }: Drawing, colours: Colours) {
  return lines.flatMap((text, n) => {
    const y = PLOT.top + PLOT.height + 34 + LINE * n;
    const isLimit = n >= series.length;
    const stroke = isLimit ? colours.limit : (colours.series[n] ?? colours.text);
    return [
      {
        type: 'line' as const,
        silent: true,
        shape: { x1: 24, y1: y + 8, x2: 42, y2: y + 8 },
        style: { stroke, lineWidth: 2.4, ...(isLimit && { lineDash: [4, 3] }) },
      },
      {
        type: 'text' as const,
        silent: true,
        style: { ...oneLine, width: WIDTH - 100, text, x: 52, y, fill: colours.text, ...TEXT },
      },
    ];
  });
}
