import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Translate } from '../../../src/chat/messages.ts';
import type { Language } from '../../../src/chat/types.ts';
import type { Facts, Verdict } from '../../../src/health/types.ts';
import { signals } from './registry.ts';
import type { Signal } from './signal.ts';
import { troubleOf } from './trouble.ts';
import { type View, viewOf } from './view.ts';

/** A verdict for each signal of the registry. Without a survey all are unknown, lost unless the facts say that there is none. */
export function apiVerdicts(facts: Facts, words: Record<Language, Translate>): Verdict[] {
  const { survey } = facts;
  if (!survey) return signals.map((signal) => unknown(signal, withoutSurvey(facts)));
  const view = viewOf(facts, survey, words);
  const readings = new Map(survey.readings.map((reading) => [reading.kind, reading]));
  return signals.map((signal) => verdictOf(signal, { view, readings }));
}

interface Doubt {
  kind: 'absent' | 'lost';
  why: string;
}

function withoutSurvey({ unknown: all }: Facts): Doubt {
  const said = all.find(({ what }) => what === 'Kubernetes API');
  return { kind: said?.kind ?? 'lost', why: said?.why ?? 'the cluster could not be read' };
}

function unknown({ code, category, worst, confidence = 1, canBeOutage }: Signal, { kind, why }: Doubt): Verdict {
  const worstOf = { severity: worst, confidence, ...(canBeOutage && { outage: true }) };
  return { code, category, state: 'unknown', kind, why, worst: worstOf };
}

interface Known {
  view: View;
  readings: Map<string, Survey['readings'][number]>;
}

function verdictOf(signal: Signal, { view, readings }: Known): Verdict {
  const { code, category } = signal;
  const doubt = doubtOf(signal, readings);
  if (doubt) return unknown(signal, doubt);
  const [first] = signal.kinds;
  if (first !== undefined && readings.get(first)?.state === 'none') return { code, category, state: 'none' };
  const seen = signal.look(view);
  if (seen === 'good' || seen === 'none') return { code, category, state: seen };
  if ('unknown' in seen) return unknown(signal, { kind: 'absent', why: seen.unknown });
  if (seen.items.length === 0) return { code, category, state: seen.total === 0 ? 'none' : 'good' };
  return { code, category, state: 'bad', ...troubleOf(signal, seen, view) };
}

/** Lost outweighs absent: what was refused might have been bad. */
function doubtOf({ kinds, also = [] }: Signal, readings: Known['readings']): Doubt | undefined {
  const lost = [...kinds, ...also].find((kind) => readings.get(kind)?.state === 'lost');
  if (lost !== undefined) return { kind: 'lost', why: `${lost}: ${readings.get(lost)?.why ?? 'could not be read'}` };
  const absent = kinds.find((kind) => (readings.get(kind)?.state ?? 'absent') === 'absent');
  if (absent === undefined) return undefined;
  return { kind: 'absent', why: `${absent}: ${readings.get(absent)?.why ?? 'not in this source'}` };
}
