import { ask, type Flow, type FlowContext, type FlowRun } from '../../../src/flow/kit.ts';
import { chooseCluster } from './cluster.ts';
import {
  type Check,
  changeFlow,
  conclude,
  type Draft,
  noteBlocks,
  noteOf,
  offer,
  safe,
  tell,
  textOf,
  type Words,
} from './parts.ts';
import { poolUpgrade } from './pool-upgrade.ts';
import { cloudTask, type TakenUp, takingUp, type Where } from './pools.ts';
import { type Judged, judgeUpgrade, laggingPools, type UpgradeFacts } from './upgrade-checks.ts';
import { asBefore, checkBlocks, factsOf } from './upgrade-parts.ts';
import { isNewer, minorOf, versionIn } from './versions.ts';

/** "Upgrade the cluster": checks first, then the control plane by one minor version, then its node pools one by one. */
export const upgradeCluster = (words: Words): Flow =>
  changeFlow('upgrade-cluster', (context) => upgrade(words, context));

/** Sentences that ask about it rather than for it. */
const ONLY_ASKS =
  /\b(?:can (?:i|we)|could (?:i|we)|is it safe|ready (?:to|for)|pre-?checks?|check)\b|能不能|能否|可以升|是否|检查|可升级|预检/i;

function* upgrade(words: Words, context: FlowContext): FlowRun {
  const at = yield* chooseCluster(context);
  if (!at) return;
  const { clusterId, cluster } = at;
  const facts = yield* factsOf(clusterId);
  const { version: from, nextVersion } = facts.cluster;
  const to = yield* nextOf(context, at, { from, nextVersion, wanted: versionIn(context.text) });
  if (to === undefined) return;
  const checks = judgeUpgrade(facts, to);
  const params = { cluster, from, to };
  if (checks.some(({ state }) => state === 'block'))
    return yield* tell('change.upgrade.blocked', params, checkBlocks(checks, context));
  if (ONLY_ASKS.test(context.text) && !(yield* shallPlan(context, params, checks)))
    return yield* tell('change.end.nothing');
  const found = yield* takingUp(clusterId, { type: 'cluster_upgrade', target: clusterId });
  const plan = upgradePlan(words, { at, from, to, facts, found });
  const outcome = yield* offer({ words, user: context.user }, plan, [
    ...noteBlocks([noteOf(context.t, 'change.upgrade.no-way-back')]),
    ...checkBlocks(checks, context),
  ]);
  const done = yield* conclude(outcome, { key: 'change.upgrade.done', params });
  if (done) yield* offerPools(words, context, at);
}

interface Wanted {
  from: string;
  nextVersion: string | undefined;
  wanted: string | undefined;
}

/** The version that comes next. Undefined, said already, where there is none or another one was asked for. */
function* nextOf(
  { t }: FlowContext,
  { cluster }: Where,
  { from, nextVersion, wanted }: Wanted,
): FlowRun<string | undefined> {
  const params = { cluster, from, to: wanted ?? '', next: nextVersion ?? '' };
  if (wanted !== undefined && (from === wanted || from.startsWith(`${wanted}.`) || from.startsWith(`${wanted}-`))) {
    yield* tell('change.upgrade.already', params);
    return undefined;
  }
  if (wanted !== undefined && !isNewer(from, wanted)) {
    yield* tell('change.upgrade.backwards', params);
    return undefined;
  }
  if (nextVersion === undefined) {
    yield* tell(wanted === undefined ? 'change.upgrade.newest' : 'change.upgrade.not-offered', params);
    return undefined;
  }
  if (wanted === undefined || nextVersion === wanted || nextVersion.startsWith(`${wanted}.`)) return nextVersion;
  const tooFar = (minorOf(wanted) ?? 0) > (minorOf(nextVersion) ?? 0);
  const answer = yield* ask({
    key: 'next',
    title: safe({ key: tooFar ? 'change.upgrade.one-minor' : 'change.upgrade.other', params }),
    choices: [
      { id: 'next', label: t('change.upgrade.take-next', { next: nextVersion }) },
      { id: 'leave', label: t('change.leave') },
    ],
  });
  if ('choice' in answer && answer.choice === 'next') return nextVersion;
  yield* tell('change.end.nothing');
  return undefined;
}

function* shallPlan(context: FlowContext, params: Record<string, string>, checks: Judged[]): FlowRun<boolean> {
  const answer = yield* ask({
    key: 'plan',
    title: safe({ key: 'change.upgrade.possible', params }),
    blocks: checkBlocks(checks, context),
    choices: [
      { id: 'plan', label: context.t('change.upgrade.plan') },
      { id: 'leave', label: context.t('change.leave') },
    ],
  });
  return 'choice' in answer && answer.choice === 'plan';
}

interface Upgrading {
  at: Where;
  from: string;
  to: string;
  facts: UpgradeFacts;
  found: TakenUp;
}

const UPGRADE_MINUTES = 90;

function upgradePlan(words: Words, { at, from, to, facts, found }: Upgrading): Draft {
  const params = { cluster: at.cluster, from, to };
  const title = textOf(words, 'change.upgrade.title', params);
  return {
    action: 'cluster.upgrade',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { kind: 'Cluster', name: at.cluster },
    steps: [
      {
        id: 'control-plane',
        title,
        tool: 'cluster_upgrade',
        args: { clusterId: at.clusterId, nextVersion: to, masterOnly: true },
        until: cloudTask('control-plane', UPGRADE_MINUTES),
        ...found,
        expectMinutes: 15,
      },
    ],
    verify: [versionCheck(words, at, to), ...apiCheck(words, at, to, facts), ...asBefore(words, at, facts)],
    undo: [],
    undoMode: 'ask',
    risk: 'high',
    blastRadius: { objects: 1, text: textOf(words, 'change.upgrade.blast', params) },
  };
}

function versionCheck(words: Words, { clusterId }: Where, to: string): Check {
  return {
    id: 'version',
    title: textOf(words, 'change.upgrade.check-version', { to }),
    tool: 'cluster_get',
    args: { clusterId },
    done: [
      { path: 'version', in: [to] },
      { path: 'state', in: ['running'] },
    ],
    everySeconds: 10,
    timeoutMinutes: 30,
    stage: 'state',
  };
}

/** Only where it could be reached before: an address inside a VPC tells nothing from outside. */
function apiCheck(words: Words, { clusterId }: Where, to: string, { api }: UpgradeFacts): Check[] {
  if (api.status !== 'reachable') return [];
  return [
    {
      id: 'api',
      title: textOf(words, 'change.upgrade.check-api', { to }),
      tool: 'cluster_check_api',
      args: { clusterId },
      done: [
        { path: 'status', in: ['reachable'] },
        { path: 'version', in: [`v${to}`, to] },
      ],
      everySeconds: 10,
      timeoutMinutes: 15,
      stage: 'reason',
    },
  ];
}

/** The nodes are still of the old version: offers their pools, one at a time. */
function* offerPools(words: Words, context: FlowContext, at: Where): FlowRun {
  for (;;) {
    const facts = yield* factsOf(at.clusterId);
    const pools = laggingPools(facts);
    if (pools.length === 0)
      return yield* tell('change.upgrade.all-done', { cluster: at.cluster, version: facts.cluster.version });
    const answer = yield* ask({
      key: 'pool',
      title: safe({ key: 'change.upgrade.pools', params: { count: pools.length, version: facts.cluster.version } }),
      choices: [
        ...pools.map(({ nodepoolId, name, total }) => ({
          id: nodepoolId,
          label: context.t('change.upgrade.pool-choice', { pool: name, count: total }),
        })),
        { id: 'later', label: context.t('change.upgrade.later') },
      ],
    });
    const chosen = 'choice' in answer ? pools.find(({ nodepoolId }) => nodepoolId === answer.choice) : undefined;
    if (!chosen) return yield* tell('change.upgrade.pools-later', { count: pools.length });
    if (!(yield* poolUpgrade(words, context, { at, nodepoolId: chosen.nodepoolId, wanted: undefined }))) return;
  }
}
