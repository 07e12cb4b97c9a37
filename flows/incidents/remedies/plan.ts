import type { Translate } from '../../../src/chat/messages.ts';
import type { Block, Language, LocalText } from '../../../src/chat/types.ts';
import type { PlanDraft } from '../../../src/flow/kit.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { type ObjectRef, refText } from '../finding.ts';
import { podsOf, quoted } from '../promql.ts';
import type { Change } from './changes.ts';
import type { Remedy, RemedyId } from './remedy.ts';
import { riskOf } from './risk.ts';

/** What the server said when the change was rehearsed. */
interface Preview {
  diff: string;
  uid: string;
  generation?: number | undefined;
  /** The call that takes it back; absent where nothing leads back. */
  undoCall?: { tool: string; args: JsonObject } | undefined;
}

export interface HealingContext {
  cluster: { id: string; name: string; environment: 'prod' | 'staging' | 'dev' };
  why: LocalText;
  title: LocalText;
  /** What the trouble is about: it has to be healthy afterwards. */
  object: ObjectRef;
  /** The target as it is. */
  present: JsonObject;
  change: Change;
  preview: Preview;
  /** Whether the curve can be asked for, so that it can prove the remedy. */
  hasMetrics: boolean;
  words: Record<Language, Translate>;
}

/** The action classes that policy speaks of. */
const ACTION: Record<RemedyId, string> = {
  'raise-memory-limit': 'workload.patch',
  'raise-cpu-limit': 'workload.patch',
  'set-image': 'workload.patch',
  'fix-probe': 'workload.patch',
  'roll-back': 'workload.rollback',
  restart: 'workload.restart',
  'scale-workload': 'workload.scale',
  'fix-service-selector': 'service.patch',
  'fix-service-port': 'service.patch',
  'set-config-key': 'config.patch',
  uncordon: 'node.cordon',
  'drain-node': 'node.drain',
  'scale-node-pool': 'nodepool.scale',
  'expand-volume': 'volume.expand',
  'remove-finalizer': 'finalizer.remove',
};

const SOAK_MINUTES = 2;
const ROLLOUT_MINUTES = 10;
/** A container that stays below this share of its limit has room. */
const ROOM = 0.8;
/** Kinds whose state the server can tell. */
const CHECKED = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Pod',
  'Node',
  'PersistentVolumeClaim',
  'Service',
]);
/** Kinds whose pods are made anew by a change of the template. */
const ROLLING = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** A remedy as a plan: the one change with exact arguments, the checks that prove it, and the way back. */
export function healingPlan(remedy: Remedy, context: HealingContext): PlanDraft {
  const { cluster, change, preview, words, title, why } = context;
  const text = (key: string, params: Record<string, string | number> = {}): LocalText => ({
    en: words.en(key, params),
    zh: words.zh(key, params),
  });
  const object = refText(change.target);
  const { kind, name, namespace } = change.target;
  return {
    action: ACTION[remedy.id],
    title,
    why,
    cluster: cluster.name,
    environment: cluster.environment,
    target: {
      kind,
      name,
      ...(namespace !== undefined && { namespace }),
      percent: percentAtOnce(kind, context.present),
    },
    steps: [{ id: 'change', title, tool: change.tool, args: exactArgs(context), expectMinutes: 1 }],
    verify: checks(remedy, context, text),
    undo: preview.undoCall
      ? [
          {
            id: 'take-back',
            of: 'change',
            title: text('incidents.plan.undo', { object }),
            ...preview.undoCall,
            expectMinutes: 1,
          },
        ]
      : [],
    undoMode: 'automatic',
    risk: riskOf(remedy),
    blastRadius: { objects: 1, text: text('incidents.plan.blast', { object }) },
  };
}

/** The rehearsal fixed what must still be so: another object, or a changed one, voids the approval. */
function exactArgs({ cluster, change, preview }: HealingContext): JsonObject {
  const fenced = change.tool === 'nodepool_scale' ? {} : { expectedUid: preview.uid };
  const generation =
    change.tool === 'k8s_drain' || change.tool === 'nodepool_scale' || preview.generation === undefined
      ? {}
      : { expectedGeneration: preview.generation };
  return { clusterId: cluster.id, ...change.args, ...fenced, ...generation };
}

type Text = (key: string, params?: Record<string, string | number>) => LocalText;

function checks(remedy: Remedy, context: HealingContext, text: Text): PlanDraft['verify'] {
  const { change, object } = context;
  const watched = CHECKED.has(object.kind) ? object : CHECKED.has(change.target.kind) ? change.target : undefined;
  return [
    ...(watched ? [healthy(watched, remedy, context, text)] : []),
    ...room(remedy, context, text),
    ...gone(remedy, context, text),
  ];
}

/** Healthy, and for so long that the trouble would have shown again. */
function healthy(
  watched: ObjectRef,
  remedy: Remedy,
  { cluster, change }: HealingContext,
  text: Text,
): PlanDraft['verify'][number] {
  const minutes = remedy.soakMinutes ?? SOAK_MINUTES;
  const anew =
    ROLLING.has(watched.kind) &&
    (change.tool === 'k8s_patch' || change.tool === 'k8s_rollout') &&
    change.target.kind === watched.kind;
  const { kind, namespace, name } = watched;
  return {
    id: 'healthy',
    title: text('incidents.plan.healthy', { object: refText(watched), minutes }),
    tool: 'k8s_workload_status',
    args: { clusterId: cluster.id, kind, ...(namespace !== undefined && { namespace }), name },
    done: [
      { path: 'state', in: ['healthy'] },
      { path: 'stableSeconds', atLeast: minutes * 60 },
    ],
    // What is made anew tells of the change alone. Anything else may look for a while as it did before.
    ...(anew && {
      failed: [
        { path: 'state', in: ['failing'] },
        { path: 'oomKilledSince', atLeast: 1 },
      ],
    }),
    everySeconds: 10,
    timeoutMinutes: ROLLOUT_MINUTES + 2 * minutes,
    stage: 'reason',
    error: 'reason',
  };
}

/** What is in use stays below four fifths of the new limit. */
function room(remedy: Remedy, { cluster, change, hasMetrics }: HealingContext, text: Text): PlanDraft['verify'] {
  const isMemory = remedy.id === 'raise-memory-limit';
  if ((!isMemory && remedy.id !== 'raise-cpu-limit') || !hasMetrics) return [];
  const { namespace = 'default' } = change.target;
  const selector = `namespace=${quoted(namespace)},pod=~${podsOf(change.target)},container=${quoted(remedy.container)}`;
  const limit = `kube_pod_container_resource_limits{${selector},resource="${isMemory ? 'memory' : 'cpu'}"}`;
  const inUse = isMemory
    ? `container_memory_working_set_bytes{${selector}}`
    : `rate(container_cpu_usage_seconds_total{${selector}}[2m])`;
  return [
    {
      id: 'room',
      title: text(isMemory ? 'incidents.plan.room' : 'incidents.plan.room-cpu', { percent: ROOM * 100 }),
      tool: 'metrics_query',
      args: { clusterId: cluster.id, promql: `max(${inUse}) / max(${limit})` },
      done: [{ path: 'series.0.points.0.1', atMost: ROOM }],
      everySeconds: 15,
      timeoutMinutes: 5,
    },
  ];
}

/** Whatever waited for the finalizer: with it away, the object goes. */
function gone(remedy: Remedy, { cluster }: HealingContext, text: Text): PlanDraft['verify'] {
  if (remedy.id !== 'remove-finalizer') return [];
  const { kind, namespace, name } = remedy.target;
  return [
    {
      id: 'gone',
      title: text('incidents.plan.gone', { object: refText(remedy.target) }),
      tool: 'k8s_list',
      args: {
        clusterId: cluster.id,
        kind,
        ...(namespace !== undefined && { namespace }),
        fieldSelector: `metadata.name=${name}`,
        fields: ['metadata.name'],
      },
      // An empty list counts as zero, any other as no number.
      done: [{ path: 'items', atMost: 0 }],
      everySeconds: 10,
      timeoutMinutes: 5,
    },
  ];
}

/** The largest share of its pods that a rollout takes away at once, in percent. */
function percentAtOnce(kind: string, { spec }: JsonObject): number {
  const { replicas, strategy } = asObject(spec);
  if (kind === 'StatefulSet') return Math.ceil(100 / Math.max(1, Number(replicas ?? 1)));
  const { type, rollingUpdate } = asObject(strategy);
  if (type === 'Recreate') return 100;
  const { maxUnavailable } = asObject(rollingUpdate);
  if (typeof maxUnavailable === 'string' && maxUnavailable.endsWith('%')) return Number.parseInt(maxUnavailable, 10);
  if (typeof maxUnavailable === 'number') return Math.ceil((100 * maxUnavailable) / Math.max(1, Number(replicas ?? 1)));
  return 25;
}

const asObject = (value: unknown): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};

/** What an approver sees besides the steps: the difference as the server made it in a dry run, and how it is taken back. */
export function healingBlocks({ preview, words }: HealingContext, language: Language): Block[] {
  const t = words[language];
  return [
    { type: 'text', markdown: t('incidents.plan.dry-run') },
    { type: 'code', text: preview.diff, language: 'diff' },
    { type: 'text', markdown: t(preview.undoCall ? 'incidents.plan.comes-back' : 'incidents.plan.no-way-back') },
  ];
}
