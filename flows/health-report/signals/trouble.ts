import type { ObjectRef, Severity, Trouble } from '../../../src/health/types.ts';
import { type Item, type Sight, type Signal, sum } from './signal.ts';
import { byText, keyOf, nameOf, plain, say, timeText } from './texts.ts';
import type { View } from './view.ts';

const RANK: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };
const MOST_OBJECTS = 20;
const MOST_EVIDENCE = 5;
const MOST_NAMES = 3;

/** What a signal saw, as a finding tells it: worst first, and as severe as the worst that has lasted. */
export function troubleOf(signal: Signal, sight: Sight, view: View): Trouble {
  const items = sight.items.map((item) => tempered(item, signal, view.now)).sort(worstFirst);
  const severity = items[0]?.severity ?? 'info';
  const affected = cents(sum(items.map(({ weight }) => weight)));
  const isAll = view.places.lost && !signal.clusterWide;
  const since = sinceOf(items);
  const object = items[0]?.object;
  return {
    severity,
    confidence: signal.confidence ?? 1,
    affected,
    relevant: isAll ? affected : Math.max(cents(sight.relevant), affected),
    ...(since !== undefined && { since }),
    graceMs: signal.graceMs,
    prod: items.some((item) => item.severity === severity && item.prod),
    ...(items.some(({ outage }) => outage) && { outage: true }),
    objects: distinct(items).slice(0, MOST_OBJECTS),
    count: distinct(items).length,
    ...textsOf(signal, sight, { items, view }),
    evidence: evidenceOf(signal, items, view),
    ...(signal.diagnosable && object && { remedy: { kind: 'diagnose', object } }),
  };
}

/** What has not lasted its grace time is neither critical nor an outage yet. */
function tempered(item: Item, { graceMs }: Signal, now: number): Item {
  if (item.since === undefined || now - item.since >= graceMs) return item;
  const { outage: _, ...young } = item;
  return { ...young, severity: item.severity === 'critical' ? 'high' : item.severity };
}

function worstFirst(a: Item, b: Item): number {
  return (
    RANK[b.severity] - RANK[a.severity] ||
    Number(b.outage ?? false) - Number(a.outage ?? false) ||
    b.weight - a.weight ||
    (a.since ?? 0) - (b.since ?? 0) ||
    byText(keyOf(a.object), keyOf(b.object)) ||
    byText(a.seen, b.seen)
  );
}

/** Since the first of them. Not known of one of them: not known. */
function sinceOf(items: readonly Item[]): number | undefined {
  const times = items.flatMap(({ since }) => since ?? []);
  return times.length === items.length && times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : undefined;
}

const distinct = (items: readonly Item[]): ObjectRef[] => [
  ...new Map(items.map(({ object }) => [keyOf(object), object])).values(),
];

/** Sums of weights in any order give the same number. */
const cents = (weight: number) => Math.round(weight * 100) / 100;

function textsOf(signal: Signal, sight: Sight, { items, view }: { items: readonly Item[]; view: View }) {
  const names = [...new Set(items.map(({ object }) => nameOf(object)))];
  const params = {
    bad: sight.bad,
    total: sight.total,
    where: names.slice(0, MOST_NAMES).join(', '),
    more: Math.max(0, names.length - MOST_NAMES),
    ...sight.params,
  };
  return {
    text: say(view.words, `signals.${signal.code}.text`, params),
    next: say(view.words, `signals.${signal.code}.next`, params),
  };
}

function evidenceOf({ kinds }: Signal, items: readonly Item[], { survey }: View): Trouble['evidence'] {
  const source = `k8s_survey ${kinds.join(', ') || 'version'} at ${timeText(survey.serverTime)}`;
  const shown = items.slice(0, MOST_EVIDENCE).map(({ object, seen, since }) => ({
    source,
    text: plain(`${object.kind} ${nameOf(object)}: ${seen}${since === undefined ? '' : `, since ${timeText(since)}`}`),
  }));
  const rest = items.length - shown.length;
  return rest > 0 ? [...shown, { source, text: `and ${rest} more` }] : shown;
}
