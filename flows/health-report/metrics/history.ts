import type { MetricRow } from '../../../src/health/types.ts';
import type { Signal } from './signal.ts';

/** How long a trouble lasts, told from the times at which it was bad. */

const HOUR_MS = 3_600_000;
const MOST_POINTS = 60;

export interface Span {
  /** Epoch milliseconds; `step` in milliseconds. */
  start: number;
  end: number;
  step: number;
}

/** What to look back over: the grace time, and at least the hour that flapping is judged by. */
export function historySpan({ graceMs }: Signal, now: number): Span {
  const long = Math.max(graceMs, HOUR_MS);
  return { start: now - long, end: now, step: Math.max(60_000, Math.ceil(long / MOST_POINTS / 60_000) * 60_000) };
}

/** A row's labels as one text, without the metric's name. */
function rowKey(labels: Record<string, string>): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => name !== '__name__')
      .sort(),
  );
}

/**
 * The rows with the time since which they are bad. One that was bad for more than half of the last hour counts from its first bad
 * moment; another from the beginning of the run that lasts until now.
 */
export function withSince(
  rows: readonly MetricRow[],
  past: readonly { labels: Record<string, string>; times: readonly number[] }[],
  span: Span,
): MetricRow[] {
  const known = new Map(past.map(({ labels, times }) => [rowKey(labels), times]));
  return rows.map((row) => ({ ...row, since: sinceOf(known.get(rowKey(row.labels)) ?? [], span) }));
}

function sinceOf(times: readonly number[], { end, step }: Span): number {
  const bad = times.toSorted((a, b) => a - b);
  const recent = bad.filter((at) => at > end - HOUR_MS).length;
  if (recent * step > HOUR_MS / 2) return bad[0] ?? end;
  let since = end;
  for (const at of bad.toReversed()) {
    if (since - at > step * 1.5) break;
    since = at;
  }
  return since;
}
