import type { Survey, SurveyWorkload } from '../../../servers/ack/kube/survey/survey.ts';
import { selects } from '../../../src/flow/selectors.ts';
import { POD_STATE } from '../pod-state.ts';
import type { Item, State } from './state.ts';
import type { World } from './world.ts';

/**
 * Whether a node's pods may be moved: Cluster Autoscaler's rules in its order, then what it does not ask.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-types-of-pods-can-prevent-ca-from-removing-a-node
 */

type BlockedBy =
  | 'node-annotation'
  | 'bare'
  | 'system-without-budget'
  | 'not-safe-to-evict'
  | 'local-storage'
  | 'several-budgets'
  | 'budget'
  | 'local-volume'
  | 'job'
  | 'single-replica';

export interface Blocker {
  by: BlockedBy;
  workload?: SurveyWorkload;
}

/** What may still be evicted of each budget, counted down over a whole plan. */
export interface Budgets {
  left: number[];
  /** Budgets that cover the class's pods. */
  of(classId: number): number[];
}

export function budgetsOf({ survey, classes }: World): Budgets {
  const known = new Map<number, number[]>();
  const covers = (id: number) => {
    const podClass = classes[id];
    if (!podClass) return [];
    const { namespace, workload, shape } = podClass;
    return survey.budgets.flatMap((budget, index) =>
      budget.namespace === namespace && (budget.workloads.includes(workload) || selects(budget.selector, shape.labels))
        ? [index]
        : [],
    );
  };
  return {
    left: survey.budgets.map(({ allowed }) => allowed),
    of(id) {
      const found = known.get(id) ?? covers(id);
      known.set(id, found);
      return found;
    },
  };
}

/** `all`: pods of workloads with one replica may be restarted; else those of the named ones (`namespace/name`). */
export type AcceptedRestarts = 'all' | ReadonlySet<string>;

const NEVER_DOWN = 'cluster-autoscaler.kubernetes.io/scale-down-disabled';
const SAFE = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
const SAFE_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

/** The pods that would have to move, and every reason why one may not. Takes from the budgets what the moves would take. */
export function drainability(
  state: State,
  pods: readonly number[],
  { node, budgets, accepted }: { node: number; budgets: Budgets; accepted: AcceptedRestarts },
): { items: Item[]; blockers: Blocker[] } {
  const { world } = state;
  const items = movable(world, pods);
  const disabled = world.nodes[node]?.annotations[NEVER_DOWN] === 'true';
  const blockers: Blocker[] = disabled ? [{ by: 'node-annotation' }] : [];
  for (const item of items) {
    const by = blockedBy(world, item, { budgets, accepted });
    const workload = world.survey.workloads[item.podClass.workload];
    if (by) blockers.push({ by, ...(workload && { workload }) });
  }
  return { items, blockers };
}

/** Without those that stay or go with the node: of DaemonSets, of the node itself, done and leaving ones. */
export function movable({ classes, classOf, survey }: World, pods: readonly number[]): Item[] {
  return pods.flatMap((pod) => {
    const podClass = classes[classOf[pod] ?? -1];
    return podClass && !staysWithNode(survey, pod) && !podClass.terminating ? [{ pod, podClass }] : [];
  });
}

export function staysWithNode({ pods, workloads }: Survey, pod: number): boolean {
  const kind = workloads[pods.workload[pod] ?? -1]?.kind;
  return ((pods.state[pod] ?? 0) & POD_STATE.mirror) !== 0 || kind === 'DaemonSet' || kind === 'Node';
}

interface Rules {
  budgets: Budgets;
  accepted: AcceptedRestarts;
}

function blockedBy(world: World, { pod, podClass }: Item, { budgets, accepted }: Rules): BlockedBy | undefined {
  const { survey, storage } = world;
  const workload = survey.workloads[podClass.workload];
  const bits = survey.pods.state[pod] ?? 0;
  const covering = budgets.of(podClass.id);
  // Nothing brings a bare pod back, whatever it says of itself.
  if (workload?.kind === 'Pod') return 'bare';
  const { annotations } = podClass.shape;
  if (annotations[SAFE] !== 'true' && (bits & POD_STATE.safeToEvict) === 0) {
    if (podClass.namespace === 'kube-system' && covering.length === 0) return 'system-without-budget';
    if (annotations[SAFE] === 'false' || (bits & POD_STATE.notSafeToEvict) !== 0) return 'not-safe-to-evict';
    if (holdsLocalData(podClass.shape)) return 'local-storage';
  }
  const exhausted = takeFrom(budgets, covering);
  if (exhausted) return exhausted;
  if (podClass.claims.some((claim) => storage.isLocal(claim))) return 'local-volume';
  if (workload?.kind === 'Job' || workload?.kind === 'CronJob') return 'job';
  return workload && workload.desired <= 1 && !accepts(accepted, workload) ? 'single-replica' : undefined;
}

function holdsLocalData({ hostPaths, emptyDirs, annotations }: Item['podClass']['shape']): boolean {
  const exempt = new Set((annotations[SAFE_VOLUMES] ?? '').split(',').map((name) => name.trim()));
  return [...hostPaths, ...emptyDirs].some((name) => !exempt.has(name));
}

/** The Eviction API refuses a pod that several budgets cover. */
function takeFrom({ left }: Budgets, covering: number[]): BlockedBy | undefined {
  if (covering.length > 1) return 'several-budgets';
  const [budget] = covering;
  if (budget === undefined) return undefined;
  if ((left[budget] ?? 0) <= 0) return 'budget';
  left[budget] = (left[budget] ?? 0) - 1;
  return undefined;
}

const accepts = (accepted: AcceptedRestarts, { namespace, name }: SurveyWorkload): boolean =>
  accepted === 'all' || accepted.has(`${namespace}/${name}`);
