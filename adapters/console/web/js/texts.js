import { storage } from './storage.js';

let texts = {};

/** The language of the page: chosen before, else the browser's. */
export let language = storage.get('language') ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');

/** Loads the texts of a language and makes it the page's. */
export async function useLanguage(wanted) {
  texts = await (await fetch(`/texts/${wanted}`)).json();
  language = wanted;
  document.documentElement.lang = wanted === 'zh' ? 'zh-CN' : 'en';
}

/** The text of a key, with `{name}` replaced. */
export function t(key, values = {}) {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

const locale = () => (language === 'zh' ? 'zh-CN' : 'en-GB');

/** A time of day, with the date where it is not today's. */
export function timeText(at) {
  const sameDay = new Date(at).toDateString() === new Date().toDateString();
  const date = sameDay ? {} : { month: 'short', day: 'numeric' };
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', ...date }).format(at);
}

/** A time on an axis: minutes, or with seconds and the day. */
export function clockText(at, exact = false) {
  const day = exact ? { day: 'numeric', month: 'short', second: '2-digit' } : {};
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', ...day }).format(at);
}

/** A moment of an axis: the day where one begins, else the time of day. */
export function axisTimeText(at) {
  const moment = new Date(at);
  const beginsDay = moment.getHours() === 0 && moment.getMinutes() === 0;
  return beginsDay ? new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short' }).format(at) : clockText(at);
}

/** Date and time to the second. */
export function fullTimeText(at) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** A length of time in at most two units: `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function durationText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const two = (n) => String(n).padStart(2, '0');
  if (minutes === 0) return t('time.seconds', { s: seconds });
  if (minutes < 60) return t('time.minutes', { m: minutes, s: two(seconds % 60) });
  if (minutes < 48 * 60) return t('time.hours', { h: Math.floor(minutes / 60), m: two(minutes % 60) });
  return t('time.days', { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60) });
}

/** An amount of money. */
export function moneyText({ amount, currency }) {
  const format = { style: 'currency', currency, currencyDisplay: 'narrowSymbol', maximumFractionDigits: 0 };
  return new Intl.NumberFormat(locale(), format).format(amount);
}
