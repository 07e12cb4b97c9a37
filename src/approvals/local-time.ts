import type { Policy, QuietHours } from './policy-form.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day (`2026-11-25`) and the minute of it, as clocks in that zone show them. */
export function localTime(at: number, timeZone: string): { date: string; minute: number } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
  formats.set(timeZone, format);
  const [date = '', time = ''] = format.format(at).split(' ');
  return { date, minute: minuteOf(time) };
}

/** Whether a moment lies in the quiet hours. Those that end on the next day belong to the day on which they begin. */
export function isQuiet(hours: Omit<QuietHours, 'autonomy'>, at: number, timeZone: string): boolean {
  const { date, minute } = localTime(at, hours.timeZone ?? timeZone);
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)];
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const begins = (day: number) => {
    const name = DAYS[(day + 7) % 7];
    return !hours.days || (name !== undefined && hours.days.includes(name));
  };
  if (from < to) return begins(weekday) && minute >= from && minute < to;
  return (begins(weekday) && minute >= from) || (begins(weekday - 1) && minute < to);
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/** The quiet hours that hold at this moment; the strictest where several do. */
export function quietAt(
  { quietHours }: Pick<Policy, 'quietHours'>,
  at: number,
  timeZone: string,
): QuietHours | undefined {
  const holding = quietHours.filter((hours) => isQuiet(hours, at, timeZone));
  return holding.find(({ autonomy }) => autonomy === 'observe') ?? holding[0];
}
