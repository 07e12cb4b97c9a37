import type { JsonObject } from '../../../../src/tools/types.ts';
import { presentable } from '../objects.ts';

export interface Suspect {
  kind: string;
  namespace?: string;
  name: string;
  why: string;
  /** The whole object, of the first few that look alike. */
  object?: JsonObject;
}

const fullOfAKind = 3;
const mostFull = 500;
const mostListed = 3_000;
/** The gateway passes on 2 MB. */
const fullBudget = 1_200_000;

/**
 * Keeps what looks ill, within bounds: whole objects of the first few of each group that look alike, names of the others, and
 * counts beyond that. `share` is the part of the bounds that this one may use.
 */
export function createSuspects(share = 1) {
  const kept: Suspect[] = [];
  const groups = new Map<string, number>();
  let full = 0;
  let bytes = 0;
  let total = 0;
  return {
    /** `group` is what those that look alike have in common, such as their owner. */
    add(suspect: Omit<Suspect, 'object'>, raw: Record<string, unknown>, group: string): void {
      total += 1;
      if (kept.length >= mostListed * share) return;
      const key = `${suspect.kind}/${group}/${suspect.why}`;
      const alike = (groups.get(key) ?? 0) + 1;
      groups.set(key, alike);
      const object = alike <= fullOfAKind && full < mostFull * share ? presentable(raw, suspect.kind) : undefined;
      const size = object ? Buffer.byteLength(JSON.stringify(object)) : 0;
      if (!object || bytes + size > fullBudget * share) return void kept.push(suspect);
      full += 1;
      bytes += size;
      kept.push({ ...suspect, object });
    },
    found: () => ({ suspects: kept, total }),
  };
}
