/** What a sentence asks a report to be about. */

export interface Cluster {
  id: string;
  name: string;
  environment: string;
}

const ENVIRONMENTS: Record<string, RegExp> = {
  prod: /\b(prod|production)\b|生产|线上/i,
  staging: /\b(staging|stage|pre-?prod)\b|预发|测试/i,
  dev: /\b(dev|development)\b|开发/i,
};
const DAYS: [RegExp, (number: number) => number][] = [
  [/(\d{1,3})\s*(?:days?|d\b|天|日)/i, (days) => days],
  [/(\d{1,2})\s*(?:weeks?|w\b|周|个?星期)/i, (weeks) => weeks * 7],
  [/\b(?:last|past|this) week\b|[上本这]周|一周|[上本这]星期/i, () => 7],
  [/\b(?:last|past|this) month\b|[上本这]个?月|一个月/i, () => 30],
  [/\b(?:today|yesterday|last 24 ?h(?:ours)?)\b|今天|昨天|24\s*小时/i, () => 1],
];
/** Prometheus keeps no more on most clusters, and a report's charts show no more. */
const MOST_DAYS = 30;
const USUAL_DAYS = 7;

/** How many days to look back, 1 to 30; a week where nothing is said. */
export function daysIn(text: string): number {
  for (const [pattern, days] of DAYS) {
    const match = pattern.exec(text);
    if (match) return Math.min(MOST_DAYS, Math.max(1, days(Number(match[1] ?? 0))));
  }
  return USUAL_DAYS;
}

/** The clusters that a sentence may mean: those it names, else those of the environment it names, else all. */
export function clustersIn(text: string, clusters: readonly Cluster[]): readonly Cluster[] {
  const named = clusters.filter(({ id, name }) => [id, name].some((word) => isIn(text, word)));
  if (named.length > 0) return named;
  const meant = Object.keys(ENVIRONMENTS).filter((environment) => ENVIRONMENTS[environment]?.test(text));
  const fitting = clusters.filter(({ environment }) => meant.includes(environment));
  return fitting.length > 0 ? fitting : clusters;
}

/** As a word of its own: `shop` is not in `shop-prod`. */
function isIn(text: string, word: string): boolean {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`, 'i').test(text);
}
