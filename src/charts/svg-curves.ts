import type * as Echarts from 'echarts';
import type { Chart } from '../chat/types.ts';
import type { CurveDrawing } from './drawing.ts';
import { axisTimeText, rangeText, zoneOffset } from './local-clock.ts';
import { type Edges, type PictureColours, PLOT, TEXT } from './look.ts';
import { curveOption, topOf } from './shared/curves.js';

/** The curves, their moments moved so that the axis has its lines at full hours and days of the zone; and the time they cover. */
export function curvePlot(drawing: CurveDrawing, edges: Edges, colours: PictureColours) {
  const { language, timeZone } = drawing;
  const ends = drawing.series.flatMap(({ points }) => [points[0] ?? 0, points.at(-2) ?? 0]);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const chart = moved(drawing, zoneOffset(to, timeZone));
  const option = curveOption(chart, {
    top: topOf(chart),
    colours,
    text: TEXT,
    grid: { ...edges, right: PLOT.right, left: PLOT.left },
    timeText: axisTimeText(to - from, language),
  });
  return { option: thinned(option), subtitle: rangeText(from, to, { language, timeZone }) };
}

function moved({ chart, series }: CurveDrawing, by: number): Chart {
  const pairs = (flat: Float64Array) =>
    Array.from({ length: flat.length / 2 }, (_, n): [number, number | null] => {
      const value = flat[2 * n + 1] ?? Number.NaN;
      return [(flat[2 * n] ?? 0) + by, Number.isNaN(value) ? null : value];
    });
  return {
    ...chart,
    series: series.map(({ name, points }) => ({ name, points: pairs(points) })),
    marks: chart.marks.map(({ name, at }) => ({ name, at: at + by })),
  };
}

/** A curve with more points than the picture has columns keeps the lowest and highest of each. */
function thinned(option: Echarts.EChartsOption): Echarts.EChartsOption {
  const series = [option.series ?? []].flat();
  const few = series.map((each) => (each.type === 'line' ? { ...each, sampling: 'minmax' } : each));
  return { ...option, series: few as Echarts.SeriesOption[] };
}
