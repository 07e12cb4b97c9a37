import type { Finding, ReportChart } from '../../../src/health/types.ts';
import { reportChart, say, type Words } from './parts.ts';

/** The score over time, with what happened on the way. */

const DAY = 86_400_000;
const DAYS = 30;
/** Longer without a report, the score is not known. */
const GAP = 2 * DAY;
const MARKS = 20;

export interface ScoreInputs {
  now: number;
  history: readonly { at: number; score: number }[];
  marks: readonly { at: number; name: string }[];
  findings: readonly Finding[];
}

/** Undefined until there are two reports. Marks are incidents, changes, and since when critical findings are there. */
export function scoreChart({ now, history, marks, findings }: ScoreInputs, words: Words): ReportChart | undefined {
  const scores = history.filter(({ at }) => at > now - DAYS * DAY).toSorted((a, b) => a.at - b.at);
  const [first, last] = [scores.at(0), scores.at(-1)];
  if (!first || !last || scores.length < 2) return undefined;
  const begun = findings.flatMap(({ severity, since, code }) =>
    severity === 'critical' && since !== undefined ? [{ at: since, name: code }] : [],
  );
  const shown = [...marks, ...begun]
    .filter(({ at }) => at >= first.at && at <= last.at)
    .toSorted((a, b) => a.at - b.at);
  const score = say(words, 'score');
  return reportChart('score', say(words, 'score-title', { days: DAYS }), {
    said: [score],
    chart: {
      unit: 'points',
      series: [{ name: score.en, points: withGaps(scores) }],
      limits: [],
      marks: shown.slice(-MARKS).map(({ at, name }) => ({ at, name })),
    },
  });
}

function withGaps(scores: readonly { at: number; score: number }[]): [number, number | null][] {
  return scores.flatMap(({ at, score }, n): [number, number | null][] => {
    const before = scores[n - 1]?.at ?? at;
    return [...(at - before > GAP ? [[before + 1, null] as [number, null]] : []), [at, score]];
  });
}
