/** Moments that people name when they want something back: yesterday, two hours ago, last week. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The last moment of what is meant, epoch milliseconds: what ran then is wanted. Undefined where no time is named. */
export function momentIn(text: string, now: number, zone: string): number | undefined {
  const ago =
    /(\d{1,3})\s*(?:(hours?|hrs?|h|个?小时)|(days?|d|天)|(weeks?|周|个?星期)|(minutes?|mins?|分钟))\s*(?:ago|之?前|以前)/i.exec(
      text,
    );
  if (ago) {
    const [, amount, hours, days, weeks] = ago;
    const unit = hours ? HOUR : days ? DAY : weeks ? 7 * DAY : 60_000;
    return now - Number(amount) * unit;
  }
  if (/\bday before yesterday|前天/i.test(text)) return dayStart(now, zone) - DAY - 1;
  if (/\byesterday|昨天|昨日|昨晚/i.test(text)) return dayStart(now, zone) - 1;
  if (/\bthis morning\b|今天早上|今早/i.test(text)) return dayStart(now, zone) + 12 * HOUR;
  if (/\blast week|上周|上星期|上个星期/i.test(text)) return weekStart(now, zone) - 1;
  return undefined;
}

/** Midnight there, of the day that it is. */
export function dayStart(now: number, zone: string): number {
  const parts = partsOf(now, zone);
  const since =
    ((Number(parts.hour) % 24) * 60 + Number(parts.minute)) * 60_000 + Number(parts.second) * 1000 + (now % 1000);
  return now - since;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function weekStart(now: number, zone: string): number {
  return dayStart(now, zone) - Math.max(0, WEEKDAYS.indexOf(partsOf(now, zone).weekday ?? 'Mon')) * DAY;
}

function partsOf(now: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
}

/** `2026-11-25 14:03`, as it was there. */
export function momentText(at: number, zone: string): string {
  if (at === 0) return '–';
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(at);
}
