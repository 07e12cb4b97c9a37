import { z } from 'zod';

/** What is read of a pod to judge it: the schema is the projection, everything else is dropped while parsing. */

const time = z.string().nullish();
const terminated = z.object({
  reason: z.string().nullish(),
  exitCode: z.number().default(0),
  finishedAt: time,
});
const state = z
  .object({
    waiting: z.object({ reason: z.string().nullish() }).nullish(),
    running: z.object({ startedAt: time }).nullish(),
    terminated: terminated.nullish(),
  })
  .nullish();
const containerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state,
  lastState: state,
});
const statuses = z.array(containerStatus).nullish();

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default(''),
    uid: z.string().default(''),
    resourceVersion: z.string().default(''),
    creationTimestamp: time,
    deletionTimestamp: time,
    labels: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().nullish() }))
      .nullish(),
  }),
  spec: z.object({ nodeName: z.string().nullish() }).default({}),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().nullish(),
      conditions: z
        .array(
          z.object({ type: z.string(), status: z.string(), reason: z.string().nullish(), lastTransitionTime: time }),
        )
        .nullish(),
      initContainerStatuses: statuses,
      containerStatuses: statuses,
    })
    .prefault({}),
});

export type PodView = z.output<typeof podSchema>;
export type ContainerView = z.output<typeof containerStatus>;

const conditionOf = ({ status }: PodView, type: string) =>
  status.conditions?.find((condition) => condition.type === type);

export const isReady = (pod: PodView) => conditionOf(pod, 'Ready')?.status === 'True';

export const containersOf = ({ status }: PodView): ContainerView[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

/** The uid of the controller that keeps the pod. */
export const controllerOf = ({ metadata }: PodView) =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

/** The reasons for which a container waits while all is well. */
const starting = new Set(['ContainerCreating', 'PodInitializing']);
const startGraceMs = 120_000;
const scheduleGraceMs = 15_000;
const readyGraceMs = 60_000;
const deletionGraceMs = 60_000;
const restartMemoryMs = 3_600_000;

/** Why a pod deserves a look, in a word, or undefined when it is well, starting, done or leaving. `now` is the API server's time. */
export function suspicion(pod: PodView, now: number): string | undefined {
  const { metadata, status } = pod;
  const age = (at: string | null | undefined) => (at ? now - Date.parse(at) : 0);
  if (metadata.deletionTimestamp)
    return age(metadata.deletionTimestamp) > deletionGraceMs ? 'StuckTerminating' : undefined;
  if (status.phase === 'Succeeded') return undefined;
  if (status.phase === 'Failed') return status.reason ?? 'Failed';
  if (status.phase === 'Unknown') return status.reason ?? 'Unknown';
  const containers = containersOf(pod);
  const waiting = containers
    .map((each) => each.state?.waiting?.reason)
    .find((reason) => reason && !starting.has(reason));
  if (waiting) return waiting;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (status.phase === 'Pending') {
    if (scheduled?.status === 'False')
      return age(metadata.creationTimestamp) > scheduleGraceMs ? (scheduled.reason ?? 'Unschedulable') : undefined;
    return age(metadata.creationTimestamp) > startGraceMs ? 'StartingLong' : undefined;
  }
  if (containers.some((each) => restartedLately(each, now))) return 'Restarting';
  const ready = conditionOf(pod, 'Ready');
  return ready?.status === 'False' && age(ready.lastTransitionTime) > readyGraceMs ? 'NotReady' : undefined;
}

/** When the judgement of a pod will change by time alone, without any change of the pod. */
export function turningPoint(pod: PodView, now: number): number | undefined {
  const { metadata } = pod;
  const marks: [string | null | undefined, number][] = [
    [metadata.creationTimestamp, scheduleGraceMs],
    [metadata.creationTimestamp, startGraceMs],
    [metadata.deletionTimestamp, deletionGraceMs],
    [conditionOf(pod, 'Ready')?.lastTransitionTime, readyGraceMs],
    ...containersOf(pod).map(({ state: is, lastState }): [string | null | undefined, number] => [
      (is?.terminated ?? lastState?.terminated)?.finishedAt,
      restartMemoryMs,
    ]),
  ];
  const present = suspicion(pod, now);
  return marks
    .flatMap(([at, grace]) => (at ? [Date.parse(at) + grace + 1000] : []))
    .filter((at) => at > now && suspicion(pod, at) !== present)
    .sort((one, other) => one - other)[0];
}

function restartedLately({ restartCount, state: present, lastState }: ContainerView, now: number): boolean {
  const ended = present?.terminated ?? lastState?.terminated;
  if (!ended?.finishedAt || now - Date.parse(ended.finishedAt) > restartMemoryMs) return false;
  if (restartCount === 0 && !present?.terminated) return false;
  return ended.exitCode !== 0 || restartCount >= 3;
}

/** Waiting reasons that do not go away by waiting. */
const broken = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** The reason for which a pod will not come up by itself, if it gives one. */
export function breakage(pod: PodView): string | undefined {
  if (pod.status.phase === 'Failed') return pod.status.reason ?? 'Failed';
  return (
    containersOf(pod)
      .map((each) => each.state?.waiting?.reason)
      .find((reason) => reason && broken.has(reason)) ?? undefined
  );
}
