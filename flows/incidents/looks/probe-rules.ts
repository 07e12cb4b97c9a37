import type { Cause } from '../causes.ts';
import type { EvidenceLine, Verdict } from '../finding.ts';
import { eventLine, objectLine, podRef, symptomOf } from '../lines.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { throttledShares } from './cpu.ts';
import { asks, hasItRestarted, type Judged, type Judgement, judge } from './probe-judgement.ts';
import { type ProbeTrouble, probeTroubles } from './probes.ts';

const IMPATIENT: ReadonlySet<Judgement> = new Set<Judgement>(['too-aggressive', 'too-short']);
/** Of the time; to wait for the CPU now and then is common. */
const HELD_BACK = 0.5;

/** The rule for one way in which probes of a sort are wrong. Startup probes count as liveness probes: both have the container restarted. */
export function probeRule(cause: Cause, sort: 'liveness' | 'readiness', is: Judgement): Rule {
  return {
    cause,
    async examine(scene) {
      const troubles = (await probeTroubles(scene)).filter(
        ({ name }) => hasItRestarted(name) === (sort === 'liveness'),
      );
      const found: Verdict[] = [];
      for (const trouble of troubles) {
        const judged = judge(trouble);
        if (judged?.is !== is || (IMPATIENT.has(is) && (await isHeldBack(scene, trouble)))) continue;
        found.push(verdictFor(cause, trouble, judged));
      }
      return found;
    },
  };
}

/** What gets no time to compute answers late: its CPU limit is what to change, not the probe. */
async function isHeldBack(scene: Scene, { pod, container }: ProbeTrouble): Promise<boolean> {
  return (await throttledShares(scene)).some(
    (reading) => reading.pod === pod && reading.container.name === container.name && reading.value >= HELD_BACK,
  );
}

function verdictFor(cause: Cause, trouble: ProbeTrouble, judged: Judged): Verdict {
  const { workload, pod, container, name, probe, status } = trouble;
  const { set, confidence } = judged;
  return {
    cause,
    confidence,
    object: workload.ref,
    since: trouble.failures.at(-1)?.event.first ?? status.state.running?.startedAt,
    params: { container: container.name, probe: name, asks: asks(probe) },
    symptoms: [symptomOf(pod)],
    evidence: evidenceOf(trouble, judged),
    remedies: set ? [{ id: 'fix-probe', target: workload.ref, container: container.name, probe: name, set }] : [],
  };
}

function evidenceOf({ pod, container, name, probe, status, killing }: ProbeTrouble, judged: Judged): EvidenceLine[] {
  const ref = podRef(pod);
  const state = status.ready ? 'ready' : 'not ready';
  return [
    ...(judged.failure ? [eventLine(judged.failure.event)] : []),
    ...(killing ? [eventLine(killing)] : []),
    objectLine(ref, `container ${container.name}: ${name} ${asks(probe)}; ${state}, ${status.restartCount} restarts`),
    ...judged.reasons.map((reason) => objectLine(ref, `container ${container.name}: ${reason}`)),
  ].slice(0, 6);
}
