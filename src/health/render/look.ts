import type { Translate } from '../../chat/messages.ts';
import type { Language, LocalText } from '../../chat/types.ts';
import type { ObjectRef, Saving } from '../types.ts';

/** For whom a report is shown: the words, their language, and where those people's clocks stand. */
export interface ReportLook {
  t: Translate;
  language: Language;
  timeZone: string;
  /** Public address of the console, for links to the whole report. */
  consoleUrl?: string | undefined;
}

const locale = (language: Language) => (language === 'zh' ? 'zh-CN' : 'en-GB');

/** Points lost or won with one decimal and their sign: `−4.2`, `+3.0`. */
export function signedText(points: number): string {
  const amount = Math.abs(points).toFixed(1);
  if (amount === '0.0') return amount;
  return `${points < 0 ? '−' : '+'}${amount}`;
}

/** A share of 0 to 1 as whole percent, never rounded up to 100. */
export function percentText(share: number): string {
  const percent = Math.round(share * 100);
  return `${percent === 100 && share < 1 ? 99 : percent}%`;
}

/** A day and a time of day on the reader's clock. */
export function momentText(at: number, { language, timeZone }: Pick<ReportLook, 'language' | 'timeZone'>): string {
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(locale(language), { ...parts, timeZone }).format(at);
}

/** A day with its year on the reader's calendar. */
export function dayText(at: number, { language, timeZone }: Pick<ReportLook, 'language' | 'timeZone'>): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeZone }).format(at);
}

/** An amount of money, without cents where they do not matter. A currency that is none is written before the amount as it is. */
export function moneyText({ amount, currency }: Pick<Saving, 'amount' | 'currency'>, language: Language): string {
  const digits = Math.abs(amount) >= 100 ? 0 : 2;
  const plain = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (!/^[A-Za-z]{3}$/.test(currency))
    return `${currency} ${new Intl.NumberFormat(locale(language), plain).format(amount)}`;
  const format = { ...plain, style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  return new Intl.NumberFormat(locale(language), format).format(amount);
}

/** What is freed, or asked for in addition: millicores as cores, bytes as GiB. */
export function freedText({ cpu, memory }: { cpu: number; memory: number }, { t }: Pick<ReportLook, 't'>): string {
  const signed = (value: number) => `${value < 0 ? '+' : '−'}${Number(Math.abs(value).toPrecision(3))}`;
  return t('reports.freed', { cpu: signed(cpu / 1000), memory: signed(memory / 1024 ** 3) });
}

/** `Deployment prod/api`. */
export function objectText({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The text of a language; the other one where it is empty. */
export function localText(text: LocalText, language: Language): string {
  return text[language] || text[language === 'en' ? 'zh' : 'en'];
}

/** At most `most` characters of a text in one line. It is never cut within a number or a Latin word, which would say something else. */
export function clip(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const letters = [...line];
  if (letters.length <= most) return line;
  const kept = letters.slice(0, most - 1).join('');
  const isWithin = /[\p{Script=Latin}\p{N}]/u.test(letters[most - 1] ?? '');
  const whole = isWithin ? kept.replace(/[\p{Script=Latin}\p{N}._/:%-]+$/u, '') : kept;
  return `${(whole.trim() || kept.replace(/[\p{N}.,]+$/u, '')).replace(/[\s,;:，；：]+$/u, '')}…`;
}

/** Seconds with two digits. */
export const secondsText = (ms: number) => String(Number((ms / 1000).toPrecision(2)));
