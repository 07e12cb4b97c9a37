import { z } from 'zod';
import { parseQuantity } from '../../../src/flow/quantity.ts';
import { ageText, bytesText, coresText } from './amounts.ts';

/** Rows of what runs: pods, their owners, nodes. */

const metadata = z.object({ creationTimestamp: z.string().nullish(), deletionTimestamp: z.string().nullish() });
const count = z.number().nullish();

const containerState = z.object({
  waiting: z.object({ reason: z.string().nullish() }).nullish(),
  running: z.object({}).nullish(),
  terminated: z
    .object({ reason: z.string().nullish(), exitCode: z.number().nullish(), finishedAt: z.string().nullish() })
    .nullish(),
});
const containerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: containerState.nullish(),
  lastState: containerState.nullish(),
});
type ContainerStatus = z.infer<typeof containerStatus>;
const pod = z.object({
  metadata,
  spec: z.object({ nodeName: z.string().nullish(), containers: z.array(z.unknown()).nullish() }).prefault({}),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().nullish(),
      containerStatuses: z.array(containerStatus).nullish(),
      initContainerStatuses: z.array(containerStatus).nullish(),
      conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: z.string().nullish() })).nullish(),
    })
    .prefault({}),
});

/** How a pod is, in the words of `kubectl get`. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function podRow(object: unknown, now: string): { cells: string[]; wrong: boolean } {
  const { metadata: about, spec, status } = pod.parse(object);
  const each = status.containerStatuses ?? [];
  const ready = each.filter((one) => one.ready).length;
  const all = Math.max(each.length, spec.containers?.length ?? 0);
  const restarts = each.reduce((sum, one) => sum + one.restartCount, 0);
  const last = each
    .map(({ lastState }) => lastState?.terminated?.finishedAt ?? '')
    .sort()
    .at(-1);
  const state = about.deletionTimestamp ? 'Terminating' : stateOf(status.phase, status.reason, status);
  const isDone = state === 'Completed' || state === 'Succeeded';
  const isFine = state === 'Running' && ready === all;
  return {
    cells: [
      `${ready}/${all}`,
      state,
      restarts > 0 && last ? `${restarts} (${ageText(last, now)})` : `${restarts}`,
      ageText(about.creationTimestamp ?? undefined, now),
      spec.nodeName ?? '–',
    ],
    wrong: !isDone && !isFine && state !== 'Terminating' ? true : each.some((one) => isFresh(one, now)),
  };
}

/** A container that ended badly within the last ten minutes and runs again. */
function isFresh({ lastState }: ContainerStatus, now: string): boolean {
  const ended = lastState?.terminated;
  return ended?.exitCode !== 0 && Date.parse(now) - Date.parse(ended?.finishedAt ?? '') < 600_000;
}

function stateOf(
  phase: string,
  reason: string | null | undefined,
  { containerStatuses, initContainerStatuses, conditions }: z.infer<typeof pod>['status'],
): string {
  const starting = (initContainerStatuses ?? []).map(waitsFor).find((one) => one !== undefined);
  if (phase === 'Pending' && starting !== undefined) return `Init:${starting}`;
  const stuck = (containerStatuses ?? []).map(waitsFor).find((one) => one !== undefined);
  if (stuck !== undefined) return stuck;
  const scheduled = conditions?.find(({ type }) => type === 'PodScheduled');
  if (phase === 'Pending' && scheduled?.status === 'False') return scheduled.reason ?? 'Pending';
  return reason ?? (phase === 'Succeeded' ? 'Completed' : phase);
}

function waitsFor({ state }: ContainerStatus): string | undefined {
  if (state?.waiting) return state.waiting.reason ?? 'Waiting';
  const ended = state?.terminated;
  if (!ended || (ended.exitCode ?? 0) === 0) return undefined;
  return ended.reason ?? `ExitCode:${ended.exitCode}`;
}

const rollout = z.object({
  metadata: z.object({ creationTimestamp: z.string().nullish(), generation: count }),
  spec: z
    .object({
      replicas: count,
      template: z
        .object({ spec: z.object({ containers: z.array(z.object({ image: z.string().nullish() })).default([]) }) })
        .nullish(),
    })
    .prefault({}),
  status: z
    .object({
      replicas: count,
      readyReplicas: count,
      updatedReplicas: count,
      desiredNumberScheduled: count,
      numberReady: count,
      updatedNumberScheduled: count,
      observedGeneration: count,
    })
    .prefault({}),
});

/** A Deployment, StatefulSet, DaemonSet or ReplicaSet. */
export function rolloutRow(object: unknown, now: string): { cells: string[]; wrong: boolean } {
  const { metadata: about, spec, status } = rollout.parse(object);
  const isDaemon = status.desiredNumberScheduled !== undefined && status.desiredNumberScheduled !== null;
  const wanted = isDaemon ? (status.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1);
  const ready = (isDaemon ? status.numberReady : status.readyReplicas) ?? 0;
  const updated = (isDaemon ? status.updatedNumberScheduled : status.updatedReplicas) ?? (wanted === 0 ? 0 : undefined);
  const images = (spec.template?.spec.containers ?? []).map(({ image }) => shortImage(image ?? ''));
  const isSeen = (status.observedGeneration ?? about.generation ?? 0) >= (about.generation ?? 0);
  return {
    cells: [
      `${ready}/${wanted}`,
      updated === undefined ? '–' : `${updated}`,
      ageText(about.creationTimestamp ?? undefined, now),
      images.join(', ') || '–',
    ],
    wrong: ready < wanted || !isSeen,
  };
}

/** Without the registry, which is the same for most. */
const shortImage = (image: string): string => image.split('/').at(-1) ?? image;

const job = z.object({
  metadata,
  spec: z.object({ completions: count, suspend: z.boolean().nullish() }).prefault({}),
  status: z
    .object({
      active: count,
      succeeded: count,
      failed: count,
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
    })
    .prefault({}),
});

export function jobRow(object: unknown, now: string): { cells: string[]; wrong: boolean } {
  const { metadata: about, spec, status } = job.parse(object);
  const is = (type: string) => status.conditions?.some((one) => one.type === type && one.status === 'True') === true;
  const state = is('Failed') ? 'Failed' : is('Complete') ? 'Complete' : spec.suspend ? 'Suspended' : 'Running';
  const failures = status.failed ? ` (${status.failed} failed)` : '';
  const done = `${status.succeeded ?? 0}/${spec.completions ?? 1}${failures}`;
  const wrong = state === 'Failed' || (state === 'Running' && (status.failed ?? 0) > 0);
  return { cells: [state, done, ageText(about.creationTimestamp ?? undefined, now)], wrong };
}

const node = z.object({
  metadata: z.object({
    creationTimestamp: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.object({ unschedulable: z.boolean().nullish() }).prefault({}),
  status: z
    .object({
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
      nodeInfo: z.object({ kubeletVersion: z.string().nullish() }).nullish(),
      allocatable: z.object({ cpu: z.string().nullish(), memory: z.string().nullish() }).nullish(),
    })
    .prefault({}),
});

/** https://kubernetes.io/docs/reference/node/node-status/#condition */
export function nodeRow(object: unknown, now: string): { cells: string[]; wrong: boolean } {
  const { metadata: about, spec, status } = node.parse(object);
  const conditions = status.conditions ?? [];
  const isReady = conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  const pressures = conditions.filter(({ type, status: is }) => type !== 'Ready' && is === 'True');
  const state = [isReady ? 'Ready' : 'NotReady', ...pressures.map(({ type }) => type)];
  if (spec.unschedulable) state.push('SchedulingDisabled');
  const cpu = parseQuantity(status.allocatable?.cpu ?? undefined);
  const memory = parseQuantity(status.allocatable?.memory ?? undefined);
  const size = cpu === undefined || memory === undefined ? '–' : `${coresText(cpu)} / ${bytesText(memory)}`;
  return {
    cells: [
      state.join(', '),
      status.nodeInfo?.kubeletVersion ?? '–',
      size,
      about.labels?.['topology.kubernetes.io/zone'] ?? '–',
      ageText(about.creationTimestamp ?? undefined, now),
    ],
    wrong: !isReady || pressures.length > 0,
  };
}
