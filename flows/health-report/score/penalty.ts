import type { Category, Severity, Verdict } from '../../../src/health/types.ts';
import { POINTS } from './rules.ts';

/** What one verdict costs, before its category's limit. */
export interface Penalty {
  code: string;
  category: Exclude<Category, 'cost'>;
  points: number;
  /** A ceiling that it brings. */
  ceiling?: 'outage' | 'critical';
}

/** Part of what is relevant costs less than all of it, but much more than its share: one broken thing is one broken thing. */
const BASE = 0.3;

/** S × (0.3 + 0.7 × √share) × D × T. What is lost counts as the worst that it could be; what is absent, good or does not apply, as nothing. */
export function penaltyOf(verdict: Verdict, now: number): Penalty | undefined {
  const { code, category } = verdict;
  if (category === 'cost') return undefined;
  if (verdict.state === 'unknown') {
    if (verdict.kind === 'absent') return undefined;
    const { severity = 'critical', confidence = 1, outage = false } = verdict.worst ?? {};
    return { code, category, points: POINTS[severity] * confidence, ...ceilingOf(severity, outage) };
  }
  if (verdict.state !== 'bad') return undefined;
  const { severity, confidence, affected, relevant, prod, outage = false } = verdict;
  const share = relevant > 0 ? Math.min(1, Math.max(0, affected / relevant)) : 1;
  const lasted = lastedOf(verdict, now);
  const points = POINTS[severity] * (BASE + (1 - BASE) * Math.sqrt(share)) * lasted * confidence;
  const isDue = lasted === 1;
  return { code, category, points, ...(isDue && ceilingOf(prod ? severity : 'info', outage)) };
}

/** How much of its grace time it has lasted, 0 to 1. What does not say since when counts in full. */
function lastedOf({ since, graceMs }: { since?: number; graceMs: number }, now: number): number {
  if (since === undefined || graceMs <= 0) return 1;
  return Math.min(1, Math.max(0, (now - since) / graceMs));
}

function ceilingOf(severity: Severity, outage: boolean): Pick<Penalty, 'ceiling'> {
  if (outage) return { ceiling: 'outage' };
  return severity === 'critical' ? { ceiling: 'critical' } : {};
}
