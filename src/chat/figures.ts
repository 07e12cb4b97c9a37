/** Figures in a sentence of either language, in units that can be compared: `2 h` and `120 minutes` are one, `93%` and `93` are not. */

export interface Figures {
  /** Such as `percent:93`, `money CNY:413`, `second:7200`, `date:11-24`, `number:3`. */
  figures: string[];
  /** The sentence without them. */
  rest: string;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
/** A figure is none where it is a part of a name: `W3`, `10.0.1.7`, `node-2`. */
const BEFORE = '(?<![\\p{Script=Latin}\\p{N}_./:@-])';
const AFTER = '(?![\\p{Script=Latin}\\p{N}_/@-]|[.:,]\\p{N})';

const CURRENCIES: Record<string, string> = {
  '¥': 'CNY',
  '￥': 'CNY',
  cny: 'CNY',
  rmb: 'CNY',
  yuan: 'CNY',
  元: 'CNY',
  人民币: 'CNY',
  $: 'USD',
  usd: 'USD',
  dollars: 'USD',
  美元: 'USD',
  '€': 'EUR',
  eur: 'EUR',
  euros: 'EUR',
  欧元: 'EUR',
};
const MINUTE = 60;
const DAY = 86_400;
/** What a unit stands for, and how much of it. */
const UNITS: readonly [words: string, kind: string, factor: number][] = [
  ['%|％|percentage points?|percent|per cent|个?百分点', 'percent', 1],
  ['milliseconds?|毫秒|ms', 'second', 0.001],
  ['seconds?|secs?|s|秒钟?', 'second', 1],
  ['minutes?|mins?|分钟', 'second', MINUTE],
  ['hours?|hrs?|h|个?小时', 'second', 60 * MINUTE],
  ['days?|d|天', 'second', DAY],
  ['weeks?|周|个?星期', 'second', 7 * DAY],
  ['months?|个月', 'month', 1],
  ['KiB|Ki', 'byte', 1024],
  ['MiB|Mi', 'byte', 1024 ** 2],
  ['GiB|Gi', 'byte', 1024 ** 3],
  ['TiB|Ti', 'byte', 1024 ** 4],
  ['KB', 'byte', 1e3],
  ['MB', 'byte', 1e6],
  ['GB', 'byte', 1e9],
  ['TB', 'byte', 1e12],
  ['millicores?|m', 'core', 0.001],
  ['cores?|vcpus?|cpus?|核', 'core', 1],
  ['points?|pts|分', 'number', 1],
];
/** As they are written first: `m` is no `M`. */
const UNIT_OF = UNITS.map(
  ([words, kind, factor]) => [new RegExp(`^(?:${words})$`), new RegExp(`^(?:${words})$`, 'i'), kind, factor] as const,
);
const CURRENCY = '¥|￥|\\$|€|cny|rmb|yuan|元|人民币|usd|dollars|美元|eur|euros|欧元';
const UNIT = UNITS.map(([words]) => words).join('|');
const NUMBER = new RegExp(
  `${BEFORE}(${CURRENCY})?\\s?[−+-]?(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)(?:\\s?(${CURRENCY}|${UNIT})${AFTER}|${AFTER})`,
  'giu',
);

const EN_NUMBERS: Record<string, number> = Object.fromEntries(
  [
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
      .split(' ')
      .map((word, at) => [word, at]),
    'twenty thirty forty fifty sixty seventy eighty ninety hundred'.split(' ').map((word, at) => [word, (at + 2) * 10]),
    [
      ['dozen', 12],
      ['thousand', 1000],
      ['million', 1e6],
    ],
  ].flat() as [string, number][],
);
const EN_WORDS = Object.keys(EN_NUMBERS).join('|');
const EN_SPELLED = new RegExp(`\\b(${EN_WORDS})(?:[ -](${EN_WORDS}))*\\b`, 'gi');
/** Shares and multiples without a digit. What is said so must be said so in the report. */
const EN_SHARES = /\b(half|halved|halves|thirds?|quarters?|doubled?|doubles|twice|triple[ds]?|tenfold|twofold)\b/gi;
const ZH_DIGITS = '零一二三四五六七八九';
const ZH_NUMBER = '[零一二两三四五六七八九十百千万]+(?:点[零一二三四五六七八九]+)?';
const ZH_MEASURES = '个|台|次|天|小时|分钟|秒|项|条|份|张|节点|副本|核|周|元|倍|成|分|组|块|处|类|种|名|人';
const ZH_SHARES = /一半|半数|过半|翻倍|翻番|减半/g;

/** Takes the figures out of a sentence. */
export function figuresOf(sentence: string): Figures {
  const figures: string[] = [];
  const take = (text: string, pattern: RegExp, read: (found: string[]) => string[]) =>
    text.replace(pattern, (...found: unknown[]) => {
      figures.push(...read(found.slice(0, -2).map((each) => (typeof each === 'string' ? each : ''))));
      return ' ⁂ ';
    });
  let rest = sentence.replaceAll(
    /(?<![\p{Script=Latin}\p{N}_./-])(\d+)\s*\/\s*(\d+)(?![\p{Script=Latin}\p{N}_/-]|\.\p{N})/gu,
    '$1 of $2',
  );
  rest = take(rest, /(?<![\p{N}-])(\d{4})-(\d{2})(?:-(\d{2}))?(?![\p{N}-])/gu, ([, year, month, day]) =>
    day ? [date(month, day), `year:${year}`] : [`month:${Number(month)}`, `year:${year}`],
  );
  rest = take(rest, /(?:(\d{4})\s?年\s?)?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]/gu, ([, year, month, day]) => [
    date(month, day),
    ...(year ? [`year:${year}`] : []),
  ]);
  const day = '(\\d{1,2})(?:st|nd|rd|th)?';
  rest = take(rest, new RegExp(`\\b${day} (?:of )?${MONTH}(?:,? (\\d{4}))?\\b`, 'gi'), ([, number, month, year]) => [
    date(monthOf(month), number),
    ...(year ? [`year:${year}`] : []),
  ]);
  rest = take(rest, new RegExp(`\\b${MONTH} ${day}\\b(?:,? (\\d{4}))?`, 'gi'), ([, month, number, year]) => [
    date(monthOf(month), number),
    ...(year ? [`year:${year}`] : []),
  ]);
  rest = take(rest, /(?<![\p{N}:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\p{N}:])/gu, ([, hour, minute, second]) => [
    ['time', Number(hour), minute, ...(second ? [second] : [])].join(':'),
  ]);
  rest = take(rest, new RegExp(`百分之(${ZH_NUMBER}|\\d+(?:\\.\\d+)?)`, 'gu'), ([, number]) => [
    `percent:${zhNumber(number)}`,
  ]);
  rest = take(rest, NUMBER, ([, currency, number, unit]) => [
    measured(Number(number?.replaceAll(',', '')), currency, unit),
  ]);
  rest = take(rest, new RegExp(`(${ZH_NUMBER})(?=\\s?(?:${ZH_MEASURES}))`, 'gu'), ([, number]) =>
    // 一个 is an article.
    number === '一' ? [] : [`number:${zhNumber(number)}`],
  );
  rest = take(rest, ZH_SHARES, ([share]) => [`share:${share}`]);
  rest = take(rest, EN_SHARES, ([share]) => [`share:${share?.toLowerCase()}`]);
  rest = take(rest, EN_SPELLED, ([words = '']) => (words.toLowerCase() === 'one' ? [] : [`number:${enNumber(words)}`]));
  return { figures, rest };
}

const date = (month: string | number | undefined, day: string | undefined) => `date:${Number(month)}-${Number(day)}`;
const monthOf = (name = '') => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;

function measured(value: number, currency = '', unit = ''): string {
  const money = CURRENCIES[currency.toLowerCase()] ?? CURRENCIES[unit.toLowerCase()];
  if (money) return `money ${money}:${value}`;
  const found = UNIT_OF.find(([exact]) => exact.test(unit)) ?? UNIT_OF.find(([, loose]) => loose.test(unit));
  if (!found) return `number:${value}`;
  const [, , kind, factor] = found;
  return `${kind}:${Number((value * factor).toPrecision(15))}`;
}

function enNumber(words: string): number {
  let sum = 0;
  for (const word of words.toLowerCase().split(/[ -]/)) {
    const value = EN_NUMBERS[word] ?? 0;
    sum = value >= 100 ? Math.max(1, sum) * value : sum + value;
  }
  return sum;
}

const ZH_POWERS: Record<string, number> = { 十: 10, 百: 100, 千: 1000, 万: 10_000 };

function zhNumber(text = ''): number {
  if (/^\d/.test(text)) return Number(text);
  const [whole = '', part] = text.split('点');
  let [sum, digit] = [0, 0];
  for (const sign of whole.replaceAll('两', '二')) {
    const power = ZH_POWERS[sign];
    if (power === undefined) digit = ZH_DIGITS.indexOf(sign);
    else {
      sum += Math.max(1, digit) * power;
      digit = 0;
    }
  }
  const decimals = part ? Number(`0.${[...part].map((sign) => ZH_DIGITS.indexOf(sign)).join('')}`) : 0;
  return sum + digit + decimals;
}
