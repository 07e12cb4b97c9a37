import { DAYS, layoutParts, MONTHS } from './layout.ts';
import { type Clock, clockOf, type Moment } from './moment.ts';

/** How Go prints a time as a string. */
const PRINTED = '2006-01-02 15:04:05.999999999 -0700 MST';

/** A moment by one of Go's layouts. https://pkg.go.dev/time#Time.Format */
export function formatMoment(moment: Moment, layout: string): string {
  const clock = clockOf(moment);
  return layoutParts(layout)
    .map((part) => ('text' in part ? part.text : formatElement(part.element, clock, moment.nanos)))
    .join('');
}

/** A moment as `%v` prints it. */
export function printMoment(moment: Moment): string {
  return formatMoment(moment, PRINTED);
}

const BY_ELEMENT: Readonly<Record<string, (clock: Clock) => string>> = {
  '2006': ({ year }) => (year < 0 ? '-' : '') + padded(Math.abs(year), 4),
  '06': ({ year }) => padded(Math.abs(year) % 100, 2),
  January: ({ month }) => MONTHS[month - 1] ?? '',
  Jan: ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3),
  '01': ({ month }) => padded(month, 2),
  '1': ({ month }) => String(month),
  Monday: ({ weekday }) => DAYS[weekday] ?? '',
  Mon: ({ weekday }) => (DAYS[weekday] ?? '').slice(0, 3),
  '02': ({ day }) => padded(day, 2),
  '2': ({ day }) => String(day),
  _2: ({ day }) => String(day).padStart(2),
  '002': ({ yearDay }) => padded(yearDay, 3),
  __2: ({ yearDay }) => String(yearDay).padStart(3),
  '15': ({ hour }) => padded(hour, 2),
  '03': ({ hour }) => padded(hour % 12 || 12, 2),
  '3': ({ hour }) => String(hour % 12 || 12),
  '04': ({ minute }) => padded(minute, 2),
  '4': ({ minute }) => String(minute),
  '05': ({ second }) => padded(second, 2),
  '5': ({ second }) => String(second),
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  MST: ({ abbreviation, offset }) => abbreviation || formatOffset('-0700', offset),
};

function formatElement(element: string, clock: Clock, nanos: number): string {
  const known = BY_ELEMENT[element];
  if (known) return known(clock);
  return /^[.,]/.test(element) ? formatFraction(element, nanos) : formatOffset(element, clock.offset);
}

/** `.000` keeps its places, `.999` drops zeros at the end. */
function formatFraction(element: string, nanos: number): string {
  const digits = padded(nanos, 9)
    .padEnd(element.length - 1, '0')
    .slice(0, element.length - 1);
  if (element.endsWith('0')) return element.charAt(0) + digits;
  const kept = digits.replace(/0+$/, '');
  return kept && element.charAt(0) + kept;
}

function formatOffset(element: string, offset: number): string {
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const size = Math.abs(offset);
  const colon = element.includes(':') ? ':' : '';
  const [hours, minutes, seconds] = [size / 3600, (size / 60) % 60, size % 60].map((part) =>
    padded(Math.trunc(part), 2),
  );
  const sign = Math.trunc(offset / 60) < 0 ? '-' : '+';
  const length = element.replaceAll(':', '').length;
  return `${sign}${hours}${length > 3 ? colon + minutes : ''}${length > 5 ? colon + seconds : ''}`;
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
