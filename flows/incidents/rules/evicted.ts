import type { Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { endOf } from '../looks/failures.ts';
import type { Workload } from '../owners.ts';
import { isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';

const MINUTE = 60_000;
const LATELY_MS = 15 * MINUTE;
const AGAIN_MS = 60 * MINUTE;
const DAY_MS = 24 * 60 * MINUTE;

/** The kubelet puts pods of a workload out for what they use, and the workload has not got over it. */
export const evicted: Rule = {
  cause: 'Evicted',
  async examine(scene) {
    return scene.workloads.flatMap((workload) => {
      const out = workload.allPods.filter(isEvicted).sort((a, b) => endOf(b) - endOf(a));
      return isPresent(workload, out, scene.now) ? (verdictOf(workload, out, scene.now) ?? []) : [];
    });
  },
};

const isEvicted = ({ status }: Pod): boolean => status.phase === 'Failed' && status.reason === 'Evicted';

/** Nothing has taken the place of the last one that was put out, or one after the other is. */
function isPresent({ ref, job, pods, allPods, replicas }: Workload, out: readonly Pod[], now: number): boolean {
  const [last] = out;
  if (!last) return false;
  const age = now - endOf(last);
  if (ref.kind === 'Pod') return age < DAY_MS;
  if (ref.kind === 'Job' || ref.kind === 'CronJob')
    return !job?.status.completionTime && !isMadeUpFor(allPods, last) && age < DAY_MS;
  if (replicas === 0) return false;
  const ready = pods.filter(isReady).length;
  const lacks = ready < (replicas ?? 1) && pods.every((pod) => pod.spec.nodeName !== undefined);
  const again = out.filter((pod) => now - endOf(pod) < AGAIN_MS).length >= (lacks ? 2 : 3);
  return (lacks && age < LATELY_MS) || (again && age < 2 * LATELY_MS);
}

function isMadeUpFor(pods: readonly Pod[], { metadata }: Pod): boolean {
  return pods.some(
    (pod) =>
      pod.status.phase === 'Succeeded' && (pod.metadata.creationTimestamp ?? 0) >= (metadata.creationTimestamp ?? 0),
  );
}

const OWN_LIMIT = /exceeds? the (?:total )?limit|exceeded its local ephemeral storage limit|usage exceeds/i;

function verdictOf({ ref }: Workload, out: readonly Pod[], now: number): Verdict | undefined {
  const [last] = out;
  if (!last) return undefined;
  const { message = '' } = last.status;
  const node = last.spec.nodeName;
  const isOwn = OWN_LIMIT.test(message);
  return {
    cause: 'Evicted',
    confidence: isOwn ? 'proven' : 'likely',
    object: ref,
    since: Math.min(now, ...out.map(endOf)),
    params: { resource: resourceIn(message), message: message.slice(0, 200) },
    evidence: out
      .slice(0, 3)
      .map((pod) => objectLine(podRef(pod), `status.reason=Evicted ${pod.status.message ?? ''}`, endOf(pod))),
    symptoms: out.slice(0, 20).map(symptomOf),
    ...(!isOwn && node !== undefined && { dependsOn: [{ kind: 'Node', name: node }] }),
  };
}

function resourceIn(message: string): string {
  const low = /low on resource: ([\w-]{1,40})/.exec(message)?.[1] ?? /had condition: \[(\w{1,40})\]/.exec(message)?.[1];
  if (low) return low;
  if (/emptydir/i.test(message)) return 'emptyDir';
  return /ephemeral/i.test(message) ? 'ephemeral-storage' : '–';
}
