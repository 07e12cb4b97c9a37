/** Where a moment is: an IANA zone, or a name (which may be none) with an offset. */
export type Zone = { iana: string } | { name: string; offset: number };

export const UTC: Zone = { name: 'UTC', offset: 0 };

/** Abbreviations of zones that Intl writes as GMT+8. As of tzdata 2025b. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  'Africa/Johannesburg': 'SAST',
  'Africa/Lagos': 'WAT',
  'Africa/Nairobi': 'EAT',
  'Asia/Chongqing': 'CST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Jakarta': 'WIB',
  'Asia/Karachi': 'PKT',
  'Asia/Macau': 'CST',
  'Asia/Manila': 'PST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Asia/Taipei': 'CST',
  'Asia/Tokyo': 'JST',
  'Europe/Moscow': 'MSK',
  PRC: 'CST',
};

/** Locales that between them know the abbreviations of most zones that have one. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN'];

const formats = new Map<string, Intl.DateTimeFormat>();

/** A zone by Go's name of it; `Local` is UTC, as in a container. Undefined for what is no zone. */
export function zoneNamed(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return UTC;
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    formatOf(name, 'longOffset', 'en-US');
    return { iana: name };
  } catch {
    return undefined;
  }
}

/** Seconds east of UTC at a moment. */
export function offsetOf(zone: Zone, seconds: number): number {
  if (!('iana' in zone)) return zone.offset;
  const text = zoneText(zone.iana, seconds, ['longOffset', 'en-US']);
  const [, sign, hours = '0', minutes = '0', rest = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest));
}

/** The abbreviation at a moment, `+08` where a zone has none, '' where only an offset is known. */
export function abbreviationOf(zone: Zone, seconds: number): string {
  if (!('iana' in zone)) return zone.name;
  for (const locale of LOCALES) {
    const text = zoneText(zone.iana, seconds, ['short', locale]);
    if (!/^(GMT|UTC)[+-]/.test(text)) return text;
  }
  return ABBREVIATIONS[zone.iana] ?? offsetName(offsetOf(zone, seconds));
}

/** Hours, and minutes where there are some: `+08`, `-0330`. */
function offsetName(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${String(Math.trunc(minutes / 60)).padStart(2, '0')}${rest}`;
}

type Style = ['short' | 'longOffset', string];

function zoneText(iana: string, seconds: number, [style, locale]: Style): string {
  const parts = formatOf(iana, style, locale).formatToParts(seconds * 1000);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function formatOf(iana: string, style: Style[0], locale: string): Intl.DateTimeFormat {
  const key = `${iana} ${style} ${locale}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { timeZone: iana, timeZoneName: style });
  formats.set(key, made);
  return made;
}
