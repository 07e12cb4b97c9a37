import { ask, type Flow, type FlowContext, type FlowRun } from '../../../src/flow/kit.ts';
import { amountIn, resolved } from './amount.ts';
import { limitsIn } from './autoscaling.ts';
import { askRoom } from './capacity.ts';
import {
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
import {
  choosePool,
  cloudTask,
  type Machine,
  machinesOf,
  nodePrice,
  type Pool,
  type Price,
  poolCheck,
  type Where,
} from './pools.ts';
import { howMany } from './scale.ts';

/** "Scale the node pool workers to 5": more nodes, or fewer. */
export const scaleNodePool = (words: Words): Flow => changeFlow('scale-node-pool', (context) => begin(words, context));

function* begin(words: Words, context: FlowContext): FlowRun {
  const chosen = yield* choosePool(context);
  if (!chosen) return;
  const { at, pool } = chosen;
  const from = pool.desired ?? pool.total;
  const names = [pool.name, at.cluster];
  if (pool.autoscaling?.enabled) {
    const amount = amountIn(context.text, names);
    const wanted = amount && amount.kind !== 'either' ? resolved(amount, from) : undefined;
    const said = limitsIn(context.text, names);
    return yield* autoscaled(words, context, {
      at,
      pool,
      said: said.min === undefined && said.max === undefined ? aim(wanted, pool) : said,
    });
  }
  if (pool.state !== 'active') return yield* tell('change.pool.busy', { pool: pool.name, state: pool.state });
  const to = yield* howMany({ text: context.text, names, from, object: pool.name, context });
  if (to === undefined) return yield* tell('change.end.nothing');
  if (to === from) return yield* tell('change.pool.already', { pool: pool.name, count: from });
  yield* carryOut(words, context, { at, pool, from, to });
}

interface Resize {
  at: Where;
  pool: Pool;
  from: number;
  to: number;
}

function* carryOut(words: Words, context: FlowContext, resize: Resize): FlowRun {
  const { at, pool, from, to } = resize;
  const machines = to < from ? yield* machinesOf(at.clusterId, pool.nodepoolId) : [];
  const price = yield* nodePrice(at.clusterId, pool);
  const notes = [
    ...(to < from ? yield* whatGoes(resize, machines, context) : []),
    moneyNote(resize, price, machines, context),
  ];
  const plan = sizePlan(words, resize, payable(machines) ? price : undefined);
  const outcome = yield* offer({ words, user: context.user }, plan, noteBlocks(notes));
  if (outcome.kind === 'change-requested') {
    const again = yield* howMany({ text: outcome.reason ?? '', names: [], from, object: pool.name, context });
    if (again === undefined || again === from) return yield* tell('change.end.nothing');
    return yield* carryOut(words, context, { ...resize, to: again });
  }
  yield* conclude(outcome, { key: 'change.pool.done', params: { pool: pool.name, from, to } });
}

/** Only what is paid by the hour costs less at once. */
const payable = (machines: readonly Machine[]): boolean =>
  machines.every(({ chargeType }) => chargeType === 'PostPaid');

function* whatGoes(
  { at, pool, from, to }: Resize,
  machines: readonly Machine[],
  { t }: FlowContext,
): FlowRun<string[]> {
  const names = machines.map(({ name }) => name);
  const count = from - to;
  const room = yield* askRoom({ clusterId: at.clusterId, leavingSome: { nodes: names, count } });
  const homeless = 'unknown' in room ? 0 : (room.moving ?? []).filter((pod) => pod.homeless).length;
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ' …' : '');
  return [
    noteOf(t, 'change.pool.cloud-takes', { count, pool: pool.name, nodes: shown }),
    'unknown' in room
      ? noteOf(t, 'change.room.unknown', { why: room.unknown })
      : noteOf(t, homeless > 0 ? 'change.pool.no-room' : 'change.pool.room', { pods: homeless }),
    noteOf(t, 'change.pool.better', {}),
  ];
}

function moneyNote(
  { from, to }: Resize,
  price: Price | undefined,
  machines: readonly Machine[],
  { t }: FlowContext,
): string {
  if (!price) return noteOf(t, 'change.pool.price-unknown', {});
  const { currency, source, asOf } = price;
  const amount = Math.round(price.amount * Math.abs(to - from));
  const key =
    to > from ? 'change.pool.costs-more' : payable(machines) ? 'change.pool.costs-less' : 'change.pool.prepaid';
  return noteOf(t, key, { amount, currency, source, asOf });
}

function sizePlan(words: Words, { at, pool, from, to }: Resize, price: Price | undefined): Draft {
  const params = { pool: pool.name, from, to };
  const title = textOf(words, 'change.pool.title', params);
  const size = (desiredSize: number) => ({ clusterId: at.clusterId, nodepoolId: pool.nodepoolId, desiredSize });
  const minutes = to > from ? 6 : 4;
  return {
    action: 'nodepool.scale',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { kind: 'NodePool', name: pool.name, percent: to < from ? Math.ceil((100 * (from - to)) / from) : 0 },
    steps: [
      {
        id: 'size',
        title,
        tool: 'nodepool_scale',
        args: { ...size(to), expectedCurrent: from },
        until: cloudTask('size', 30),
        expectMinutes: minutes,
      },
    ],
    verify: [poolCheck(words, at, pool, to)],
    undo: [
      {
        id: 'undo-size',
        of: 'size',
        title: textOf(words, 'change.pool.undo', params),
        tool: 'nodepool_scale',
        args: size(from),
        until: cloudTask('undo-size', 30),
        expectMinutes: minutes,
      },
    ],
    undoMode: 'ask',
    risk: to < from ? (to === 0 || at.environment === 'prod' ? 'high' : 'medium') : 'low',
    ...(price && { cost: { amount: price.amount * (to - from), currency: price.currency, per: 'month' as const } }),
    blastRadius: { objects: Math.abs(to - from), text: textOf(words, 'change.pool.blast', params) },
  };
}

interface Scaled {
  at: Where;
  pool: Pool;
  said: { min?: number; max?: number };
}

/** Limits within which so many nodes run. */
function aim(wanted: number | undefined, { autoscaling }: Pool): { min?: number; max?: number } {
  return wanted === undefined ? {} : { min: wanted, max: Math.max(wanted, autoscaling?.max ?? wanted) };
}

/** The autoscaler sizes it: says so, and offers its limits instead. */
function* autoscaled(words: Words, context: FlowContext, { at, pool, said }: Scaled): FlowRun {
  const { t } = context;
  const min = pool.autoscaling?.min ?? 0;
  const max = pool.autoscaling?.max ?? pool.total;
  let limits = said;
  for (let round = 0; round < 5; round += 1) {
    const offered = { min: limits.min ?? min, max: limits.max ?? max };
    const isNew = offered.min !== min || offered.max !== max;
    const answer = yield* ask({
      key: 'pool-limits',
      title: safe({ key: 'change.pool.autoscaled', params: { pool: pool.name, min, max, count: pool.total } }),
      choices: [
        ...(isNew && offered.min <= offered.max ? [{ id: 'offered', label: t('change.pool.between', offered) }] : []),
        { id: 'leave', label: t('change.leave') },
      ],
      freeText: true,
      amount: true,
    });
    if ('choice' in answer)
      return yield* answer.choice === 'offered'
        ? proposeLimits(words, context, { at, pool, from: { min, max }, to: offered })
        : tell('change.end.nothing');
    limits = limitsIn(answer.text);
  }
  yield* tell('change.end.nothing');
}

interface PoolLimits {
  at: Where;
  pool: Pool;
  from: { min: number; max: number };
  to: { min: number; max: number };
}

function* proposeLimits(words: Words, { user }: FlowContext, { at, pool, from, to }: PoolLimits): FlowRun {
  const params = { pool: pool.name, min: to.min, max: to.max, fromMin: from.min, fromMax: from.max };
  const title = textOf(words, 'change.pool.limits-title', params);
  const call = (limits: { min: number; max: number }) => ({
    tool: 'nodepool_modify',
    args: {
      clusterId: at.clusterId,
      nodepoolId: pool.nodepoolId,
      patch: { autoscaling: { enabled: true, min: limits.min, max: limits.max } },
    },
    expectMinutes: 1,
  });
  const plan: Draft = {
    action: 'nodepool.scale',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { kind: 'NodePool', name: pool.name },
    steps: [{ id: 'limits', title, ...call(to) }],
    verify: [
      {
        id: 'limits-set',
        title: textOf(words, 'change.pool.limits-check', params),
        tool: 'nodepool_list',
        args: { clusterId: at.clusterId, name: pool.name },
        done: [
          { path: 'items.0.autoscaling.min', atLeast: to.min, atMost: to.min },
          { path: 'items.0.autoscaling.max', atLeast: to.max, atMost: to.max },
        ],
        everySeconds: 5,
        timeoutMinutes: 10,
      },
    ],
    undo: [{ id: 'undo-limits', of: 'limits', title: textOf(words, 'change.pool.limits-undo', params), ...call(from) }],
    undoMode: 'automatic',
    risk: to.max > from.max || to.min > from.min ? 'medium' : 'low',
    blastRadius: { objects: 1, text: textOf(words, 'change.pool.limits-blast', params) },
  };
  const outcome = yield* offer({ words, user }, plan);
  yield* conclude(outcome, { key: 'change.pool.limits-done', params });
}
