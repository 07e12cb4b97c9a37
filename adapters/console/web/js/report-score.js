import { h } from './dom.js';
import { percentOf, pointsText, toneOf } from './report-words.js';
import { t, timeText } from './texts.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDE = 120;
const HIGH = 30;

/** A score in its ring, with the grade below it. */
export function scoreRing({ score, grade }) {
  const ring = {
    class: `score score-${toneOf(score)}`,
    role: 'img',
    'aria-label': t('reports.score', { score, grade }),
  };
  return h('span', ring, h('b', {}, String(score)), h('i', {}, grade));
}

/** What a score has become since another one: `▼ 5 since 24 Nov`. */
export function changeText(points, at) {
  const since = t('reports.since', { time: timeText(at) });
  if (points === 0) return `${t('reports.unchanged')} ${since}`;
  return `${points > 0 ? '▲' : '▼'} ${pointsText(points).slice(1).replace(/\.0$/, '')} ${since}`;
}

/** How much was seen. */
export const coverageText = (coverage) => t('reports.coverage', { percent: percentOf(coverage) });

/** Scores over time as a small curve, from 0 to 100; what it shows is also its name. */
export function sparkline(history, cluster) {
  const svg = node('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, class: 'spark', role: 'img' });
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last) return undefined;
  svg.setAttribute('aria-label', t('reports.history', { cluster, first: first.score, last: last.score }));
  const span = Math.max(1, last.at - first.at);
  const place = ({ at, score }) => [2 + ((at - first.at) / span) * (WIDE - 6), 2 + (1 - score / 100) * (HIGH - 4)];
  const points = history
    .map((each) =>
      place(each)
        .map((n) => n.toFixed(1))
        .join(','),
    )
    .join(' ');
  const [x, y] = place(last);
  svg.append(
    node('polyline', { points, class: 'spark-line' }),
    node('circle', { cx: x, cy: y, r: 2.4, class: 'spark-dot' }),
  );
  return svg;
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
