import { z } from 'zod';
import { breakage, containersOf, isReady, type PodView } from '../pods.ts';

/** How a workload is doing, as one reads it to see whether a change has worked. */

export const reportFields = {
  /** `healthy`: as it is meant to be, now. `failing`: it will not come up by itself. */
  state: z.enum(['healthy', 'progressing', 'failing']),
  generation: z.number().optional(),
  observedGeneration: z.number().optional(),
  desired: z.number(),
  updated: z.number(),
  ready: z.number(),
  available: z.number(),
  /** Restarts of the present pods since `since`, or ever: a lower bound, as a pod remembers the end of its last run only. */
  restartsSince: z.number(),
  oomKilledSince: z.number(),
  /** Pods of an earlier revision that are still there. */
  oldPods: z.number(),
  /** For how long the present pods have all been ready without a restart, by the cluster's clock. */
  stableSeconds: z.number(),
  /** How much of it is ready of the present revision. */
  percent: z.number().optional(),
  /** Of a node. */
  schedulable: z.boolean().optional(),
  /** Of a Deployment whose roll-out somebody holds: changes of its pods wait. */
  paused: z.boolean().optional(),
  reason: z.string().optional(),
  pods: z.array(
    z.object({ name: z.string(), ready: z.boolean(), restarts: z.number(), waitingReason: z.string().optional() }),
  ),
  serverTime: z.string(),
};

type Report = z.input<z.ZodObject<typeof reportFields>>;

/** Without the times and pods, which are the same for all kinds. */
export type Judgement = Pick<Report, 'state' | 'desired' | 'updated' | 'ready' | 'available'> &
  Partial<Pick<Report, 'oldPods' | 'reason' | 'generation' | 'observedGeneration' | 'schedulable' | 'paused'>> & {
    /** Since when it has been so, where pods do not tell. */
    stableSince?: string;
  };

/** The latest of some times, as ISO-8601. */
export function latest(...times: (string | null | undefined)[]): { stableSince?: string } {
  const last = times
    .flatMap((time) => (time ? [time] : []))
    .sort()
    .at(-1);
  return last === undefined ? {} : { stableSince: last };
}

export interface Clock {
  now: number;
  since: number | undefined;
}

const mostPods = 100;

/** The parts of a report that come from the present pods. */
export function podPart(pods: readonly PodView[], { now, since }: Clock) {
  const containers = pods.flatMap((pod) => containersOf(pod).map((container) => ({ pod, container })));
  const after = (at: string | null | undefined) => since === undefined || (at ? Date.parse(at) >= since : false);
  const restarts = containers.map(({ pod, container: { restartCount, lastState } }) => {
    if (after(pod.metadata.creationTimestamp)) return restartCount;
    return restartCount > 0 && after(lastState?.terminated?.finishedAt) ? 1 : 0;
  });
  const ends = containers.flatMap(({ container: { state, lastState } }) => [state?.terminated, lastState?.terminated]);
  return {
    restartsSince: restarts.reduce<number>((sum, count) => sum + count, 0),
    oomKilledSince: ends.filter((end) => end?.reason === 'OOMKilled' && after(end.finishedAt)).length,
    stableSeconds: stability(pods, now),
    pods: pods.slice(0, mostPods).map((pod) => {
      const waitingReason = containersOf(pod).find(({ state }) => state?.waiting)?.state?.waiting?.reason;
      return {
        name: pod.metadata.name,
        ready: isReady(pod),
        restarts: containersOf(pod).reduce((sum, { restartCount }) => sum + restartCount, 0),
        ...(waitingReason && { waitingReason }),
      };
    }),
  };
}

/** Seconds since the last of the pods became ready or started a container; 0 while one is not ready. */
function stability(pods: readonly PodView[], now: number): number {
  if (pods.length === 0 || !pods.every(isReady)) return 0;
  const marks = pods.flatMap((pod) => [
    pod.status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime,
    ...(pod.status.containerStatuses ?? []).map(({ state }) => state?.running?.startedAt),
  ]);
  const newest = Math.max(...marks.map((mark) => (mark ? Date.parse(mark) : Number.NEGATIVE_INFINITY)));
  return Number.isFinite(newest) ? Math.max(0, Math.floor((now - newest) / 1000)) : 0;
}

/** The first pod that will not come up by itself, in words. */
export function brokenPod(pods: readonly PodView[]): string | undefined {
  for (const pod of pods) {
    const reason = breakage(pod);
    if (reason) return `${pod.metadata.name}: ${reason}`;
  }
  return undefined;
}
