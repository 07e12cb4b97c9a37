import { amountText, plain, scaleOf } from './amounts.js';

/** What the console's curves and the pictures have in common. The page is given this file as it is, so it is JavaScript. */

/** Series have as many colours as this; further ones are not drawn. */
export const COLOURS = 6;

/** The last moment that a date can be. */
const END_OF_TIME = 8.64e15;

/** A chart without what cannot be drawn: no figures, no moments, series without a point, and more series than colours. */
export function drawable({ unit, series, limits, marks, band }) {
  const isPoint = ([at, value]) => (value === null || Number.isFinite(value)) && Math.abs(at) <= END_OF_TIME;
  const whole = series.map(({ name, points }) => ({ name, points: points.filter(isPoint) }));
  const drawn = whole.filter(({ points }) => points.some(([, value]) => value !== null)).slice(0, COLOURS);
  const hasBand = band && [band.low, band.high].every((edge) => drawn.some(({ name }) => name === edge));
  return {
    unit,
    series: drawn,
    limits: limits.filter(({ value }) => Number.isFinite(value)),
    marks: marks.filter(({ at }) => Math.abs(at) <= END_OF_TIME),
    ...(hasBand && { band }),
  };
}

/** The highest value that a drawable chart must reach. A score is always shown on its whole scale. */
export function topOf({ unit, series, limits }) {
  const peaks = series.map(({ points }) => peakOf(points));
  return Math.max(unit === 'points' ? 100 : 0, ...peaks, ...limits.map(({ value }) => value));
}

function bottomOf({ series, limits }) {
  const lows = series.map(({ points }) => points.reduce((low, [, value]) => Math.min(low, value ?? low), 0));
  return Math.min(0, ...lows, ...limits.map(({ value }) => value));
}

/** From when until when curves go. */
function timeOf(series) {
  const ends = series.flatMap(({ points }) => [points[0][0], points.at(-1)[0]]);
  return [Math.min(...ends), Math.max(...ends)];
}

/** The highest value of some points. */
export const peakOf = (points) =>
  points.reduce((peak, [, value]) => (value === null ? peak : Math.max(peak, value)), Number.NEGATIVE_INFINITY);

/** The newest value of a drawable series. */
export const lastOf = (points) => points.findLast(([, value]) => value !== null)?.[1] ?? 0;

/**
 * The options of Apache ECharts for a drawable chart. `look`: `top` of the scale, `colours` (series, limit, text, line, surface),
 * `text` (fontSize, fontFamily), `grid`, and `timeText(at)` for the axis. https://echarts.apache.org/en/option.html
 */
export function curveOption(chart, { top, colours, text, grid, timeText }) {
  const { unit, series, limits, marks, band } = chart;
  const isWhole = (unit === 'percent' || unit === 'points') && top <= 100;
  const reach = isWhole ? Math.min(100, top * 1.04) : top * 1.04;
  const label = { ...text, color: colours.text };
  return {
    animation: false,
    textStyle: label,
    color: colours.series,
    grid,
    xAxis: {
      type: 'time',
      axisLine: { onZero: false, lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...label, hideOverlap: true, formatter: (at) => timeText(at) },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      ...scaleOf(bottomOf(chart), reach, unit),
      axisLabel: { ...label, formatter: (value) => amountText(value, unit) },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: [
      ...series.map((each, n) => ({
        ...lineOf(each),
        lineStyle: { width: 1.8 },
        areaStyle: series.length === 1 ? { opacity: 0.09 } : undefined,
        markLine: n === 0 ? lines(limits, marks, { unit, label, colours, time: timeOf(series) }) : undefined,
      })),
      ...(band ? [areaOf(series, band, colours)] : []),
    ],
  };
}

/** A line with its gaps. A value alone between two of them is a dot: no line would show it. */
function lineOf({ name, points }) {
  const line = { type: 'line', name: plain(name), connectNulls: false };
  const isAlone = (n) => points[n][1] !== null && [n - 1, n + 1].every((by) => (points[by]?.[1] ?? null) === null);
  const alone = points.map((_, n) => isAlone(n));
  if (!alone.includes(true)) return { ...line, data: points, showSymbol: false };
  const dot = { symbol: 'circle', symbolSize: 5 };
  const data = points.map((value, n) => (alone[n] ? { value, ...dot } : value));
  return { ...line, data, symbol: points.length === 1 ? 'circle' : 'none', showSymbol: true };
}

/** Corners of an area, at most: more than there are columns to see. */
const CORNERS = 800;

/** The area between two series, drawn as one shape for each stretch without a gap. */
function areaOf(series, { low, high }, { series: palette }) {
  const of = (edge) => series.findIndex(({ name }) => name === edge);
  const stretches = stretchesOf(series[of(low)].points, series[of(high)].points);
  return {
    type: 'custom',
    name: '',
    silent: true,
    clip: true,
    z: 1,
    tooltip: { show: false },
    encode: { x: 0, y: [1, 2] },
    data: stretches.map(([first]) => first),
    renderItem: ({ dataIndex }, api) => {
      const stretch = stretches[dataIndex];
      const there = stretch.map(([at, bottom]) => api.coord([at, bottom]));
      const back = stretch.map(([at, , top]) => api.coord([at, top])).reverse();
      const style = { fill: palette[of(high)], opacity: 0.15, stroke: 'none' };
      return { type: 'polygon', shape: { points: [...there, ...back] }, style, silent: true };
    },
  };
}

/** [moment, low, high] where both were measured, parted at gaps. */
function stretchesOf(lows, highs) {
  const bottoms = new Map(lows);
  const stretches = [[]];
  for (const [at, top] of highs) {
    const bottom = bottoms.get(at) ?? null;
    if (bottom === null || top === null) stretches.push([]);
    else stretches.at(-1).push([at, bottom, top]);
  }
  return stretches.filter(({ length }) => length > 0).map(thinned);
}

/** The lowest and the highest of every few moments. */
function thinned(stretch) {
  const few = Math.ceil(stretch.length / CORNERS);
  if (few === 1) return stretch;
  return Array.from({ length: Math.ceil(stretch.length / few) }, (_, n) => {
    const part = stretch.slice(n * few, (n + 1) * few);
    return [part[0][0], Math.min(...part.map((each) => each[1])), Math.max(...part.map((each) => each[2]))];
  });
}

/** Moments closer than this part of the whole time share the name of the first, so that names do not lie on each other. */
const ROOM = 0.14;
/** Names are anybody's: the room they may take. */
const short = (width) => ({ width, overflow: 'truncate', ellipsis: '…' });

function lines(limits, marks, { unit, label, colours, time }) {
  const across = limits.map(({ name, value }) => ({
    yAxis: value,
    lineStyle: { color: colours.limit, type: 'dashed', width: 1.4 },
    label: {
      ...label,
      ...short(260),
      color: colours.limit,
      textBorderColor: colours.surface,
      textBorderWidth: 3,
      position: 'insideStartTop',
      formatter: () => `${plain(name)} ${amountText(value, unit)}`,
    },
  }));
  return { silent: true, symbol: 'none', data: [...across, ...uprights(marks, { label, colours, time })] };
}

function uprights(marks, { label, colours, time: [from, to] }) {
  let named = Number.NEGATIVE_INFINITY;
  const near = ROOM * (to - from);
  return marks
    .toSorted((a, b) => a.at - b.at)
    .map(({ name, at }) => {
      const show = at - named >= near;
      if (show) named = at;
      const align = at - from < near / 2 ? 'left' : to - at < near / 2 ? 'right' : 'center';
      return {
        xAxis: at,
        lineStyle: { color: colours.text, type: 'solid', width: 1 },
        label: { ...label, ...short(130), show, align, position: 'end', formatter: () => plain(name) },
      };
    });
}
