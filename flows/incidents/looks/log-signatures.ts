import type { LogLines } from '../scene.ts';
import { type LogKind, logPatterns } from './log-patterns.ts';

/**
 * Reads what a run said before it ended. Lines are text of strangers: they are cut before they are matched, and a match is a reason to
 * look, never an order.
 */

/** A line that names what is wrong, and what it names. */
export interface LogMatch {
  kind: LogKind;
  /** The newest line that says so. */
  line: string;
  /** Lines after it. 0: it is the last one. */
  fromEnd: number;
  /** Lines that say the same. */
  count: number;
  host?: string;
  port?: number;
  user?: string;
  file?: string;
  variable?: string;
  /** What else the message is about: a table, a verb and a resource. */
  what?: string;
}

/** A log, read. */
export interface LogReading {
  /** The line that says most plainly why the run ended. */
  decisive: string | undefined;
  /** The last line, whatever it says. */
  last: string | undefined;
  /** The match at the decisive line or close to it: what ended the run, as far as it says so. */
  cause: LogMatch | undefined;
  /** One for each thing that is named, newest first. */
  matches: readonly LogMatch[];
  source: string;
}

const LAST_LINES = 400;
const LONGEST = 1500;
/** A stack trace may stand between what is wrong and the end. */
const NEAR = 12;

/** The typed matches of a log and its decisive line. Cheap on any input: the last 400 lines, the first 1,500 letters of each. */
export function readLog(log: LogLines): LogReading {
  const lines = log.lines.slice(-LAST_LINES).map(clean);
  const matches = matchesOf(lines);
  const at = decisiveAt(lines);
  const near = matches.filter(({ fromEnd }) => Math.abs(lines.length - 1 - fromEnd - at) <= NEAR);
  const distance = ({ fromEnd }: LogMatch) => Math.abs(lines.length - 1 - fromEnd - at);
  const [cause] = at < 0 ? [] : near.toSorted((a, b) => distance(a) - distance(b));
  return { decisive: lines[at], last: lines.at(-1), cause, matches, source: log.source };
}

/** The newest match of one of these kinds. */
export function matchOf({ matches }: LogReading, ...kinds: readonly LogKind[]): LogMatch | undefined {
  return matches.find(({ kind }) => kinds.includes(kind));
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]{0,12}[A-Za-z]`, 'g');
/** What containerd and CRI-O write before each line on disk, and `--timestamps` before each that it prints. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?/;

function clean(line: string): string {
  return line.slice(0, LONGEST).replace(COLOUR, '').replace(STAMP, '').replaceAll('\\"', '"').trim();
}

function matchesOf(lines: readonly string[]): LogMatch[] {
  const found = new Map<string, LogMatch>();
  for (let at = lines.length - 1; at >= 0; at--) {
    const match = matchLine(lines[at] ?? '', lines[at + 1] ?? '');
    if (!match) continue;
    const key = [match.kind, match.host, match.port, match.user, match.file, match.variable].join(' ');
    const before = found.get(key);
    if (before) before.count++;
    else found.set(key, { ...match, fromEnd: lines.length - 1 - at, count: 1 });
  }
  return [...found.values()];
}

function matchLine(line: string, next: string): Omit<LogMatch, 'fromEnd' | 'count'> | undefined {
  for (const [kind, patterns] of logPatterns)
    for (const pattern of patterns) {
      const groups = pattern.exec(line);
      if (groups) return { kind, line, ...named(kind, groups.groups ?? {}, `${line} ${next.slice(0, 300)}`) };
    }
  return undefined;
}

const ADDRESSED: ReadonlySet<LogKind> = new Set<LogKind>([
  'connection-refused',
  'unreachable',
  'connection-reset',
  'timeout',
  'auth-failed',
  'read-only',
  'pool-exhausted',
  'rate-limited',
  'tls-expired',
  'tls-untrusted',
  'protocol-mismatch',
]);

function named(kind: LogKind, groups: Record<string, string | undefined>, around: string): Partial<LogMatch> {
  const { host, port, user, file, variable, what } = groups;
  const address = ADDRESSED.has(kind) && !host ? addressIn(around) : undefined;
  const number = port ? Number(port) : address?.port;
  const place = host ?? address?.host;
  return {
    ...(place && { host: place }),
    ...(number && { port: number }),
    ...(user && { user }),
    ...(file && { file }),
    ...(variable && { variable }),
    ...(what && { what }),
  };
}

const RUNNING_ON =
  /running on host "([^"]{1,253})"(?: \([^)]{1,60}\))? and accepting TCP\/IP connections on port (\d{1,5})/;
const HOST_PORT =
  /(?<![\w.-])((?:\d{1,3}\.){3}\d{1,3}|[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,6}):([1-9]\d{1,4})(?![\w.:])/gi;
const URL_HOST = /\b[a-z][a-z0-9+]{1,12}:\/\/(?:[^\s/@]{0,200}@)?([a-z0-9][\w.-]{0,252})(?::(\d{1,5}))?/i;
const SOURCE_FILE = /\.(?:go|js|mjs|cjs|ts|py|java|kt|rb|rs|php|cs|cc?|cpp|h|lua|ex|exs|scala|sh)$/i;

/** The address a line speaks of: the target of a connection, a URL, or the last `host:port`. */
function addressIn(text: string): { host: string; port?: number } | undefined {
  const [, host, port] = RUNNING_ON.exec(text) ?? URL_HOST.exec(text) ?? [];
  if (host) return { host, ...(port && { port: Number(port) }) };
  const all = [...text.matchAll(HOST_PORT)].filter(
    ([, name = '', number]) =>
      !SOURCE_FILE.test(name) && Number(number) <= 65535 && !/^(?:line|error|code)$/i.test(name),
  );
  const last = all.at(-1);
  return last?.[1] ? { host: last[1], port: Number(last[2]) } : undefined;
}

/** How plainly a line speaks of an end: from a word of doom to a mere error. */
const WEIGHTS: readonly (readonly [number, RegExp])[] = [
  [
    4,
    /^(?:\S{1,60} ){0,4}panic: |^panic\(|panicked at|\bCaused by: |^fatal error: |\[emerg\]|\[alert\]|^F\d{4} \d\d:|"s":"F"/,
  ],
  [
    4,
    /\bFATAL\b|\bPANIC\b|\bCRITICAL\b|level["=: ]{1,4}"?(?:fatal|panic|critical)|Uncaught|Unhandled (?:exception|rejection)|UnhandledPromiseRejection|Exception in thread|terminate called|Segmentation fault|core dumped|Terminating due to/i,
  ],
  [
    3,
    /^(?:[\w$]{1,80}\.){0,8}[A-Z]\w{0,80}(?:Error|Exception|Exit|Interrupt|Warning|Failure)\b(?: \[\w{1,60}\])?:|^(?:npm )?(?:ERR!|Error:|error:)|\bAPPLICATION FAILED TO START\b|^Traceback/,
  ],
  [
    2,
    /\bERROR\b|\berror:|level["=: ]{1,4}"?err(?:or)?\b|^E\d{4} \d\d:|\b(?:Error|Exception): |\bfailed to\b|\bcannot\b|\bcould not\b|\bunable to\b/i,
  ],
  [1, /not found|denied|refused|missing|invalid|no such|timed out|failed|unknown|illegal|unrecognized|unexpected/i],
];
const NOISE =
  /^(?:Traceback|\s*at |\s*File "|goroutine \d|\s*\^|\.\.\. \d+ more|npm ERR! (?:A complete log|code|errno)|stack backtrace|note: run with)/;

function decisiveAt(lines: readonly string[]): number {
  let best = -1;
  let weight = 0;
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    const own = NOISE.test(line) ? 0 : weightOf(line);
    // What stands far before the end has to be much plainer than what stands at it.
    const handicap = lines.length - 1 - at > 120 ? 2 : 0;
    if (own - handicap > weight) {
      best = at;
      weight = own - handicap;
    }
  }
  return best;
}

function weightOf(line: string): number {
  return WEIGHTS.find(([, pattern]) => pattern.test(line))?.[0] ?? 0;
}
