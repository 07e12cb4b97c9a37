const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
/** Times without a zone are of the container: UTC nearly always, else the zone of its people. Half an hour is the finest step there is. */
const ZONE_STEP_MS = HOUR_MS / 2;

const ISO = /\b(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?/;
const COMMON = /\b(\d\d)\/([A-Z][a-z]{2})\/(\d{4})[: ](\d\d:\d\d:\d\d)(?: ?([+-]\d\d:?\d\d))?/;
const KLOG = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d)/;
const EPOCH = /"(?:ts|time|timestamp)": ?"?(1[5-9]\d{8})(\d{3})?(?:\.\d{1,9})?\b/;

/** When a log line was written, in epoch milliseconds; undefined where it does not say. `now` gives klog its year and a time without a zone its zone. */
export function lineTime(line: string, now: number): number | undefined {
  const text = line.slice(0, 400);
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    return withZone(`${year}-${month}-${day}T${hour}:${minute}:${second}`, zone, now);
  }
  const common = COMMON.exec(text);
  if (common) return withZone(`${common[3]}-${monthOf(common[2] ?? '')}-${common[1]}T${common[4]}`, common[5], now);
  const klog = KLOG.exec(text);
  if (klog) return withZone(`${new Date(now).getUTCFullYear()}-${klog[1]}-${klog[2]}T${klog[3]}`, undefined, now);
  const epoch = EPOCH.exec(text);
  return epoch ? Number(epoch[1]) * 1000 : undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthOf = (name: string): string => String(MONTHS.indexOf(name) + 1).padStart(2, '0');

function withZone(local: string, zone: string | undefined, now: number): number | undefined {
  const suffix = zone === undefined || zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const time = Date.parse(`${local}${suffix}`);
  if (Number.isNaN(time)) return undefined;
  // What seems to lie ahead was written by a clock that is ahead of UTC.
  const ahead = time - now;
  if (zone !== undefined || ahead < ZONE_STEP_MS / 2 || ahead > DAY_MS) return time;
  return time - Math.ceil((ahead - 60_000) / ZONE_STEP_MS) * ZONE_STEP_MS;
}
