import type { Verdict } from '../finding.ts';
import { symptomOf } from '../lines.ts';
import { lastRunMinutes, leakOf, oomVictims, raisedLimit, type Victim } from '../looks/oom.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const RESTARTED = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
const LEAST_MINUTES = 5;
const MOST_MINUTES = 12 * 60;

/** A container is killed at its memory limit, which it climbs to steadily in each run, or after each raise. */
export const oomLeak: Rule = {
  cause: 'OOMLeak',
  async examine(scene) {
    const verdicts: Verdict[] = [];
    for (const workload of scene.workloads) {
      const byContainer = Map.groupBy(oomVictims(scene, workload), ({ container }) => container.name);
      for (const victims of byContainer.values()) {
        const verdict = await verdictOf(scene, victims);
        if (verdict) verdicts.push(verdict);
      }
    }
    return verdicts;
  },
};

async function verdictOf(scene: Scene, victims: readonly Victim[]): Promise<Verdict | undefined> {
  const [first] = victims;
  const leak = first && (await leakOf(scene, first));
  if (!first || !leak || leak === 'none' || leak === 'unseen') return undefined;
  return {
    cause: 'OOMLeak',
    confidence: leak.sure ? 'proven' : 'likely',
    object: first.workload.ref,
    since: Math.min(...victims.map(({ end }) => end?.startedAt ?? end?.finishedAt ?? scene.now)),
    params: {
      container: first.container.name,
      limit: first.container.resources.limits.memory ?? '–',
      growth: leak.growth,
    },
    symptoms: [...new Set(victims.map(({ pod }) => pod))].map(symptomOf),
    evidence: [first.line, leak.line],
    remedies: gainTime(first, leak.bytesPerHour),
  };
}

/** Neither heals: a restart gains one more run. A raise counts as a fix only where the memory does not climb to the new limit too. */
function gainTime(victim: Victim, bytesPerHour: number | undefined): Remedy[] {
  const run = lastRunMinutes(victim) ?? 0;
  const toFill = (bytes: number) => (bytesPerHour ? (bytes / bytesPerHour) * 60 : 4 * run);
  const soak = (minutes: number) => Math.min(MOST_MINUTES, Math.max(LEAST_MINUTES, Math.ceil(1.25 * minutes)));
  const { kind } = victim.workload.ref;
  const restart: Remedy = { id: 'restart', target: victim.workload.ref, soakMinutes: soak(2 * run) };
  const raise = raisedLimit(victim, (to) => soak(toFill(to)));
  return [...(RESTARTED.has(kind) ? [restart] : []), ...raise];
}
