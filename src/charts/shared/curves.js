/** What the console's charts and the pictures have in common. The page is given this file as it is, so it is JavaScript. */

/** Series have as many colours as this; further ones are not drawn. */
export const COLOURS = 6;

const KI = 1024;
const BYTES = ['', 'Ki', 'Mi', 'Gi', 'Ti'];
/** The last moment that a date can be. */
const END_OF_TIME = 8.64e15;

/** An amount as text, in the units in which limits are written, with three digits: `256Mi`, `250m`, `85%`, `1.2 s`. */
export function amountText(value, unit) {
  if (unit === 'bytes') {
    const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10)));
    return `${digits(value / KI ** power)}${BYTES[power]}`;
  }
  if (unit === 'cores') return value !== 0 && Math.abs(value) < 1 ? `${digits(value * 1000)}m` : digits(value);
  if (unit === 'percent') return `${digits(value)}%`;
  return unit === 'seconds' ? `${digits(value)} s` : digits(value);
}

const digits = (value) => String(Number(value.toPrecision(3)));

/** The distance between lines of a scale that reaches `top` in about four steps: powers of two for bytes, else 1, 2, 5, and quarters for percent. */
export function stepOf(top, unit) {
  const rough = Math.max(top, unit === 'bytes' ? 1 : 0.001) / 4;
  if (unit === 'bytes') return 2 ** Math.ceil(Math.log2(rough));
  const ten = 10 ** Math.floor(Math.log10(rough));
  const factors = unit === 'percent' ? [1, 2, 2.5, 5] : [1, 2, 5];
  return ten * (factors.find((factor) => factor * ten >= rough) ?? 10);
}

/** A chart without what cannot be drawn: no figures, no moments, series without a point, and more series than colours. */
export function drawable({ unit, series, limits, marks }) {
  const isPoint = ([at, value]) => Number.isFinite(value) && Math.abs(at) <= END_OF_TIME;
  const whole = series.map(({ name, points }) => ({ name, points: points.filter(isPoint) }));
  return {
    unit,
    series: whole.filter(({ points }) => points.length > 0).slice(0, COLOURS),
    limits: limits.filter(({ value }) => Number.isFinite(value)),
    marks: marks.filter(({ at }) => Math.abs(at) <= END_OF_TIME),
  };
}

/** The highest value that a drawable chart must reach. */
export function topOf({ series, limits }) {
  const peaks = series.map(({ points }) => peakOf(points));
  return Math.max(0, ...peaks, ...limits.map(({ value }) => value));
}

/** From when until when curves go. */
function timeOf(series) {
  const ends = series.flatMap(({ points }) => [points[0][0], points.at(-1)[0]]);
  return [Math.min(...ends), Math.max(...ends)];
}

/** The highest value of some points. */
export const peakOf = (points) => points.reduce((peak, [, value]) => Math.max(peak, value), Number.NEGATIVE_INFINITY);

/**
 * The options of Apache ECharts for a drawable chart. `look`: `top` of the scale, `colours` (series, limit, text, line, surface),
 * `text` (fontSize, fontFamily), `grid`, and `timeText(at)` for the axis. https://echarts.apache.org/en/option.html
 */
export function curveOption({ unit, series, limits, marks }, { top, colours, text, grid, timeText }) {
  const reach = unit === 'percent' && top <= 100 ? Math.min(100, top * 1.04) : top * 1.04;
  const step = stepOf(reach, unit);
  const label = { ...text, color: colours.text };
  return {
    animation: false,
    textStyle: label,
    color: colours.series,
    grid,
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...label, hideOverlap: true, formatter: (at) => timeText(at) },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: Math.max(1, Math.ceil(reach / step)) * step,
      interval: step,
      axisLabel: { ...label, formatter: (value) => amountText(value, unit) },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: series.map((each, n) => ({
      type: 'line',
      name: plain(each.name),
      data: each.points,
      showSymbol: each.points.length === 1,
      lineStyle: { width: 1.8 },
      areaStyle: series.length === 1 ? { opacity: 0.09 } : undefined,
      markLine: n === 0 ? lines(limits, marks, { unit, label, colours, time: timeOf(series) }) : undefined,
    })),
  };
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

/** Without the signs that styled text on a canvas is written with. */
const plain = (text) => text.replace(/[{}|]/g, ' ');
