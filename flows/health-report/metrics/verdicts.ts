import type { Translate } from '../../../src/chat/messages.ts';
import type { Language } from '../../../src/chat/types.ts';
import type {
  Facts,
  MetricAnswer,
  MetricRow,
  ObjectRef,
  Severity,
  Trouble,
  Verdict,
} from '../../../src/health/types.ts';
import { type Place, type Places, placesOf } from '../signals/place.ts';
import { byText, keyOf, nameOf, plain, say, timeText } from '../signals/texts.ts';
import { appliesNot } from './applies.ts';
import { catalogue, isScored } from './catalogue.ts';
import { levelOf } from './level.ts';
import { objectOf } from './objects.ts';
import { isRemovedSoon } from './removed.ts';
import { troubleText } from './say.ts';
import type { Level, Signal } from './signal.ts';

/** What the answers of Prometheus say about a cluster's health: a verdict for each scored signal that was asked, and what costs money for nothing. */
export function metricVerdicts(facts: Facts, words: Record<Language, Translate>): Verdict[] {
  return catalogue.flatMap((signal) => {
    const answer = facts.metrics[signal.code];
    if (!answer || signal.levels.length === 0) return [];
    const verdict = verdictOf(signal, answer, { facts, words });
    return isScored(signal) || verdict.state === 'bad' ? [verdict] : [];
  });
}

interface Frame {
  facts: Facts;
  words: Record<Language, Translate>;
}

function verdictOf(signal: Signal, answer: MetricAnswer, frame: Frame): Verdict {
  const { code, category, empty } = signal;
  const about = { code, category };
  if ('unknown' in answer) {
    if (answer.kind === 'absent' && appliesNot(signal, frame.facts)) return { ...about, state: 'none' };
    return { ...about, state: 'unknown', kind: answer.kind, why: answer.unknown, worst: worstOf(signal) };
  }
  if (answer.bad > 0) return { ...about, state: 'bad', ...troubleOf(signal, answer, frame) };
  if (answer.total > 0) return { ...about, state: 'good' };
  if (empty !== 'unknown') return { ...about, state: empty };
  return { ...about, state: 'unknown', kind: 'absent', why: 'Prometheus has no series of it', worst: worstOf(signal) };
}

const worstOf = ({ levels, confidence, outage }: Signal) => ({
  severity: levels[0]?.severity ?? 'info',
  confidence,
  ...(outage && { outage }),
});

/** A bad row with what it is about. */
interface Item {
  row: MetricRow;
  object: ObjectRef;
  place: Place;
  level: Level;
  severity: Severity;
}

const RANK: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };
const MOST_OBJECTS = 20;
const MOST_NAMES = 3;
const MOST_EVIDENCE = 5;

function troubleOf(signal: Signal, answer: Extract<MetricAnswer, { total: number }>, frame: Frame): Trouble {
  const { facts, words } = frame;
  const items = itemsOf(signal, answer.rows, facts);
  const [worst] = items;
  const severity = worst?.severity ?? signal.levels.at(-1)?.severity ?? 'info';
  const objects = [...new Map(items.map(({ object }) => [keyOf(object), object])).values()];
  const names = objects.filter(({ kind }) => kind !== 'Cluster').map(nameOf);
  const since = sinceOf(items);
  const remedy = signal.category === 'workloads' && worst?.object.kind === 'Pod' ? worst.object : undefined;
  return {
    severity,
    confidence: signal.confidence,
    ...weightsOf(items, answer, facts),
    ...(since !== undefined && { since }),
    graceMs: signal.graceMs,
    prod: items.some((item) => item.severity === severity && item.place.prod),
    ...(signal.outage && severity === 'critical' && { outage: true }),
    objects: objects.slice(0, MOST_OBJECTS),
    // What is too much to be given row by row is only counted.
    count: answer.bad > answer.rows.length ? answer.bad : objects.length,
    text: troubleText(words, {
      signal,
      level: worst?.level ?? signal.levels[0] ?? { severity, op: '>', value: 0 },
      value: worst?.row.value ?? Number.NaN,
      where: names.slice(0, MOST_NAMES).join(', '),
      more: Math.max(0, names.length - MOST_NAMES),
      bad: answer.bad,
      total: answer.total,
    }),
    evidence: evidenceOf(signal, items, facts.now),
    next: say(words, `metric-signals.${signal.code}.next`),
    ...(remedy && { remedy: { kind: 'diagnose', object: remedy } }),
  };
}

function itemsOf(signal: Signal, rows: readonly MetricRow[], facts: Facts): Item[] {
  const placeOf = placing(facts).of;
  return rows
    .flatMap((row): Item[] => {
      const level = levelOf(signal, row);
      if (!level) return [];
      const object = objectOf(signal, row, facts.cluster);
      const place = placeOf(object.kind === 'Namespace' ? object.name : object.namespace);
      return [{ row, object, place, level, severity: severityOf(signal, { row, level }, facts) }];
    })
    .sort(worstFirst);
}

/** What has not lasted its grace time is not critical yet. */
function severityOf({ code, graceMs }: Signal, { row, level }: Pick<Item, 'row' | 'level'>, facts: Facts): Severity {
  const severity =
    code === 'CP8' && isRemovedSoon(row.labels, facts.survey?.serverVersion) ? 'critical' : level.severity;
  const young = row.since !== undefined && facts.now - row.since < graceMs;
  return young && severity === 'critical' ? 'high' : severity;
}

function worstFirst(a: Item, b: Item): number {
  const { op } = a.level;
  const byValue = op.startsWith('<') ? a.row.value - b.row.value : b.row.value - a.row.value;
  return RANK[b.severity] - RANK[a.severity] || byValue || byText(keyOf(a.object), keyOf(b.object));
}

/** Without a survey nothing tells namespaces apart: the cluster's environment is theirs. */
function placing({ survey, cluster }: Facts): Places {
  return placesOf(survey ?? { readings: [], namespaces: [] }, cluster.environment);
}

/** Rows that were only counted weigh as those that were given do. Where namespaces were refused, what is bad is all there is. */
function weightsOf(
  items: readonly Item[],
  { bad, total, rows }: { bad: number; total: number; rows: MetricRow[] },
  facts: Facts,
) {
  const given = items.reduce((sum, { place }) => sum + place.weight, 0);
  const affected = cents(rows.length > 0 ? (given * bad) / rows.length : bad);
  const places = placing(facts);
  const isPlaced = items.some(({ object }) => object.namespace !== undefined);
  if (isPlaced && places.lost) return { affected, relevant: affected };
  const usual = isPlaced ? places.of('').weight : 1;
  return { affected, relevant: Math.max(affected, cents(total * usual)) };
}

const cents = (weight: number) => Math.round(weight * 100) / 100;

/** Since the first of them. Not known of one of them: not known. */
function sinceOf(items: readonly Item[]): number | undefined {
  const times = items.flatMap(({ row }) => row.since ?? []);
  return times.length === items.length && times.length > 0 ? Math.min(...times) : undefined;
}

function evidenceOf({ promql }: Signal, items: readonly Item[], now: number): Trouble['evidence'] {
  const source = `metrics_query at ${timeText(now)}: ${promql}`;
  const shown = items.slice(0, MOST_EVIDENCE).map(({ row }) => ({ source, text: rowText(row) }));
  const rest = items.length - shown.length;
  return rest > 0 ? [...shown, { source, text: `and ${rest} more` }] : shown;
}

/** `{pod="a"} 0.93`, as Prometheus writes it. */
function rowText({ labels, value, since }: MetricRow): string {
  const named = Object.entries(labels)
    .filter(([name]) => name !== '__name__')
    .map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return plain(
    `{${named.join(', ')}} ${Number(value.toPrecision(6))}${since === undefined ? '' : `, since ${timeText(since)}`}`,
  );
}
