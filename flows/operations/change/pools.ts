import { z } from 'zod';
import type { PlanStep } from '../../../src/approvals/plan.ts';
import type { FlowContext } from '../../../src/flow/kit.ts';
import { FlowError, type FlowRun, read } from '../../../src/flow/kit.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
import { type Check, placeOf, textOf, type Words } from './parts.ts';

/** Node pools, their nodes and what they cost, as the cloud tells them. */

const poolForm = z.object({
  nodepoolId: z.string(),
  name: z.string(),
  state: z.string(),
  desired: z.number().optional(),
  total: z.number(),
  healthy: z.number(),
  instanceTypes: z.array(z.string()),
  autoscaling: z.object({ enabled: z.boolean(), min: z.number().optional(), max: z.number().optional() }).optional(),
});
export type Pool = z.output<typeof poolForm>;

export interface Where {
  clusterId: string;
  cluster: string;
  environment: 'prod' | 'staging' | 'dev';
}

function* poolsOf(clusterId: string): FlowRun<Pool[]> {
  return z.object({ items: z.array(poolForm) }).parse(yield* read('nodepool_list', { clusterId })).items;
}

/** The node pool that is meant. Undefined, said already, where nothing came of it. */
export function* choosePool(context: FlowContext): FlowRun<{ at: Where; pool: Pool } | undefined> {
  const target = yield* chooseTarget(context, { kinds: ['NodePool'], level: 'object' });
  if (!target) return undefined;
  const { clusterId, cluster, environment, name } = placeOf(target);
  const pool = (yield* poolsOf(clusterId)).find((one) => one.name === name);
  if (!pool) throw new FlowError('NOT_FOUND', `${cluster} has no node pool ${name}`);
  return { at: { clusterId, cluster, environment }, pool };
}

const machine = z.object({
  name: z.string(),
  ready: z.boolean(),
  chargeType: z.string(),
  createdAt: z.string().optional(),
});
export type Machine = z.output<typeof machine>;
const MOST_PAGES = 10;

/** The pool's machines, as far as ten pages of them go. */
export function* machinesOf(clusterId: string, nodepoolId: string): FlowRun<Machine[]> {
  const all: Machine[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const args = { clusterId, nodepoolId, ...(token !== undefined && { nextToken: token }) };
    const { items, nextToken } = z
      .object({ items: z.array(machine), nextToken: z.string().optional() })
      .parse(yield* read('node_list', args));
    all.push(...items);
    if (nextToken === undefined) break;
    token = nextToken;
  }
  return all;
}

export interface Price {
  amount: number;
  currency: string;
  source: string;
  asOf: string;
}

const priced = z.object({
  lines: z.array(
    z.object({
      monthly: z.object({ amount: z.number(), currency: z.string() }).optional(),
      source: z.string(),
      asOf: z.string(),
    }),
  ),
});

/** What one node of the pool costs in a month, paid as it goes and without its disk; undefined where nobody says. */
export function* nodePrice(clusterId: string, { instanceTypes }: Pool): FlowRun<Price | undefined> {
  const [spec, ...others] = instanceTypes;
  if (spec === undefined || others.length > 0) return undefined;
  try {
    const { region } = z.object({ region: z.string() }).parse(yield* read('cluster_get', { clusterId }));
    const found = priced.parse(yield* read('cloud_get_price', { region, items: [{ kind: 'instance', spec }] }));
    const [line] = found.lines;
    return line?.monthly && { ...line.monthly, source: line.source, asOf: line.asOf };
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    return undefined;
  }
}

const begun = z.object({ items: z.array(z.object({ taskId: z.string() })) });

export type TakenUp = Pick<PlanStep, 'adopt' | 'settled'>;

/**
 * How the cloud's task of a step is found that was begun by a process that died: the one of its kind that is newer than
 * the newest there is now. Without that, the call itself tells what is done already or under way.
 */
export function* takingUp(clusterId: string, wanted: { type: string; target?: string }): FlowRun<TakenUp> {
  const settled = [{ path: 'reached', in: [true] }];
  try {
    const { items } = begun.parse(yield* read('task_list', { clusterId, ...wanted }));
    const after = items[0] && { after: items[0].taskId };
    const args = { clusterId, ...wanted, ...after };
    return {
      settled,
      adopt: { tool: 'task_list', args, result: { taskId: 'items.0.taskId' }, settleSeconds: 20 },
    };
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    return { settled };
  }
}

/** Polls the cloud's task that a step began. */
export const cloudTask = (step: string, minutes: number): NonNullable<PlanStep['until']> => ({
  tool: 'task_get',
  args: { taskId: { $from: `${step}.taskId` } },
  done: [{ path: 'state', in: ['success'] }],
  failed: [{ path: 'state', in: ['failed', 'canceled'] }],
  everySeconds: 10,
  timeoutMinutes: minutes,
  stage: 'stage',
  percent: 'progress',
  error: 'error',
});

/** So many nodes are there, all of them healthy. */
export function poolCheck(words: Words, { clusterId }: Where, pool: Pool, count: number): Check {
  return {
    id: 'nodes-ready',
    title: textOf(words, 'change.pool.check', { pool: pool.name, count }),
    tool: 'nodepool_list',
    args: { clusterId, name: pool.name },
    done: [
      { path: 'items.0.state', in: ['active'] },
      { path: 'items.0.healthy', atLeast: count, atMost: count },
      { path: 'items.0.total', atMost: count },
    ],
    everySeconds: 10,
    timeoutMinutes: 15,
    stage: 'items.0.state',
  };
}
