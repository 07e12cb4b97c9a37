import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { applied, type ContainerChange, sumOf } from './change.ts';
import { type Candidate, failed, isKnown, type Refusal, unknown } from './gates.ts';

/** Whether the namespace's quotas and ranges, and the nodes, would take the new sizes. */
export function roomGate(
  survey: Survey,
  candidate: Candidate,
  changes: readonly ContainerChange[],
): Refusal | undefined {
  if (!isKnown(survey, 'ResourceQuota')) return unknown('R-quota');
  if (!isKnown(survey, 'LimitRange')) return unknown('R-range');
  if (exceedsQuota(survey, candidate, changes)) return failed('R-quota');
  if (leavesRange(survey, candidate, changes)) return failed('R-range');
  return fitsNowhere(survey, candidate, changes) ? failed('R-node') : undefined;
}

/** Keys of quotas by what they limit. https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
const QUOTA_KEYS = [
  { of: 'requests', resource: 'cpu', keys: ['cpu', 'requests.cpu'] },
  { of: 'requests', resource: 'memory', keys: ['memory', 'requests.memory'] },
  { of: 'limits', resource: 'cpu', keys: ['limits.cpu'] },
  { of: 'limits', resource: 'memory', keys: ['limits.memory'] },
] as const;

/** While it rolls, old and new pods count together. */
function exceedsQuota(survey: Survey, { workload, shape }: Candidate, changes: readonly ContainerChange[]): boolean {
  const after = applied(shape.containers, changes);
  const pods = Math.max(1, workload.desired);
  return survey.quotas
    .filter(({ namespace }) => namespace === workload.namespace)
    .some(({ hard, used }) =>
      QUOTA_KEYS.some(({ of, resource, keys }) => {
        const next = sumOf(after, of, resource);
        const more = (next - sumOf(shape.containers, of, resource)) * pods + next * workload.surge;
        const isMore = next > sumOf(shape.containers, of, resource);
        return isMore && keys.some((key) => (used[key] ?? 0) + more > (hard[key] ?? Number.POSITIVE_INFINITY));
      }),
    );
}

/** https://kubernetes.io/docs/concepts/policy/limit-range/ */
function leavesRange(survey: Survey, { workload, shape }: Candidate, changes: readonly ContainerChange[]): boolean {
  const after = applied(shape.containers, changes);
  return survey.limitRanges
    .filter(({ namespace }) => namespace === workload.namespace)
    .some(({ min, max, maxRatio }) =>
      after.some(({ requests, limits }) =>
        (['cpu', 'memory'] as const).some((resource) => {
          const request = requests[resource] ?? limits[resource];
          const limit = limits[resource];
          if (request !== undefined && request < (min[resource] ?? 0)) return true;
          if (Math.max(request ?? 0, limit ?? 0) > (max[resource] ?? Number.POSITIVE_INFINITY)) return true;
          const ratio = maxRatio[resource];
          return ratio !== undefined && request !== undefined && limit !== undefined && limit > ratio * request;
        }),
      ),
    );
}

/** A pod that asks for more than any node has is never placed again. */
function fitsNowhere({ nodes }: Survey, { shape }: Candidate, changes: readonly ContainerChange[]): boolean {
  const after = applied(shape.containers, changes);
  return (['cpu', 'memory'] as const).some((resource) => {
    const next = sumOf(after, 'requests', resource);
    const isMore = next > sumOf(shape.containers, 'requests', resource);
    return isMore && !nodes.some(({ allocatable }) => allocatable[resource] >= next);
  });
}
