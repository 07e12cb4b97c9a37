import type { Verdict } from '../finding.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { isTooLowToStart, lastRunMinutes, leakOf, oomVictims, raisedLimit, type Victim } from '../looks/oom.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Rule } from '../rule.ts';

/** It would have been killed again within this many of its runs. */
const RUNS = 2.5;
const LEAST_MINUTES = 2;
const MOST_MINUTES = 30;

/**
 * The kernel killed a container at its own memory limit, it has not got over it, and its memory does not leak. The status proves the
 * kill; only a curve of its memory tells a limit that is too low from a leak, so without one the reason stays open and a higher limit
 * is a mitigation.
 */
export const oomKilled: Rule = {
  cause: 'OOMKilled',
  async examine(scene) {
    const verdicts: Verdict[] = [];
    for (const workload of scene.workloads) {
      const byContainer = Map.groupBy(oomVictims(scene, workload), ({ container }) => container.name);
      for (const [first, ...others] of byContainer.values()) {
        const leak = first && (await leakOf(scene, first));
        if (!first || (leak !== 'none' && leak !== 'unseen')) continue;
        const isOpen = leak === 'unseen' && !isTooLowToStart(first);
        verdicts.push(verdictOf([first, ...others], { now: scene.now, isOpen }));
      }
    }
    return verdicts;
  },
};

interface Judged {
  now: number;
  /** Whether it leaks is not known. */
  isOpen: boolean;
}

function verdictOf(victims: readonly [Victim, ...Victim[]], { now, isOpen }: Judged): Verdict {
  const [{ container, workload }] = victims;
  const limit = container.resources.limits.memory;
  return {
    cause: 'OOMKilled',
    confidence: limit !== undefined && !isOpen && victims.some(({ sure }) => sure) ? 'proven' : 'likely',
    object: workload.ref,
    since: Math.min(...victims.map(({ end }) => end?.startedAt ?? end?.finishedAt ?? now)),
    params: { container: container.name, limit: limit ?? '–', reason: isOpen ? 'open' : 'limit' },
    symptoms: [...new Set(victims.map(({ pod }) => pod))].map(symptomOf),
    evidence: victims
      .slice(0, 3)
      .flatMap(({ pod, line }) => [
        line,
        objectLine(podRef(pod), `container ${container.name}: resources.limits.memory=${limit ?? 'none'}`),
      ]),
    remedies: raised(victims[0]).map((remedy) => (isOpen ? { ...remedy, mitigates: true as const } : remedy)),
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
