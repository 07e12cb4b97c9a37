import type { Language } from '../chat/types.ts';

/** Clocks of a time zone, for a renderer that knows only UTC. */

const LOCALES: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };
const DAY = 24 * 3_600_000;

/** How far a zone's clocks are ahead of UTC at that moment, milliseconds. */
export function zoneOffset(at: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000;
}

/** Names moments of an axis whose moments were moved by the zone's offset: the day where one begins, else the time of day. */
export function axisTimeText(span: number, language: Language): (at: number) => string {
  const of = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(LOCALES[language], { timeZone: 'UTC', ...options });
  const day = of({ day: 'numeric', month: 'short' });
  const time = of({ hour: '2-digit', minute: '2-digit', ...(span > 0 && span < 5 * 60_000 && { second: '2-digit' }) });
  return (at) => (at % DAY === 0 ? day : time).format(at);
}

/** From when until when, and by which clocks. */
export function rangeText(from: number, to: number, { language, timeZone }: { language: Language; timeZone: string }) {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `${format.formatRange(from, to)} (${timeZone})`;
}
