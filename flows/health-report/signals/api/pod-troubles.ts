import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import type { Severity } from '../../../../src/health/types.ts';
import { MINUTE, type Signal } from '../signal.ts';
import type { View } from '../view.ts';

interface Kind {
  code: string;
  what: Survey['troubles'][number]['what'];
  severity: Severity;
  graceMs: number;
  confidence?: 0.5;
  /** How many of a workload's pods count. */
  pods?(troubled: ReturnType<View['troubled']>[number]): number;
  /** Whose pods are told of elsewhere. */
  except?: readonly string[];
}

/** Pods with one kind of trouble, one item a workload. */
function podTrouble({
  code,
  what,
  severity,
  graceMs,
  confidence,
  except = [],
  pods = (one) => one.pods,
}: Kind): Signal {
  return {
    code,
    category: 'workloads',
    kinds: ['Pod'],
    graceMs,
    worst: severity,
    diagnosable: true,
    ...(confidence && { confidence }),
    look(view) {
      const found = view
        .troubled(what)
        .map((one) => ({ ...one, pods: pods(one) }))
        .filter((one) => one.pods > 0 && !except.includes(view.refOf(one.workload).kind));
      const items = found.map((one) => ({
        object: view.refOf(one.workload),
        weight: one.pods * view.placeOf(one.workload).weight,
        severity,
        prod: view.placeOf(one.workload).prod,
        ...(one.since !== undefined && { since: one.since }),
        seen: `${one.pods} × ${one.reason || what}`,
      }));
      const bad = found.reduce((total, one) => total + one.pods, 0);
      return { items, relevant: view.live.weight, bad, total: Math.max(bad, view.live.pods) };
    },
  };
}

const MANY_RESTARTS = 5;

/** W1. */
export const crashLoop = podTrouble({ code: 'W1', what: 'crash-loop', severity: 'high', graceMs: 15 * MINUTE });
/** W2: containers that cannot start: the image, the configuration. */
export const waiting = podTrouble({ code: 'W2', what: 'waiting', severity: 'high', graceMs: 5 * MINUTE });
/** W3: in the last 24 hours. */
export const oomKilled = podTrouble({ code: 'W3', what: 'oom', severity: 'high', graceMs: 0 });
/** W4: the API keeps the sum of a container's life and its last end only, so this is a guess at the last 24 hours. */
export const restarts = podTrouble({
  code: 'W4',
  what: 'restarts',
  severity: 'medium',
  graceMs: 0,
  confidence: 0.5,
  pods: ({ pods, named }) => pods - named.filter(({ count }) => (count ?? Infinity) <= MANY_RESTARTS).length,
});
/** W5: but for a Job's, which are the Job's to tell of. */
export const notReady = podTrouble({
  code: 'W5',
  what: 'not-ready',
  severity: 'medium',
  graceMs: 15 * MINUTE,
  except: ['Job', 'CronJob'],
});
/** W6. */
export const unschedulable = podTrouble({ code: 'W6', what: 'unschedulable', severity: 'high', graceMs: 5 * MINUTE });
/** W19. */
export const evicted = podTrouble({ code: 'W19', what: 'evicted', severity: 'low', graceMs: 0 });
