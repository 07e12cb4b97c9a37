import type { PlanStep } from '../../../src/approvals/plan.ts';
import { type Flow, type FlowContext, FlowError, type FlowRun } from '../../../src/flow/kit.ts';
import {
  type Check,
  changeFlow,
  conclude,
  type Draft,
  noteBlocks,
  noteOf,
  offer,
  tell,
  textOf,
  type Words,
} from './parts.ts';
import { choosePool, cloudTask, type TakenUp, takingUp, type Where } from './pools.ts';
import { judgePoolUpgrade, laggingPools, listed, type UpgradeFacts } from './upgrade-checks.ts';
import { asBefore, checkBlocks, factsOf } from './upgrade-parts.ts';
import { isNewer, versionIn } from './versions.ts';

/** "Upgrade the node pool workers": its nodes to the version of the control plane. */
export const upgradeNodePool = (words: Words): Flow =>
  changeFlow('upgrade-node-pool', function* (context) {
    const chosen = yield* choosePool(context);
    if (!chosen) return;
    const { at, pool } = chosen;
    yield* poolUpgrade(words, context, { at, nodepoolId: pool.nodepoolId, wanted: versionIn(context.text) });
  });

interface PoolWish {
  at: Where;
  nodepoolId: string;
  wanted: string | undefined;
}

/** One pool's nodes to the version of the control plane; true once they have it. */
export function* poolUpgrade(
  words: Words,
  context: FlowContext,
  { at, nodepoolId, wanted }: PoolWish,
): FlowRun<boolean> {
  const facts = yield* factsOf(at.clusterId);
  const pool = facts.pools.find((one) => one.nodepoolId === nodepoolId);
  if (!pool) throw new FlowError('NOT_FOUND', `${at.cluster} has no node pool ${nodepoolId}`);
  const to = facts.cluster.version;
  const params = { pool: pool.name, cluster: at.cluster, to, wanted: wanted ?? '' };
  if (wanted !== undefined && isNewer(to, wanted) && !to.startsWith(`${wanted}.`)) {
    yield* tell('change.pool-upgrade.control-plane-first', params);
    return false;
  }
  if ('unknown' in facts.nodes) throw new FlowError('UNKNOWN', facts.nodes.unknown);
  const lagging = laggingPools(facts).find((one) => one.nodepoolId === nodepoolId);
  if (!lagging) {
    yield* tell('change.pool-upgrade.already', params);
    return false;
  }
  const checks = judgePoolUpgrade(facts, pool);
  if (checks.some(({ state }) => state === 'block')) {
    yield* tell('change.pool-upgrade.blocked', params, checkBlocks(checks, context));
    return false;
  }
  const found = yield* takingUp(at.clusterId, { type: 'nodepool_upgrade', target: nodepoolId });
  const plan = poolPlan(words, { at, to, facts, pool: lagging, found });
  const notes = ['change.pool-upgrade.how', 'change.pool-upgrade.no-way-back'].map((key) =>
    noteOf(context.t, key, { parallel: parallelOf(pool.total) }),
  );
  const outcome = yield* offer({ words, user: context.user }, plan, [
    ...noteBlocks(notes),
    ...checkBlocks(checks, context),
  ]);
  return yield* conclude(outcome, { key: 'change.pool-upgrade.done', params });
}

interface PoolUpgrading {
  at: Where;
  to: string;
  facts: UpgradeFacts;
  pool: ReturnType<typeof laggingPools>[number];
  found: TakenUp;
}

/** One node at a time in small pools, a tenth in large ones; the cloud takes ten at most. */
const parallelOf = (nodes: number): number => Math.min(10, Math.max(1, Math.floor(nodes / 10)));

function poolPlan(words: Words, { at, to, facts, pool, found }: PoolUpgrading): Draft {
  const from = listed([...new Set(pool.versions.map((version) => version.replace(/^v/, '')))]);
  const params = { pool: pool.name, cluster: at.cluster, from, to, count: pool.total };
  const title = textOf(words, 'change.pool-upgrade.title', params);
  return {
    action: 'nodepool.upgrade',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: {
      kind: 'NodePool',
      name: pool.name,
      percent: Math.ceil((100 * parallelOf(pool.total)) / Math.max(1, pool.total)),
    },
    steps: [{ ...poolStep(at, { title, to, pool }), ...found }],
    verify: [kubelets(words, at, { to, pool }), ...asBefore(words, at, facts)],
    undo: [],
    undoMode: 'ask',
    risk: 'high',
    blastRadius: { objects: Math.max(1, pool.total), text: textOf(words, 'change.pool-upgrade.blast', params) },
  };
}

type PoolStep = Pick<PoolUpgrading, 'to' | 'pool'>;

function poolStep({ clusterId }: Where, { title, to, pool }: PoolStep & { title: PlanStep['title'] }): PlanStep {
  return {
    id: 'nodes',
    title,
    tool: 'nodepool_upgrade',
    args: {
      clusterId,
      nodepoolId: pool.nodepoolId,
      kubernetesVersion: to,
      maxParallelism: parallelOf(pool.total),
    },
    until: cloudTask('nodes', Math.max(60, pool.total * 15)),
    expectMinutes: Math.max(5, Math.ceil(pool.total / parallelOf(pool.total)) * 5),
  };
}

function kubelets(words: Words, { clusterId }: Where, { to, pool }: PoolStep): Check {
  return {
    id: 'kubelets',
    title: textOf(words, 'change.pool-upgrade.check', { pool: pool.name, to }),
    tool: 'k8s_list',
    args: {
      clusterId,
      kind: 'Node',
      labelSelector: `alibabacloud.com/nodepool-id=${pool.nodepoolId}`,
      fields: ['status.nodeInfo.kubeletVersion'],
    },
    done: [
      { path: 'complete', in: [true] },
      { path: 'items', atLeast: 1, each: { path: 'status.nodeInfo.kubeletVersion', in: [`v${to}`, to] } },
    ],
    everySeconds: 10,
    timeoutMinutes: 20,
  };
}
