import type { Translate } from '../../../src/chat/messages.ts';
import type { Block, Language, LocalText } from '../../../src/chat/types.ts';
import type { PlanDraft } from '../../../src/flow/kit.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import type { ResizeChange, ResizeProposal } from './changes.ts';

/** A change with what the server said when it was rehearsed. */
interface RehearsedChange extends ResizeChange {
  diff: string;
  uid: string;
  generation?: number | undefined;
  undoCall?: { tool: string; args: JsonObject } | undefined;
}

export interface ResizeContext {
  cluster: { id: string; name: string; environment: 'prod' | 'staging' | 'dev' };
  proposal: ResizeProposal;
  /** The advice's. */
  title: LocalText;
  /** In order. */
  changes: readonly RehearsedChange[];
  /** The workload as it is. */
  present: JsonObject;
  /** Whether the cluster's Prometheus answers. */
  hasMetrics: boolean;
  words: Record<Language, Translate>;
}

type Text = (key: string, params?: Record<string, string | number>) => LocalText;

const STABLE_SECONDS = 120;
const ROLLOUT_MINUTES = 30;
const WATCH_MINUTES = 24 * 60;
/** Pods that come and go in between begin the watch anew; longer than this nobody waits. */
const PATIENCE_MINUTES = 3 * WATCH_MINUTES;
const MOST_RESTARTS = 2;
const MOST_THROTTLED = 0.25;

/** New sizes as a plan: the patches, a healthy rollout, then a day of watching; whatever fails sets the old sizes back by itself. */
export function resizePlan(context: ResizeContext): PlanDraft {
  const { cluster, proposal, title, changes, words } = context;
  const { kind, namespace = '', name } = proposal.object;
  const text: Text = (key, params = {}) => ({ en: words.en(key, params), zh: words.zh(key, params) });
  const object = `${kind} ${namespace}/${name}`;
  return {
    action: 'workload.patch',
    title: text('rightsizing.plan.title', { object }),
    why: {
      en: words.en('rightsizing.plan.why', { title: title.en }),
      zh: words.zh('rightsizing.plan.why', { title: title.zh }),
    },
    cluster: cluster.name,
    environment: cluster.environment,
    target: { kind, namespace, name, percent: percentAtOnce(kind, context.present) },
    steps: changes.map((change) => stepOf(change, context, text)),
    verify: [rolled(context, object, text), watched(context, text), ...throttled(context, text)],
    // Taken back in the order in which it was done: the autoscaler first here, too.
    undo: changes.flatMap(({ id, target, undoCall }) =>
      undoCall
        ? [
            {
              id: `take-back-${id}`,
              of: id,
              title: text('rightsizing.plan.undo', {
                object: `${target.kind} ${target.namespace ?? ''}/${target.name}`,
              }),
              ...undoCall,
              expectMinutes: 1,
            },
          ]
        : [],
    ),
    undoMode: 'automatic',
    risk: takesMemory(context) ? 'medium' : 'low',
    blastRadius: { objects: changes.length, text: text('rightsizing.plan.blast', { object }) },
  };
}

/** The rehearsal fixed what must still be so: another object, or a changed one, voids the approval. */
function stepOf(change: RehearsedChange, { cluster, proposal }: ResizeContext, text: Text): PlanDraft['steps'][number] {
  const { id, tool, args, target, uid, generation } = change;
  const object = `${target.kind} ${target.namespace ?? ''}/${target.name}`;
  const to = proposal.autoscaler?.cpuTarget ?? 0;
  return {
    id,
    title:
      id === 'sizes'
        ? text('rightsizing.plan.step', { object })
        : text('rightsizing.plan.step-hpa', { name: object, to }),
    tool,
    args: {
      clusterId: cluster.id,
      ...args,
      expectedUid: uid,
      ...(generation !== undefined && { expectedGeneration: generation }),
    },
    expectMinutes: 1,
  };
}

/** All its pods are of the new size; they are made anew, so what is told of them tells of the change alone. */
function rolled(context: ResizeContext, object: string, text: Text): PlanDraft['verify'][number] {
  return {
    id: 'rolled-out',
    title: text('rightsizing.plan.rolled', { object }),
    ...statusOf(context),
    done: [
      { path: 'state', in: ['healthy'] },
      { path: 'stableSeconds', atLeast: STABLE_SECONDS },
    ],
    failed: troubles(),
    everySeconds: 10,
    timeoutMinutes: ROLLOUT_MINUTES,
    stage: 'reason',
    error: 'reason',
  };
}

function watched(context: ResizeContext, text: Text): PlanDraft['verify'][number] {
  return {
    id: 'watched',
    title: text('rightsizing.plan.watch', { most: MOST_RESTARTS }),
    ...statusOf(context),
    done: [{ path: 'state', in: ['healthy'] }],
    failed: [...troubles(), { path: 'restartsSince', atLeast: MOST_RESTARTS + 1 }],
    holdMinutes: WATCH_MINUTES,
    everySeconds: 60,
    timeoutMinutes: PATIENCE_MINUTES,
    stage: 'reason',
    error: 'reason',
  };
}

const troubles = () => [
  { path: 'state', in: ['failing'] },
  { path: 'oomKilledSince', atLeast: 1 },
];

function statusOf({ cluster, proposal: { object } }: ResizeContext) {
  const { kind, namespace, name } = object;
  return {
    tool: 'k8s_workload_status',
    args: { clusterId: cluster.id, kind, ...(namespace !== undefined && { namespace }), name },
  };
}

/** Over the day that was watched: of the periods in which it ran, how many it was held back in. Without a CPU limit that is none. */
function throttled({ cluster, proposal: { object }, hasMetrics }: ResizeContext, text: Text): PlanDraft['verify'] {
  if (!hasMetrics) return [];
  const { namespace = 'default', name } = object;
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const selector = `namespace=${JSON.stringify(namespace)},pod=~${JSON.stringify(`${literal}-.*`)},container!=""`;
  const counted = (metric: string) => `sum(increase(${metric}{${selector}}[1d]))`;
  const held = counted('container_cpu_cfs_throttled_periods_total');
  const ran = counted('container_cpu_cfs_periods_total');
  return [
    {
      id: 'throttling',
      title: text('rightsizing.plan.throttling', { percent: MOST_THROTTLED * 100 }),
      tool: 'metrics_query',
      args: { clusterId: cluster.id, promql: `(${held} / (${ran} > 0)) or vector(0)` },
      done: [{ path: 'series.0.points.0.1', atMost: MOST_THROTTLED }],
      failed: [{ path: 'series.0.points.0.1', atLeast: MOST_THROTTLED }],
      everySeconds: 30,
      timeoutMinutes: 10,
    },
  ];
}

const takesMemory = ({ proposal }: ResizeContext): boolean =>
  proposal.containers.some(({ limits }) => limits.memory !== undefined);

/** The largest share of its pods that a rollout takes away at once, in percent. */
function percentAtOnce(kind: string, { spec }: JsonObject): number {
  const { replicas, strategy, updateStrategy } = fieldsOf(spec);
  const most = Math.max(1, Number(replicas ?? 1));
  if (kind === 'StatefulSet') return Math.ceil(100 / most);
  const { type, rollingUpdate } = fieldsOf(strategy ?? updateStrategy);
  if (type === 'Recreate') return 100;
  const { maxUnavailable } = fieldsOf(rollingUpdate);
  if (typeof maxUnavailable === 'string' && maxUnavailable.endsWith('%')) return Number.parseInt(maxUnavailable, 10);
  if (typeof maxUnavailable === 'number' && kind !== 'DaemonSet')
    return Math.min(100, Math.ceil((100 * maxUnavailable) / most));
  return 25;
}

const fieldsOf = (value: unknown): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};

/** What an approver sees besides the steps: the differences as the server made them in a dry run, and what follows. */
export function resizeBlocks(
  { changes, words }: Pick<ResizeContext, 'changes' | 'words'>,
  language: Language,
): Block[] {
  const t = words[language];
  return [
    { type: 'text', markdown: t('incidents.plan.dry-run') },
    ...changes.map(({ diff }): Block => ({ type: 'code', text: diff, language: 'diff' })),
    { type: 'text', markdown: t('rightsizing.plan.comes-back') },
  ];
}
