import type { TemplateValue } from '../../types.ts';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { timeValue } from '../values.ts';
import { coarseDuration, parseDuration, printDuration, roundToSecond } from './durations.ts';
import { DAYS, MONTHS } from './layout.ts';
import { clockOf, type Moment, momentAt, secondsOfDay, ZERO_SECONDS } from './moment.ts';
import { parseBase } from './numbers.ts';
import { any, checked, count, type Definition, type Parameter, takes, text, type Values } from './signature.ts';
import { formatMoment, printMoment } from './time-format.ts';
import { parseMoment } from './time-parse.ts';
import { UTC, zoneNamed } from './zones.ts';

const moments = new WeakMap<object, Moment>();

const time: Parameter<Moment> = { type: 'time.Time', read: momentOf };

/** Functions of dates. The local zone is UTC. https://masterminds.github.io/sprig/date.html */
export const dates: Readonly<Record<string, Definition>> = {
  now: takes([], (_, world) => timeFrom(now(world))),
  ago: takes([any], ([value], world) => printDuration(roundToSecond(since(timeOrNow(value, world), world)))),
  date: takes([text, any], ([layout, value], world) => inZone({ layout, value, zone: '' }, world)),
  ...under(
    ['dateInZone', 'date_in_zone'],
    takes([text, any, text], ([layout, value, zone], world) => inZone({ layout, value, zone }, world)),
  ),
  htmlDate: takes([any], ([value], world) => inZone({ layout: '2006-01-02', value, zone: '' }, world)),
  htmlDateInZone: takes([any, text], ([value, zone], world) => inZone({ layout: '2006-01-02', value, zone }, world)),
  ...under(
    ['dateModify', 'date_modify'],
    takes([text, time], ([by, moment]) => timeFrom(attempted(() => later(moment, parseDuration(by)), moment))),
  ),
  ...under(
    ['mustDateModify', 'must_date_modify'],
    takes([text, time], ([by, moment]) => timeFrom(later(moment, parseDuration(by)))),
  ),
  toDate: takes([text, text], ([layout, value]) => timeFrom(attempted(() => parseMoment(layout, value), ZERO))),
  mustToDate: takes([text, text], ([layout, value]) => timeFrom(parseMoment(layout, value))),
  unixEpoch: takes([time], ([moment]) => String(moment.seconds)),
  duration: takes([any], ([value]) => printDuration(BigInt.asIntN(64, secondsIn(value) * 1_000_000_000n))),
  durationRound: takes([any], ([value], world) => coarseDuration(durationIn(value, world))),
};

const ZERO: Moment = { seconds: ZERO_SECONDS, nanos: 0, zone: UTC };

function under(names: string[], definition: Definition): Record<string, Definition> {
  return Object.fromEntries(names.map((name) => [name, definition]));
}

function attempted(make: () => Moment, otherwise: Moment): Moment {
  try {
    return make();
  } catch (error) {
    if (error instanceof FunctionError) return otherwise;
    throw error;
  }
}

function momentOf(value: TemplateValue): Moment | undefined {
  return typeof value === 'object' && value !== null ? moments.get(value) : undefined;
}

function now(world: FunctionWorld): Moment {
  world.unlike('now');
  const ms = world.now().getTime();
  const seconds = Math.floor(ms / 1000);
  return momentAt(seconds, (ms - seconds * 1000) * 1e6, UTC);
}

/** A time, or whole seconds since 1970; anything else is now. */
function timeOrNow(value: TemplateValue, world: FunctionWorld): Moment {
  if (typeof value === 'bigint') return momentAt(Number(value), 0, UTC);
  return momentOf(value) ?? now(world);
}

interface InZone {
  layout: string;
  value: TemplateValue;
  zone: string;
}

function inZone({ layout, value, zone }: InZone, world: FunctionWorld): string {
  const moment = timeOrNow(value, world);
  return formatMoment({ ...moment, zone: zoneNamed(zone) ?? UTC }, layout);
}

function since(moment: Moment, world: FunctionWorld): bigint {
  const { seconds, nanos } = now(world);
  return BigInt(seconds - moment.seconds) * 1_000_000_000n + BigInt(nanos - moment.nanos);
}

function later({ seconds, nanos, zone }: Moment, by: bigint): Moment {
  const second = 1_000_000_000n;
  return momentAt(seconds + Number(by / second), nanos + Number(by % second), zone);
}

/** Seconds of text or a whole number; of anything else none. */
function secondsIn(value: TemplateValue): bigint {
  if (typeof value === 'bigint') return value;
  return typeof value === 'string' ? (parseBase(value, 10) ?? 0n) : 0n;
}

function durationIn(value: TemplateValue, world: FunctionWorld): bigint {
  if (typeof value === 'bigint') return value;
  const moment = momentOf(value);
  if (moment) return since(moment, world);
  if (typeof value !== 'string') return 0n;
  try {
    return parseDuration(value);
  } catch {
    return 0n;
  }
}

/** A moment as a value of templates, with the methods of Go's time.Time that charts call. */
function timeFrom(moment: Moment): TemplateValue {
  const { seconds, nanos, zone } = moment;
  const name = 'iana' in zone ? zone.iana : zone.name;
  const epochMs = seconds * 1000 + Math.floor(nanos / 1e6);
  const value = timeValue({ epochMs, zone: name, text: printMoment(moment) }, methodsOf(moment));
  if (typeof value === 'object' && value !== null) moments.set(value, moment);
  return value;
}

type Method = (...args: TemplateValue[]) => TemplateValue;

function methodsOf(moment: Moment): Record<string, Method> {
  const { seconds, nanos } = moment;
  const shown = clockOf(moment);
  const fixed: Record<string, TemplateValue> = {
    String: printMoment(moment),
    Unix: BigInt(seconds),
    UnixMilli: BigInt(seconds) * 1000n + BigInt(Math.floor(nanos / 1e6)),
    UnixNano: BigInt.asIntN(64, BigInt(seconds) * 1_000_000_000n + BigInt(nanos)),
    Year: BigInt(shown.year),
    Month: MONTHS[shown.month - 1] ?? '',
    Day: BigInt(shown.day),
    YearDay: BigInt(shown.yearDay),
    Weekday: DAYS[shown.weekday] ?? '',
    Hour: BigInt(shown.hour),
    Minute: BigInt(shown.minute),
    Second: BigInt(shown.second),
    Nanosecond: BigInt(nanos),
    IsZero: seconds === ZERO_SECONDS && nanos === 0,
  };
  const plain = Object.entries(fixed).map(([name, value]) => [name, method(name, [], () => value)]);
  return { ...Object.fromEntries(plain), ...changing(moment) };
}

function changing(moment: Moment): Record<string, Method> {
  const order = (other: Moment): number => moment.seconds - other.seconds || moment.nanos - other.nanos;
  return {
    Format: method('Format', [text], ([layout]) => formatMoment(moment, layout)),
    UTC: method('UTC', [], () => timeFrom({ ...moment, zone: UTC })),
    Local: method('Local', [], () => timeFrom({ ...moment, zone: UTC })),
    AddDate: method('AddDate', [count, count, count], (parts) => timeFrom(addDate(moment, parts))),
    Before: method('Before', [time], ([other]) => order(other) < 0),
    After: method('After', [time], ([other]) => order(other) > 0),
    Equal: method('Equal', [time], ([other]) => order(other) === 0),
  };
}

function method<const P extends readonly Parameter<unknown>[]>(
  name: string,
  parameters: P,
  answer: (args: Values<P>) => TemplateValue,
): Method {
  return (...args) => answer(checked(name, { parameters }, args) as Values<P>);
}

/** The same time of day on another date; days beyond a month's end run into the next. */
function addDate(moment: Moment, [years, months, days]: [number, number, number]): Moment {
  const { year, month, day, hour, minute, second, offset } = clockOf(moment);
  const start = secondsOfDay(year + years, month + months, day + days);
  return momentAt(start + hour * 3600 + minute * 60 + second - offset, moment.nanos, moment.zone);
}
