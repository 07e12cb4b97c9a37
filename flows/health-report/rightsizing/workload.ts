import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { horizontalOf, keepProduct, type TargetChange } from './autoscale.ts';
import { applied, type ContainerChange, type Qos, qosOf, sumOf } from './change.ts';
import { type Candidate, failed, type Refusal, refusalOf } from './gates.ts';
import { roomGate } from './room.ts';
import { type Note, sizeOf } from './size.ts';

/** New sizes for the containers of one workload, with everything that is said of them. */
export interface Resize {
  candidate: Candidate;
  changes: ContainerChange[];
  target?: TargetChange;
  qos: { before: Qos; after: Qos };
  critical: boolean;
  /** By container. */
  notes: { container: string; note: Note }[];
  /** Containers whose memory is left as it is since it only ever grows. */
  growing: string[];
  /** An autoscaler goes by memory, so memory is left as it is. */
  scalesByMemory: boolean;
  /** In all pods together; negative: more is needed. CPU in millicores, memory in bytes. */
  freed: { cpu: number; memory: number };
  /** It is, or was, short of memory. */
  isShort: boolean;
}

export type Judged = { resize: Resize } | { refusal: Refusal } | 'fits';

/** What becomes of one workload: new sizes, a reason for none, or nothing, since it fits. */
export function judgeWorkload(survey: Survey, candidate: Candidate, now: number): Judged {
  const refusal = refusalOf(survey, candidate, now);
  if (refusal) return { refusal };
  const scalers = horizontalOf(survey, candidate.index);
  if (scalers.length > 1) return { refusal: failed('R-hpa') };
  const [scaler] = scalers;
  const critical = scaler !== undefined || isBehindRoute(survey, candidate.index);
  const scalesByMemory = scaler?.memoryTarget !== undefined;
  const sized = sizes(candidate, critical, scalesByMemory);
  let changes = sized.changes;
  let target: TargetChange | undefined;
  if (scaler?.cpuTarget !== undefined && changes.some(({ cpu }) => cpu)) {
    const kept = keepProduct(scaler, candidate.shape.containers, changes);
    if (!kept) return { refusal: failed('R-hpa') };
    // Where the autoscaler leaves no room for a smaller request, the request stays.
    const isWorthIt = kept.changes.some(
      ({ cpu }) => cpu && Math.abs(cpu.to - (cpu.from ?? 0)) >= 0.2 * (cpu.from ?? 0),
    );
    changes = isWorthIt ? kept.changes : changes.map(({ cpu: _, ...rest }) => rest);
    if (isWorthIt) target = kept.target;
  }
  changes = changes.filter(({ cpu, memory }) => cpu ?? memory);
  if (changes.length === 0) return sized.growing.length > 0 ? { refusal: failed('R-growth') } : 'fits';
  const full = roomGate(survey, candidate, changes);
  if (full) return { refusal: full };
  return { resize: resizeOf(candidate, { ...sized, changes, critical, scalesByMemory, ...(target && { target }) }) };
}

function sizes({ shape, usage }: Candidate, critical: boolean, scalesByMemory: boolean) {
  const changes: ContainerChange[] = [];
  const notes: Resize['notes'] = [];
  const growing: string[] = [];
  for (const container of shape.containers) {
    const used = usage.get(container.name);
    if (!used) continue;
    const { name, requests, limits } = container;
    const size = sizeOf(container, used, { critical });
    if (size.growing && !scalesByMemory) growing.push(name);
    const memory = scalesByMemory ? undefined : size.memory;
    const change: ContainerChange = {
      name,
      ...(size.cpu !== undefined && { cpu: { from: requests.cpu, to: size.cpu } }),
      ...(memory && {
        memory: { from: requests.memory, to: memory.request, limitFrom: limits.memory, limitTo: memory.limit },
      }),
    };
    changes.push(change);
    notes.push(...size.notes.map((note) => ({ container: name, note })));
  }
  return { changes, notes, growing };
}

/** Behind an Ingress or a HTTPRoute, where somebody waits for an answer. */
function isBehindRoute({ routes, services }: Survey, index: number): boolean {
  return services.some(
    ({ namespace, name, workloads }) =>
      workloads.includes(index) &&
      routes.some((route) => route.namespace === namespace && route.backends.includes(name)),
  );
}

function resizeOf(
  candidate: Candidate,
  made: Pick<Resize, 'changes' | 'critical' | 'growing' | 'notes' | 'scalesByMemory' | 'target'>,
): Resize {
  const { shape, workload } = candidate;
  const after = applied(shape.containers, made.changes);
  const pods = Math.max(1, workload.desired);
  const less = (resource: 'cpu' | 'memory') =>
    (sumOf(shape.containers, 'requests', resource) - sumOf(after, 'requests', resource)) * pods;
  return {
    ...made,
    candidate,
    qos: { before: qosOf(shape.containers), after: qosOf(after) },
    freed: { cpu: less('cpu'), memory: less('memory') },
    isShort: made.notes.some(({ note }) => note === 'oom' || note === 'censored'),
  };
}
