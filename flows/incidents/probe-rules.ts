import type { Cause } from './causes.ts';
import type { EvidenceLine, Verdict } from './finding.ts';
import { eventLine, objectLine, podRef, symptomOf } from './lines.ts';
import { asks, hasItRestarted, type Judged, type Judgement, judge } from './probe-judgement.ts';
import { type ProbeTrouble, probeTroubles } from './probes.ts';
import type { Rule } from './rule.ts';

/** The rule for one way in which probes of a sort are wrong. Startup probes count as liveness probes: both have the container restarted. */
export function probeRule(cause: Cause, sort: 'liveness' | 'readiness', is: Judgement): Rule {
  return {
    cause,
    async examine(scene) {
      const troubles = (await probeTroubles(scene)).filter(
        ({ name }) => hasItRestarted(name) === (sort === 'liveness'),
      );
      return troubles.flatMap((trouble) => {
        const judged = judge(trouble);
        return judged?.is === is ? [verdictFor(cause, trouble, judged)] : [];
      });
    },
  };
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
