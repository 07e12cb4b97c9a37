import type { Message } from '../../../src/chat/messages.ts';
import type { Block, Language } from '../../../src/chat/types.ts';
import type { PlanDraft } from '../../../src/flow/kit.ts';
import type { Advice, CloudNode, Facts } from '../../../src/health/types.ts';
import { savingOf } from '../money/savings.ts';
import { workloadName } from './gates-after.ts';
import { type PoolOfNodes, poolsOf } from './pools.ts';
import { groundOf, judgeNodes, type SearchOptions } from './search.ts';
import { type Judged, listed, textOf, verdictOf, type Words } from './texts.ts';
import type { Trial } from './trial.ts';

/** A removal as a plan: cordon, drain one pod at a time, look again, take out of the pool, watch; and the way back. */

export interface Removing {
  facts: Facts;
  /** Of kind `remove-nodes`, with a proposal. */
  advice: Advice;
  words: Words;
  options?: SearchOptions;
}

type Step = PlanDraft['steps'][number];
type Check = PlanDraft['verify'][number];

const DRAIN_MINUTES = 60;
const RECHECK_MINUTES = 30;
const REMOVE_MINUTES = 30;
const WATCH_MINUTES = 30;
const MOST_WATCHED = 5;
const MOST_CPU = 0.85;
const MOST_WAITING = 0;

/** Judges the removal on these facts, and plans it where every gate passes; else the gate that does not. */
export function removalPlan({ facts, advice, words, options = {} }: Removing): PlanDraft | { refused: Message } {
  const { survey } = facts;
  const { proposal } = advice;
  if (!survey || proposal?.kind !== 'remove-nodes') return NO_POOL;
  const pool = poolsOf(facts).find(({ id }) => id === proposal.nodepoolId);
  const indices = proposal.nodes.map((name) => survey.nodes.findIndex((node) => node.name === name));
  if (!pool || indices.length === 0 || indices.some((index) => !pool.nodes.includes(index))) return NO_POOL;
  const { found, trial } = judgeNodes(groundOf(facts, survey, options), pool, indices);
  const { binding } = verdictOf(found.gates);
  if (binding) return refused(binding);
  const machines = proposal.nodes.flatMap((name) => facts.machines?.find((one) => one.name === name) ?? []);
  const isKnown = machines.length === indices.length && machines.every(({ instanceId }) => instanceId !== '');
  return isKnown ? draft({ facts, pool, trial, machines, words }) : NO_POOL;
}

const refused = ({ key, params }: Judged): { refused: Message } => ({
  refused: { key: `consolidation.${key}`, ...(params && { params }) },
});
const NO_POOL = refused({ id: 'G1', state: 'unknown', key: 'G1.no-pool' });

/** What an approver sees besides the steps: every gate with what it was judged by, and which pods go where. */
export function removalBlocks({ advice }: Pick<Removing, 'advice'>, language: Language): Block[] {
  const gates = advice.gates.map(({ id, text }) => `- ${id}: ${text[language]}`).join('\n');
  const moves = advice.evidence.map(({ text }) => text).join('\n');
  return [{ type: 'text', markdown: gates }, ...(moves === '' ? [] : [{ type: 'code' as const, text: moves }])];
}

interface Context {
  facts: Facts;
  pool: PoolOfNodes;
  trial: Trial;
  machines: CloudNode[];
  words: Words;
}

function draft(context: Context): PlanDraft {
  const { facts, pool, trial, machines, words } = context;
  const { cluster } = facts;
  const names = machines.map(({ name }) => name);
  const saving = savingOf(facts, names, words);
  const from = pool.nodes.length;
  const params = {
    pool: pool.name,
    count: names.length,
    from,
    to: from - names.length,
    nodes: listed(names, 10),
    pods: trial.moved.size,
  };
  const isNow = saving && saving.zeroUntil === undefined && saving.source !== 'estimate' && saving.amount > 0;
  return {
    action: 'nodepool.remove-nodes',
    title: textOf(words, 'removal.title', params),
    why: textOf(words, 'removal.why', params),
    cluster: cluster.name,
    environment: cluster.environment,
    target: { kind: 'NodePool', name: pool.name, percent: Math.ceil((100 * names.length) / from) },
    steps: [...names.map((name, at) => cordon(context, name, at)), ...drains(context), ...removals(context)],
    verify: checks(context),
    undo: undo(context),
    undoMode: 'ask',
    risk: cluster.environment === 'prod' ? 'high' : 'medium',
    ...(isNow && { cost: { amount: -saving.amount, currency: saving.currency, per: 'month' as const } }),
    blastRadius: { objects: names.length + trial.moved.size, text: textOf(words, 'removal.blast', params) },
  };
}

function cordon({ facts, words }: Context, node: string, at: number): Step {
  return {
    id: `cordon-${at + 1}`,
    title: textOf(words, 'removal.cordon', { node }),
    tool: 'k8s_cordon',
    args: { clusterId: facts.cluster.id, node, on: true },
    expectMinutes: 1,
  };
}

/** All are cordoned by now, so that no pod moves to a node that goes next. After the last one everything is looked at again. */
function drains({ facts, pool, machines, words }: Context): Step[] {
  const clusterId = facts.cluster.id;
  const nodes = machines.map(({ name }) => name);
  return nodes.map((node, at): Step => {
    const isLast = at === nodes.length - 1;
    return {
      id: `drain-${at + 1}`,
      title: textOf(words, isLast ? 'removal.drain-checked' : 'removal.drain', { node }),
      tool: 'k8s_drain',
      // What may be lost with the node was asked by gate G4, which lets no other volume pass.
      args: { clusterId, node, deleteEmptyDirData: true, timeoutSeconds: 60 },
      repeat: {
        done: [{ path: 'done', in: [true] }],
        everySeconds: 5,
        timeoutMinutes: DRAIN_MINUTES,
        stage: 'left.0.why',
      },
      ...(isLast && {
        until: {
          tool: 'copilot_removal_check',
          args: { clusterId, nodepoolId: pool.id, nodes },
          done: [{ path: 'verdict', in: ['SAFE'] }],
          everySeconds: 30,
          timeoutMinutes: RECHECK_MINUTES,
          stage: 'gate',
        },
      }),
      expectMinutes: 5,
    };
  });
}

/** https://www.alibabacloud.com/help/en/ack/developer-reference/api-cs-2015-12-15-removenodepoolnodes: prepaid machines are not released. */
function removals(context: Context): Step[] {
  const isPrepaid = ({ chargeType }: CloudNode) => chargeType !== 'PostPaid' && chargeType !== 'Spot';
  const { machines } = context;
  return [
    ...removal(
      context,
      'remove',
      machines.filter((one) => !isPrepaid(one)),
    ),
    ...removal(context, 'remove-prepaid', machines.filter(isPrepaid)),
  ];
}

function removal({ facts, pool, words }: Context, id: 'remove' | 'remove-prepaid', machines: CloudNode[]): Step[] {
  if (machines.length === 0) return [];
  return [
    {
      id,
      title: textOf(words, `removal.${id}`, { count: machines.length, pool: pool.name }),
      tool: 'node_remove',
      args: {
        clusterId: facts.cluster.id,
        nodepoolId: pool.id,
        instanceIds: machines.map(({ instanceId }) => instanceId),
        drain: false,
        release: id === 'remove',
      },
      until: {
        tool: 'task_get',
        args: { taskId: { $from: `${id}.taskId` } },
        done: [{ path: 'state', in: ['success'] }],
        failed: [{ path: 'state', in: ['failed', 'canceled'] }],
        everySeconds: 10,
        timeoutMinutes: REMOVE_MINUTES,
        stage: 'stage',
        percent: 'progress',
        error: 'error',
      },
      expectMinutes: 5,
    },
  ];
}

function checks({ facts, trial, words }: Context): Check[] {
  const clusterId = facts.cluster.id;
  const waiting: Check = {
    id: 'no-pod-waits',
    title: textOf(words, 'removal.waiting', { minutes: WATCH_MINUTES }),
    tool: 'k8s_list',
    args: { clusterId, kind: 'Pod', fieldSelector: 'spec.nodeName=,status.phase=Pending', fields: ['metadata.name'] },
    // An empty list counts as zero, any other as no number.
    done: [{ path: 'items', atMost: MOST_WAITING }],
    everySeconds: 30,
    holdMinutes: WATCH_MINUTES,
    timeoutMinutes: 3 * WATCH_MINUTES,
  };
  return [
    waiting,
    ...movedWorkloads(trial).map((workload, at) => healthy(clusterId, workload, { at, words })),
    ...cpu(),
  ];

  function cpu(): Check[] {
    // Prometheus answered when the node was chosen.
    const { CST1 } = facts.metrics;
    if (!CST1 || !('rows' in CST1)) return [];
    const used = '1 - avg by (instance) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m])))';
    return [
      {
        id: 'cpu',
        title: textOf(words, 'removal.cpu', { percent: MOST_CPU * 100 }),
        tool: 'metrics_query',
        args: { clusterId, promql: `max(quantile_over_time(0.95, (${used})[${WATCH_MINUTES}m:1m]))` },
        done: [{ path: 'series.0.points.0.1', atMost: MOST_CPU }],
        everySeconds: 30,
        timeoutMinutes: 10,
      },
    ];
  }
}

interface Watched {
  kind: string;
  namespace: string;
  name: string;
}

const WATCHED = new Set(['Deployment', 'StatefulSet']);

/** Those with the most pods that move. */
function movedWorkloads({ moved, world }: Trial): Watched[] {
  const counts = new Map<number, number>();
  for (const { podClass } of moved.values()) counts.set(podClass.workload, (counts.get(podClass.workload) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .flatMap(([index]) => world.survey.workloads[index] ?? [])
    .filter(({ kind }) => WATCHED.has(kind))
    .slice(0, MOST_WATCHED);
}

function healthy(clusterId: string, workload: Watched, { at, words }: { at: number; words: Words }): Check {
  const { kind, namespace, name } = workload;
  return {
    id: `healthy-${at + 1}`,
    title: textOf(words, 'removal.healthy', { workload: workloadName(workload) }),
    tool: 'k8s_workload_status',
    args: { clusterId, kind, namespace, name },
    done: [{ path: 'state', in: ['healthy'] }],
    everySeconds: 15,
    timeoutMinutes: 15,
    stage: 'reason',
    error: 'reason',
  };
}

/** While the nodes are there they are uncordoned; once they may be gone the pool is brought back to its size. */
function undo(context: Context): PlanDraft['undo'] {
  const { facts, pool, machines, words } = context;
  const clusterId = facts.cluster.id;
  const [first, second] = removals(context).map(({ id }) => id);
  const size = pool.nodes.length;
  const scaleBack = (of: string, unless?: string): PlanDraft['undo'][number] => ({
    id: `scale-back-${of}`,
    of,
    ...(unless !== undefined && { unless }),
    title: textOf(words, 'removal.scale-back', { pool: pool.name, from: size }),
    tool: 'nodepool_scale',
    args: { clusterId, nodepoolId: pool.id, desiredSize: size },
    expectMinutes: 6,
  });
  return [
    ...machines.map(({ name }, at): PlanDraft['undo'][number] => ({
      id: `uncordon-${at + 1}`,
      of: `cordon-${at + 1}`,
      ...(first !== undefined && { unless: first }),
      title: textOf(words, 'removal.uncordon', { node: name }),
      tool: 'k8s_cordon',
      args: { clusterId, node: name, on: false },
      expectMinutes: 1,
    })),
    ...(first === undefined ? [] : [scaleBack(first, second)]),
    ...(second === undefined ? [] : [scaleBack(second)]),
  ];
}
