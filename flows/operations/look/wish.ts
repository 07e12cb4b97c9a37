import { kindsIn } from '../../../src/flow/kinds.ts';

/** What a sentence wants to see, besides the place it names. */

/** What was taken out of a sentence, and the rest of it, in which the place is named. */
interface Taken {
  rest: string;
  value: string | undefined;
}

/** Takes the first of these patterns out of a text; group 1 is what it says. */
function take(text: string, patterns: readonly RegExp[]): Taken {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match)
      return {
        rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`,
        value: match[1] ?? '',
      };
  }
  return { rest: text, value: undefined };
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];
const WORKLOAD = /\bworkloads?\b|\bapps?\b|\bapplications?\b|工作负载|应用/i;
const WRONG = [
  /\b(?:that are |which are |with )?(?:not ready|not running|unready|unhealthy|failed|failing|broken|crashing|crashed|crashloop(?:ing|backoff)?|pending|problems?|bad|wrong|evicted|stuck)\b/i,
  /(?:有问题|不正常|不健康|异常|失败|未就绪|没就绪|没有就绪|没有运行|没起来|卡住|崩溃|挂了|出错|故障)的?/,
];
const NAMED = [
  /\b(?:named|called|like|matching|containing|with name|grep)\s+["'“`]?([^\s"'”`,]+)["'”`]?/i,
  /(?:名为|名字叫|名字是|叫做|名字包含|名称包含|包含|含有)\s*["'“「`]?([^\s"'”」`,，的]+)["'”」`]?的?/,
];
const PAGE = [/\bpage\s+(\d{1,4})\b/i, /第\s*(\d{1,4})\s*页/];

export interface ListWish {
  kinds: string[];
  wrongOnly: boolean;
  word?: string;
  page: number;
  rest: string;
}

export function listWish(text: string): ListWish {
  const paged = take(text, PAGE);
  const named = take(paged.rest, NAMED);
  const wrong = take(named.rest, WRONG);
  const spoken = kindsIn(wrong.rest, { everyday: true }).map(({ kind }) => kind);
  // "Pods in the namespace shop", "pods on the node n": what comes first is wanted, the other says where.
  const wanted = spoken.find((kind) => kind !== 'Namespace' && kind !== 'Node') ?? spoken[0];
  const kinds = wanted ? [wanted] : WORKLOAD.test(text) ? WORKLOADS : ['Pod'];
  return {
    kinds,
    wrongOnly: wrong.value !== undefined,
    ...(named.value && { word: named.value }),
    page: Math.max(1, Number(paged.value ?? 1)),
    rest: wrong.rest,
  };
}

export interface LogWish {
  word?: string;
  container?: string;
  previous: boolean;
  sinceSeconds?: number;
  lines?: number;
  /** For how long new lines are shown, where they are to be followed. */
  followSeconds?: number;
  rest: string;
}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
const UNIT = '(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|秒钟?|分钟?|小时|个小时|天)';
const HAN_UNIT: [RegExp, string][] = [
  [/^秒/, 's'],
  [/^分/, 'm'],
  [/小时/, 'h'],
  [/^天/, 'd'],
];

/** `10m`, `10 minutes`, `10 分钟` in seconds. */
function secondsOf(said: string | undefined): number | undefined {
  const [, number, unit = ''] = new RegExp(`^(\\d{1,5}|an?|one|一|半)\\s*${UNIT}$`, 'i').exec(said?.trim() ?? '') ?? [];
  if (number === undefined) return undefined;
  const short = HAN_UNIT.find(([pattern]) => pattern.test(unit))?.[1] ?? unit.charAt(0).toLowerCase();
  const amount = number === '半' ? 0.5 : /^\d/.test(number) ? Number(number) : 1;
  return Math.round(amount * (SECONDS[short] ?? 60));
}

const SPAN = `((?:\\d{1,5}|an?|one|一|半)\\s*${UNIT})`;
const FOR = [
  new RegExp(`\\bfor\\s+(?:the next\\s+)?${SPAN}(?![a-z0-9])`, 'i'),
  new RegExp(`(?:持续|跟踪|追踪|盯|跟|看)\\s*${SPAN}`),
];
const SINCE = [
  new RegExp(`\\b(?:since|from|in|of|over|within)?\\s*(?:the\\s+)?(?:last|past)\\s+${SPAN}(?![a-z0-9])`, 'i'),
  new RegExp(`\\bsince\\s+${SPAN}(?:\\s+ago)?(?![a-z0-9])`, 'i'),
  new RegExp(`(?<![a-z0-9-])${SPAN}\\s+ago\\b`, 'i'),
  new RegExp(`(?:最近|过去|近|前)\\s*${SPAN}(?:以来|内|的)?`),
  /\b(?:the\s+)?last\s+(hour|minute|day)\b/i,
];
const FOLLOW = /\b(?:tail|follow|watch|stream|live)\b|跟踪|追踪|持续|实时|盯着|跟着看/i;
const PREVIOUS =
  /\b(?:previous|last run|before (?:the |it )?(?:restart|crash)(?:ed)?)\b|上一次|上次|上一个|重启前|崩溃前|之前的容器/i;
const LINES = [
  /\b(?:last|tail|latest)\s+(\d{1,4})\s*(?:lines?\b)?/i,
  /\b(\d{1,4})\s+lines?\b/i,
  /(?:最后|最近|后)?\s*(\d{1,4})\s*行/,
];
const CONTAINER = [/\bcontainer\s+([a-z0-9][a-z0-9-]{0,62})\b/i, /容器\s*([a-z0-9][a-z0-9-]{0,62})/i];
const QUOTED = /["“「'`]([^"”」'`]{1,80})["”」'`]/;
const SEARCH = [
  /(?<=\b(?:search|look|grep|scan)\b.{0,160})\bfor\s+(?!the\b)([^\s,，。]{2,80})/i,
  /\b(?:containing|contains?|matching|grep(?:\s+for)?|search(?:ing)?\s+for|find|mentioning|that\s+(?:say|have|contain|match)|with\s+the\s+word|with)\s+([^\s,，。]{1,80})/i,
  /日志(?:里|中|里面|当中)?(?:的|有没有|有|出现|搜索|搜|查找|找|包含|含有?)\s*([^\s,，。的]{1,80})/,
  /(?:包含|含有|搜索|查找|搜一下|搜|过滤)\s*([^\s,，。的]{1,80})/,
];
/** Words after a preposition that name no text to look for. */
const NO_SEARCH = /^(?:the|a|an|it|logs?|errors? in|timestamps?|pods?|日志)$/i;

export function logWish(text: string): LogWish {
  const isFollowed = FOLLOW.test(text);
  const spanFor = isFollowed ? take(text, FOR) : { rest: text, value: undefined };
  const since = take(spanFor.rest, SINCE);
  const lines = take(since.rest, LINES);
  const container = take(lines.rest, CONTAINER);
  const previous = take(container.rest, [PREVIOUS]);
  const quoted = take(previous.rest, [QUOTED]);
  const searched = quoted.value ? quoted : take(quoted.rest, SEARCH);
  const word = searched.value && !NO_SEARCH.test(searched.value) ? singular(searched.value) : undefined;
  const sinceSeconds =
    since.value === undefined ? undefined : (secondsOf(since.value) ?? secondsOf(`1 ${since.value}`));
  const followed = secondsOf(spanFor.value);
  return {
    previous: previous.value !== undefined,
    rest: `${word === undefined ? quoted.rest : searched.rest.replace(QUOTED, ' ')}`,
    ...(word !== undefined && { word }),
    ...(container.value && { container: container.value }),
    ...(sinceSeconds !== undefined && { sinceSeconds }),
    ...(lines.value && { lines: Math.max(1, Math.min(2000, Number(lines.value))) }),
    ...(isFollowed && { followSeconds: followed ?? FOLLOW_SECONDS }),
  };
}

/** Logs say "error" where people say "errors". */
const singular = (word: string): string =>
  /^(?:errors|exceptions|warnings|timeouts|failures)$/i.test(word) ? word.slice(0, -1) : word;

/** Where "tail" says no time. */
const FOLLOW_SECONDS = 120;

/** How far back a sentence looks, in minutes; undefined where it does not say. */
export function minutesIn(text: string): { minutes?: number; rest: string } {
  const since = take(text, SINCE);
  const seconds = since.value === undefined ? undefined : (secondsOf(since.value) ?? secondsOf(`1 ${since.value}`));
  return { rest: since.rest, ...(seconds !== undefined && { minutes: Math.max(1, Math.round(seconds / 60)) }) };
}
