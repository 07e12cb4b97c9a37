import type { Verdict } from '../finding.ts';
import { symptomOf } from '../lines.ts';
import { leakOf, oomVictims, type Victim } from '../oom.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

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
  if (!first || !leak) return undefined;
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
  };
}
