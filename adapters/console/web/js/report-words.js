import { language, moneyText, t, timeText } from './texts.js';

/** How reports word things: points, places, money, and texts that come in both languages. */

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
export const TONES = { critical: 'danger', high: 'danger', medium: 'warning', low: 'info', info: 'neutral' };

/** The text of the page's language. */
export const said = (text) => text[language] || text.en;

/** Points lost or won: `−4.2`. */
export function pointsText(points) {
  const amount = Math.abs(points).toFixed(1);
  return amount === '0.0' ? amount : `${points < 0 ? '−' : '+'}${amount}`;
}

/** A share as whole percent, never rounded up to 100. */
export const percentOf = (share) => (share < 1 ? Math.min(99, Math.round(share * 100)) : 100);

/** Critical and info are worded like incidents', the rest here. */
export const severityText = (severity) =>
  t(severity === 'critical' || severity === 'info' ? `severity.${severity}` : `report.${severity}`);

/** The colour of a score. */
export const toneOf = (score) => (score >= 80 ? 'good' : score >= 60 ? 'fair' : 'bad');

/** What a change saves a month; what is not safe only would. */
export function savingText({ amount, currency, source, asOf, zeroUntil }, { at, verdict }) {
  const money = `${amountText(amount, currency)} (${t(`report.price-${source}`, { asOf })})`;
  return zeroUntil > at
    ? t('report.savesLater', { time: timeText(zeroUntil), amount: money })
    : t(verdict === undefined || verdict === 'SAFE' ? 'report.saves' : 'report.wouldSave', { amount: money });
}

const amountText = (amount, currency) =>
  /^[A-Za-z]{3}$/.test(currency) ? moneyText({ amount, currency }) : `${currency} ${Math.round(amount)}`;

/** A report's chart with its words in the page's language; names of things stay as they are. */
export function chartBlock({ title, chart, words = {} }) {
  const word = (name) => (Object.hasOwn(words, name) ? said(words[name]) : name);
  const named = (list) => list.map((each) => ({ ...each, name: word(each.name) }));
  if (chart.kind === 'bars') {
    const { categories, series } = chart;
    return { title: said(title), chart: { ...chart, categories: categories.map(word), series: named(series) } };
  }
  const { series, limits, marks, band } = chart;
  const local = { ...chart, series: named(series), limits: named(limits), marks: named(marks) };
  if (band) local.band = { low: word(band.low), high: word(band.high) };
  return { title: said(title), chart: local };
}
