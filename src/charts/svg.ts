import { createRequire } from 'node:module';
import type * as Echarts from 'echarts';
import type { BarDrawing, Drawing } from './drawing.ts';
import { COLOURS, type Edges, FONT, type PictureColours, PLOT, TEXT, WIDTH } from './look.ts';
import { areUpright, barOption, barsHeight } from './shared/bars.js';
import { curvePlot } from './svg-curves.ts';

/** Charts as SVG, without a browser. The one-file build of ECharts is loaded because the many-file one takes six times as long. */
const echarts = createRequire(import.meta.url)('echarts/dist/echarts.min.js') as typeof Echarts;

const LINE = 20;
/** From the chart's lower edge to the first line of the legend. */
const BELOW = 34;
/** The line below the title. */
const SUBTITLE = 26;
/** The most that names beside bars that lie may take. */
const NAMES = 270;

/** Draws title, time, chart and legend. Every name is shown as the text it is. */
export function svgOf(drawing: Drawing): string {
  const colours = COLOURS[drawing.dark ? 'dark' : 'light'];
  const top = drawing.kind === 'bars' && !drawing.note ? PLOT.top - SUBTITLE : PLOT.top;
  const legendTop = top + plotHeight(drawing) + BELOW;
  const height = legendTop + LINE * drawing.legend.length + 16;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    const { option, subtitle } = plot(drawing, { top, bottom: height - legendTop + BELOW }, colours);
    chart.setOption({
      ...option,
      useUTC: true,
      backgroundColor: colours.surface,
      graphic: [...heading(drawing, subtitle, colours), ...legend(drawing, legendTop, colours)],
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function plotHeight(drawing: Drawing): number {
  return drawing.kind === 'bars' && countOf(drawing) > 0 ? barsHeight(drawing.chart, PLOT.height) : PLOT.height;
}

/** How many series there are to draw. */
const countOf = (drawing: Drawing) => (drawing.kind === 'bars' ? drawing.chart.series : drawing.series).length;

function plot(drawing: Drawing, edges: Edges, colours: PictureColours) {
  if (countOf(drawing) === 0) return { option: {}, subtitle: '' };
  return drawing.kind === 'bars' ? barPlot(drawing, edges, colours) : curvePlot(drawing, edges, colours);
}

function barPlot({ chart, note }: BarDrawing, edges: Edges, colours: PictureColours) {
  const grid = { ...edges, right: PLOT.right, left: areUpright(chart) ? PLOT.left : 28 };
  return { option: barOption(chart, { colours, text: TEXT, grid, room: NAMES }), subtitle: note };
}

const oneLine = { width: WIDTH - 48, overflow: 'truncate', ellipsis: '…' } as const;

function heading(drawing: Drawing, subtitle: string, colours: PictureColours) {
  const { title, empty } = drawing;
  const line = (text: string, y: number, font: { fontSize: number; fill: string }) => ({
    type: 'text' as const,
    silent: true,
    style: { ...oneLine, text, x: 24, y, fontFamily: FONT, ...font },
  });
  return [
    line(title, 18, { fontSize: 18, fill: colours.title }),
    ...(subtitle ? [line(subtitle, 45, { fontSize: 12.5, fill: colours.text })] : []),
    ...(countOf(drawing) === 0 ? [line(empty, PLOT.top + PLOT.height / 2, { fontSize: 15, fill: colours.text })] : []),
  ];
}

function legend(drawing: Drawing, top: number, colours: PictureColours) {
  const drawn = countOf(drawing);
  return drawing.legend.flatMap((text, n) => {
    const y = top + LINE * n;
    const colour = n >= drawn ? colours.limit : (colours.series[n] ?? colours.text);
    const words = { ...oneLine, width: WIDTH - 100, text, x: 52, y, fill: colours.text, ...TEXT };
    return [
      drawing.kind === 'bars' ? square(y, colour) : stroke(y, colour, n >= drawn),
      { type: 'text' as const, silent: true, style: words },
    ];
  });
}

const stroke = (y: number, colour: string, isDashed: boolean) => ({
  type: 'line' as const,
  silent: true,
  shape: { x1: 24, y1: y + 8, x2: 42, y2: y + 8 },
  style: { stroke: colour, lineWidth: 2.4, ...(isDashed && { lineDash: [4, 3] }) },
});

const square = (y: number, colour: string) => ({
  type: 'rect' as const,
  silent: true,
  shape: { x: 28, y: y + 3, width: 11, height: 11, r: 2 },
  style: { fill: colour },
});
