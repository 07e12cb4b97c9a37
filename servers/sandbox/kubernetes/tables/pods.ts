import { at, numberAt, recordsAt, textAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import { age, ageColumn, type Column, column, nameColumn, wide } from './columns.ts';

/** The columns of `kubectl get pods`. */
export const podColumns: Column[] = [
  nameColumn,
  column('Ready', readyText),
  column('Status', podStatus),
  column('Restarts', restartsText),
  ageColumn,
  wide('IP', (pod) => textAt(pod, 'status', 'podIP') ?? '<none>'),
  wide('Node', (pod) => textAt(pod, 'spec', 'nodeName') ?? '<none>'),
  wide('Nominated Node', (pod) => textAt(pod, 'status', 'nominatedNodeName') ?? '<none>'),
  wide('Readiness Gates', () => '<none>'),
];

const statuses = (pod: KubeObject, field = 'containerStatuses') => recordsAt(pod, 'status', field);

/** Init containers that stay beside the others count among them. */
function sidecars(pod: KubeObject): Set<string> {
  const lasting = recordsAt(pod, 'spec', 'initContainers').filter((one) => textAt(one, 'restartPolicy') === 'Always');
  return new Set(lasting.map((one) => textAt(one, 'name') ?? ''));
}

function counted(pod: KubeObject) {
  const beside = sidecars(pod);
  const inits = statuses(pod, 'initContainerStatuses').filter((one) => beside.has(textAt(one, 'name') ?? ''));
  return [...statuses(pod), ...inits];
}

function readyText(pod: KubeObject): string {
  const ready = counted(pod).filter((one) => at(one, 'ready') === true && at(one, 'state', 'running')).length;
  return `${ready}/${recordsAt(pod, 'spec', 'containers').length + sidecars(pod).size}`;
}

function restartsText(pod: KubeObject, now: number): string {
  const inits = statuses(pod, 'initContainerStatuses');
  const shown = isInitializing(pod) ? inits : counted(pod);
  const restarts = shown.reduce((sum, one) => sum + (numberAt(one, 'restartCount') ?? 0), 0);
  const ends = shown.flatMap((one) => textAt(one, 'lastState', 'terminated', 'finishedAt') ?? []).sort();
  const last = ends.at(-1);
  return restarts > 0 && last ? `${restarts} (${age(last, now)} ago)` : String(restarts);
}

const isInitializing = (pod: KubeObject): boolean => initReason(pod) !== undefined;

/** The word under STATUS: the reason nearest to the trouble. As printPod of pkg/printers/internalversion/printers.go. */
function podStatus(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp) {
    if (textAt(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
    const phase = textAt(pod, 'status', 'phase');
    if (phase !== 'Succeeded' && phase !== 'Failed') return 'Terminating';
  }
  return initReason(pod) ?? containersReason(pod) ?? gateReason(pod) ?? phaseOf(pod);
}

const phaseOf = (pod: KubeObject): string =>
  textAt(pod, 'status', 'reason') || (textAt(pod, 'status', 'phase') ?? 'Pending');

function gateReason(pod: KubeObject): string | undefined {
  const gated = recordsAt(pod, 'status', 'conditions').some(
    (one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : undefined;
}

function initReason(pod: KubeObject): string | undefined {
  const inits = statuses(pod, 'initContainerStatuses');
  const beside = sidecars(pod);
  for (const [index, status] of inits.entries()) {
    const terminated = at(status, 'state', 'terminated');
    if (terminated && numberAt(terminated, 'exitCode') === 0) continue;
    if (beside.has(textAt(status, 'name') ?? '') && at(status, 'started') === true) continue;
    if (terminated) return `Init:${endReason(terminated)}`;
    const waiting = textAt(status, 'state', 'waiting', 'reason');
    if (waiting && waiting !== 'PodInitializing') return `Init:${waiting}`;
    return `Init:${index}/${recordsAt(pod, 'spec', 'initContainers').length}`;
  }
  return undefined;
}

/** The first container's reason wins over the others. */
function containersReason(pod: KubeObject): string | undefined {
  const reasons = statuses(pod).flatMap(
    (status) =>
      textAt(status, 'state', 'waiting', 'reason') ||
      (at(status, 'state', 'terminated') ? endReason(at(status, 'state', 'terminated')) : []),
  );
  const [reason] = reasons;
  const running = statuses(pod).some((status) => at(status, 'ready') === true && at(status, 'state', 'running'));
  if (reason !== 'Completed' || !running) return reason;
  const ready = recordsAt(pod, 'status', 'conditions').some((one) => one.type === 'Ready' && one.status === 'True');
  return ready ? 'Running' : 'NotReady';
}

function endReason(terminated: unknown): string {
  const reason = textAt(terminated, 'reason');
  if (reason) return reason;
  const signal = numberAt(terminated, 'signal');
  return signal ? `Signal:${signal}` : `ExitCode:${numberAt(terminated, 'exitCode') ?? 0}`;
}
