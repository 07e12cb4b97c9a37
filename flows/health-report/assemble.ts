import { digestOfAll } from '../../src/approvals/plan.ts';
import type { Translate } from '../../src/chat/messages.ts';
import type { Language } from '../../src/chat/types.ts';
import type { Facts, Insight, Report, Unknown } from '../../src/health/types.ts';
import { chartsOf } from './charts/charts.ts';
import { adviseRemovals } from './consolidation/advise.ts';
import { deltaOf } from './delta.ts';
import { costsByNamespace, type NamespaceCosts } from './money/namespaces.ts';
import { adviseSizes, type UsageSketches } from './rightsizing/advise.ts';
import { scoreOf } from './score/score.ts';
import { judge } from './signals/judge.ts';

/** Everything that a report is made of. Plain data: it may cross into a thread. */
export interface Materials {
  id: string;
  /** When it is made, on the bot's clock, epoch milliseconds: the cluster's own, in `facts`, may be another. */
  at: number;
  facts: Facts;
  usage: UsageSketches | undefined;
  insights: Insight[];
  previous?: Report;
  history: { at: number; score: number }[];
  /** Changes and incidents of the window. */
  marks: { at: number; name: string }[];
  firing: { name: string; minutes: number }[];
  snoozes: { findingId: string; by: string; until: number }[];
}

/** From facts to a report: the same facts always make the same one. `tookMs` is for who measures to fill in. */
export function assemble(materials: Materials, words: Record<Language, Translate>): Report {
  const { id, at, facts, usage, insights, previous, history, marks, firing, snoozes } = materials;
  const { now } = facts;
  const { score, findings } = scoreOf(judge(facts, words), { now, at, snoozes }, words);
  const sizes = usage ? adviseSizes(facts, usage, words) : [];
  const advice = [...adviseRemovals(facts, words), ...sizes];
  const costs = costsByNamespace(facts);
  const charts = chartsOf(
    {
      facts,
      findings,
      advice,
      history: [...history, { at, score: score.score }],
      marks,
      firing,
      ...(costs && { costs: monthOf(costs) }),
      ...(usage && { usage }),
      ...(usage && { usage }),
    },
    words,
  );
  const report: Report = {
    schemaVersion: 1,
    id,
    cluster: facts.cluster,
    at,
    window: facts.window,
    inputs: digestOfAll(inputsOf(facts, score.ruleSet)),
    ...score,
    findings,
    advice,
    insights,
    charts,
    unknown: distinct(facts.unknown),
    tookMs: 0,
  };
  return previous ? { ...report, delta: deltaOf(report, previous) } : report;
}

/** All that the score comes from, in parts: a survey of a large cluster is not to be copied whole. */
function* inputsOf({ survey, ...rest }: Facts, ruleSet: string): Generator<unknown> {
  yield plain({ ...rest, ruleSet });
  for (const [name, value] of sectionsOf(survey)) {
    yield name;
    if (Array.isArray(value)) for (const item of value) yield plain(item);
    else yield plain(value);
  }
}

const sectionsOf = (survey: Facts['survey']) =>
  Object.entries(survey ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));

/** Without what is absent. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Each namespace's part of this month's bill, so far and by its end; what nobody has reserved is in none. */
function monthOf({ namespaces, total, month, currency }: NamespaceCosts) {
  return namespaces.map(({ namespace, amount }) => ({
    namespace,
    currency,
    soFar: (month.toDate * amount) / total,
    forecast: (month.forecast * amount) / total,
  }));
}

function distinct(unknown: readonly Unknown[]): Unknown[] {
  return [...new Map(unknown.map((one) => [one.what, one])).values()];
}
