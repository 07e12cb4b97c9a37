import type { Translate } from '../../../src/chat/messages.ts';
import type { Language } from '../../../src/chat/types.ts';
import type { Facts, Severity, Verdict } from '../../../src/health/types.ts';
import { metricVerdicts } from '../metrics/verdicts.ts';
import { apiVerdicts } from './api-verdicts.ts';
import { inspectionVerdicts } from './inspection.ts';
import { byText } from './texts.ts';

type Known = Extract<Verdict, { state: 'bad' }>;
type Unknown = Extract<Verdict, { state: 'unknown' }>;

const RANK: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };
const worse = (a: Severity, b: Severity) => (RANK[a] >= RANK[b] ? a : b);

/**
 * A verdict on every signal: of the API, of Prometheus and of ACK's inspection, each code once. What the API says outweighs Prometheus,
 * but for a guess; of ACK and ourselves the worse one counts, and both are cited.
 */
export function judge(facts: Facts, words: Record<Language, Translate>): Verdict[] {
  const verdicts = new Map<string, Verdict>();
  const add = (verdict: Verdict, join: (first: Verdict, second: Verdict) => Verdict) => {
    const known = verdicts.get(verdict.code);
    verdicts.set(verdict.code, known ? join(known, verdict) : verdict);
  };
  for (const verdict of apiVerdicts(facts, words)) add(verdict, (first) => first);
  for (const verdict of metricVerdicts(facts, words)) add(verdict, apiFirst);
  for (const verdict of inspectionVerdicts(facts, words)) add(verdict, worseOne);
  return [...verdicts.values()].sort((a, b) => byText(a.code, b.code));
}

/** What the API says, unless it says nothing, or guesses what Prometheus knows. */
function apiFirst(api: Verdict, metric: Verdict): Verdict {
  if (api.state === 'unknown') return api.kind === 'absent' ? metric : asBadAs(api, metric);
  return api.state === 'bad' && api.confidence < 1 && metric.state !== 'unknown' ? metric : api;
}

function worseOne(own: Verdict, ack: Verdict): Verdict {
  if (ack.state !== 'bad') return own;
  if (own.state === 'unknown' && own.kind === 'lost') return asBadAs(own, ack);
  if (own.state !== 'bad') return { ...ack, category: own.category };
  return {
    ...own,
    severity: worse(own.severity, ack.severity),
    prod: own.prod || RANK[ack.severity] > RANK[own.severity],
    evidence: [...own.evidence, ...ack.evidence],
  };
}

/** What is lost could be as bad as another source says that it is. */
function asBadAs(lost: Unknown, other: Verdict): Unknown {
  const bound = other.state === 'bad' ? other : other.state === 'unknown' ? other.worst : undefined;
  return bound && lost.worst ? { ...lost, worst: worstOf(lost.worst, bound) } : lost;
}

type Worst = NonNullable<Unknown['worst']>;

function worstOf(a: Worst, b: Pick<Known, 'severity' | 'confidence' | 'outage'>): Worst {
  return {
    severity: worse(a.severity, b.severity),
    confidence: a.confidence >= b.confidence ? a.confidence : b.confidence,
    ...((a.outage || b.outage) && { outage: true }),
  };
}
