import type { Shape, Survey, SurveyWorkload } from '../../../servers/ack/kube/survey/survey.ts';
import type { ContainerUsage } from '../../../src/health/usage/types.ts';

/** Why there is no advice on a workload's size. */
export type GateId =
  | 'R-kind'
  | 'R-history'
  | 'R-samples'
  | 'R-pods'
  | 'R-image'
  | 'R-vpa'
  | 'R-hpa'
  | 'R-growth'
  | 'R-quota'
  | 'R-range'
  | 'R-node';

/** All gates, in the order in which they are looked at. */
export const GATES: readonly GateId[] = [
  'R-kind',
  'R-history',
  'R-samples',
  'R-pods',
  'R-image',
  'R-vpa',
  'R-hpa',
  'R-growth',
  'R-quota',
  'R-range',
  'R-node',
];

export interface Refusal {
  gate: GateId;
  /** Whether nobody knows, or it is known not to be right. */
  state: 'failed' | 'unknown';
}

/** A workload with the use of each of its containers. */
export interface Candidate {
  index: number;
  workload: SurveyWorkload;
  shape: Shape;
  /** By the container's name; complete. */
  usage: ReadonlyMap<string, ContainerUsage>;
}

/** Kinds whose rollout can be watched, and taken back. */
const KINDS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
const LEAST_DAYS = 7;
const LEAST_SHARE = 0.95;
const LEAST_POD_DAYS = 3;
export const HOUR_MS = 3_600_000;
const SETTLED_MS = 48 * HOUR_MS;

export const failed = (gate: GateId): Refusal => ({ gate, state: 'failed' });
export const unknown = (gate: GateId): Refusal => ({ gate, state: 'unknown' });

/** Whether a kind was read as a whole, or the server has no such thing. */
export function isKnown({ readings }: Survey, kind: string): boolean {
  return readings.some(
    (reading) => reading.kind === kind && (reading.state === 'complete' || reading.state === 'none'),
  );
}

/** The first reason to leave a workload alone, by itself and by what is known of its use. */
export function refusalOf(survey: Survey, candidate: Candidate, now: number): Refusal | undefined {
  const { workload } = candidate;
  if (!KINDS.has(workload.kind)) return failed('R-kind');
  return historyGate(candidate) ?? changeGate(candidate, now) ?? scalerGate(survey, candidate);
}

function historyGate({ shape, usage }: Candidate): Refusal | undefined {
  const all = shape.containers.map(({ name }) => usage.get(name));
  if (all.some((one) => one === undefined || one.days.slice(-14).length < LEAST_DAYS)) return unknown('R-history');
  const known = all.flatMap((one) => (one ? [one] : []));
  if (known.some(({ samples, presence }) => Math.min(samples, presence) < LEAST_SHARE)) return unknown('R-samples');
  if (known.some(({ podDays }) => podDays < LEAST_POD_DAYS)) return unknown('R-pods');
  return undefined;
}

/** What is new behaves in a way that nobody has seen yet. */
function changeGate({ workload, shape, usage }: Candidate, now: number): Refusal | undefined {
  const { changedAt, rolling } = workload;
  if (rolling || (changedAt !== undefined && now - changedAt < SETTLED_MS)) return failed('R-image');
  const isNew = shape.containers.some(({ name, image }) => {
    const told = (usage.get(name)?.days ?? []).filter(({ images }) => images.length > 0).slice(-2);
    return told.some(({ images }) => !images.some((seen) => isSameImage(seen, image)));
  });
  return isNew ? failed('R-image') : undefined;
}

/** Where only the node tells, it writes the registry out, or a digest alone, which tells nothing. */
const isSameImage = (seen: string, image: string): boolean =>
  seen === image || seen.endsWith(`/${image}`) || seen.startsWith('sha256:');

/** A VerticalPodAutoscaler that sets sizes itself would take ours away again. */
function scalerGate(survey: Survey, { index }: Candidate): Refusal | undefined {
  if (!isKnown(survey, 'VerticalPodAutoscaler')) return unknown('R-vpa');
  if (!isKnown(survey, 'HorizontalPodAutoscaler')) return unknown('R-hpa');
  const own = survey.autoscalers.filter(({ workload }) => workload === index);
  const sets = own.some(({ kind, mode }) => kind === 'VerticalPodAutoscaler' && (mode ?? 'Auto') !== 'Off');
  return sets ? failed('R-vpa') : undefined;
}
