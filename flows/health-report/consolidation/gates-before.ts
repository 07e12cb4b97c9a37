import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Facts } from '../../../src/health/types.ts';
import { type PoolOfNodes, specialKind } from './pools.ts';
import { failed, type Judged, listed, passed, unknown } from './texts.ts';
import { type NodeUse, nodeCountStood } from './use.ts';

/** What is asked before any pod is moved on paper: G0 to G3. */

/** Without these nobody can say where a pod may go or whether it may be moved. */
const NEEDED = [
  'Node',
  'Pod',
  'Namespace',
  'PodDisruptionBudget',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'CSINode',
  'HorizontalPodAutoscaler',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
];
const WEEK_HOURS = 168;
const LEAST_COVERAGE = 0.95;
const HOUR_MS = 3_600_000;
const STILL_HOURS = 48;

/** G0: everything was read, and Prometheus has kept a week. */
export function isComplete({ metrics }: Pick<Facts, 'metrics'>, survey: Survey): Judged {
  return readWhole(survey) ?? history(metrics.OBS3);
}

/** What was not read of what placing pods needs. A cluster without a pod is a list that was not read, whatever it says. */
export function readWhole({ readings, pods }: Survey): Judged | undefined {
  const state = new Map(readings.map((reading) => [reading.kind, reading.state]));
  const missing = NEEDED.filter((kind) => state.get(kind) !== 'complete' && state.get(kind) !== 'none');
  if (missing.length > 0) return unknown('G0', 'unread', { kinds: listed(missing, 5) });
  return pods.node.every((node) => node < 0) ? unknown('G0', 'empty') : undefined;
}

function history(answer: Facts['metrics'][string] | undefined): Judged {
  const hours = answer && 'rows' in answer ? answer.rows[0]?.value : undefined;
  if (hours === undefined) return unknown('G0', 'no-history');
  const least = Math.ceil(WEEK_HOURS * LEAST_COVERAGE);
  return hours >= least ? passed('G0', { hours }) : unknown('G0', 'short-history', { hours, least });
}

/** G1: a pool whose size is ours to set. */
export function isOurs({ nodes, pool, name }: PoolOfNodes, survey: Survey): Judged {
  const special = nodes.flatMap((index) => specialKind(survey.nodes[index]?.labels ?? {}) ?? [])[0];
  if (special) return failed('G1', special);
  if (!pool) return unknown('G1', 'no-pool');
  const { autoscaling, desired, state, total } = pool;
  if (autoscaling?.enabled)
    return failed('G1', 'autoscaler', { name, min: autoscaling.min ?? '?', max: autoscaling.max ?? '?' });
  if (state !== 'active') return failed('G1', 'state', { state });
  if (desired === undefined) return unknown('G1', 'no-desired', { name });
  if (desired !== total || total !== nodes.length) return failed('G1', 'changing', { desired, total: nodes.length });
  return passed('G1', { name, desired });
}

/** G2: no node came or went for two days, and nothing is being rolled out. */
export function isStill(facts: Facts, survey: Survey): Judged {
  const since = facts.now - STILL_HOURS * HOUR_MS;
  const young = survey.nodes.filter(({ createdAt }) => createdAt > since).map(({ name }) => name);
  if (young.length > 0) return failed('G2', 'new-nodes', { nodes: listed(young) });
  const rolling = survey.workloads.filter((workload) => workload.rolling);
  if (rolling.length > 0)
    return failed('G2', 'rolling', { workloads: listed(rolling.map(({ namespace, name }) => `${namespace}/${name}`)) });
  const stood = nodeCountStood(facts, STILL_HOURS * HOUR_MS);
  if (stood === undefined) return unknown('G2', 'no-curve');
  return stood ? passed('G2') : failed('G2', 'count-changed');
}

export interface LowUse {
  /** Below these the node is a candidate. */
  average: number;
  p95: number;
  requests: number;
}

export const LOW_USE: LowUse = { average: 0.2, p95: 0.45, requests: 0.5 };

/** G3: hardly used over a week, neither on average nor at its busiest, and little is reserved on it. */
export function isLow(
  node: string,
  { use, requested }: { use: NodeUse | undefined; requested: number },
  low: LowUse,
): Judged {
  const reserved = Math.round(requested * 100);
  if (requested >= low.requests) return failed('G3', 'reserved', { node, reserved, most: low.requests * 100 });
  if (!use) return unknown('G3', 'no-use', { node });
  const params = { node, average: Math.round(use.average * 100), p95: Math.round(use.p95 * 100), reserved };
  const isIdle = use.average < low.average && use.p95 < low.p95;
  return isIdle
    ? passed('G3', params)
    : failed('G3', 'used', { ...params, most: low.average * 100, peak: low.p95 * 100 });
}

/** By node: the larger of requested CPU and memory over what it can give, everything on it counted. */
export function requestedShares({ nodes, pods, shapes }: Survey, isHolding: (pod: number) => boolean): number[] {
  const cpu = new Float64Array(nodes.length);
  const memory = new Float64Array(nodes.length);
  pods.node.forEach((node, pod) => {
    const requests = shapes[pods.shape[pod] ?? -1]?.requests;
    if (node < 0 || !requests || !isHolding(pod)) return;
    cpu[node] = (cpu[node] ?? 0) + requests.cpu;
    memory[node] = (memory[node] ?? 0) + requests.memory;
  });
  const share = (part: number | undefined, whole: number) => (whole > 0 ? (part ?? 0) / whole : 1);
  return nodes.map(({ allocatable }, node) =>
    Math.max(share(cpu[node], allocatable.cpu), share(memory[node], allocatable.memory)),
  );
}
