import type { Verdict } from '../finding.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { lastRunMinutes, leakOf, oomVictims, raisedLimit, type Victim } from '../looks/oom.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Rule } from '../rule.ts';

/** It would have been killed again within this many of its runs. */
const RUNS = 2.5;
const LEAST_MINUTES = 2;
const MOST_MINUTES = 30;

/** The kernel killed a container at its own memory limit, it has not got over it, and its memory does not leak. */
export const oomKilled: Rule = {
  cause: 'OOMKilled',
  async examine(scene) {
    const verdicts: Verdict[] = [];
    for (const workload of scene.workloads) {
      const byContainer = Map.groupBy(oomVictims(scene, workload), ({ container }) => container.name);
      for (const [first, ...others] of byContainer.values())
        if (first && !(await leakOf(scene, first))) verdicts.push(verdictOf([first, ...others], scene.now));
    }
    return verdicts;
  },
};

function verdictOf(victims: readonly [Victim, ...Victim[]], now: number): Verdict {
  const [{ container, workload }] = victims;
  const limit = container.resources.limits.memory;
  return {
    cause: 'OOMKilled',
    confidence: limit !== undefined && victims.some(({ sure }) => sure) ? 'proven' : 'likely',
    object: workload.ref,
    since: Math.min(...victims.map(({ end }) => end?.startedAt ?? end?.finishedAt ?? now)),
    params: { container: container.name, limit: limit ?? '–' },
    symptoms: [...new Set(victims.map(({ pod }) => pod))].map(symptomOf),
    evidence: victims
      .slice(0, 3)
      .flatMap(({ pod, line }) => [
        line,
        objectLine(podRef(pod), `container ${container.name}: resources.limits.memory=${limit ?? 'none'}`),
      ]),
    remedies: raised(victims[0]),
  };
}

/** More memory now, and a node more for it later. */
function raised(victim: Victim): Remedy[] {
  const minutes = Math.ceil(RUNS * (lastRunMinutes(victim) ?? 0));
  const raise = raisedLimit(victim, () => Math.min(MOST_MINUTES, Math.max(LEAST_MINUTES, minutes)));
  const { nodeName } = victim.pod.spec;
  const later: Remedy = {
    id: 'scale-node-pool',
    ...(nodeName !== undefined && { node: nodeName }),
    by: 1,
    when: 'later',
  };
  return raise.length > 0 ? [...raise, later] : [];
}
