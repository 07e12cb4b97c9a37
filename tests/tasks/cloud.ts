import type { Plan } from '../../src/approvals/plan.ts';
import type { Collection } from '../../src/storage/store.ts';
import type { Task } from '../../src/tasks/types.ts';
import type { Grant, JsonObject, ToolCall, ToolError, ToolGateway, ToolResult } from '../../src/tools/types.ts';

/** A cloud behind the gateway's port: it makes one thing per call, forgets nothing, and has faults that can be switched on. */

export interface Made {
  id: string;
  kind: string;
  key: string;
  at: number;
}

type Fault = 'throttled' | 'timeout-after' | 'timeout-before' | 'refused' | 'never-ready' | 'broken';

export interface Cloud extends ToolGateway {
  made: Made[];
  removed: string[];
  calls: { tool: string; key: string; at: number }[];
  /** The next calls for that kind meet these faults, in order. */
  faults: Map<string, Fault[]>;
  /** A listing shows a thing only this long after it was made. */
  listingLagMs: number;
  /** Runs before and after each call, for a process that dies there. */
  around: (when: 'before' | 'after') => void;
}

const failure = (code: string, flags: Partial<ToolError> = {}): ToolResult => ({
  ok: false,
  error: { code, message: `${code} happened`, retryable: false, ambiguous: false, ...flags },
});

export function createCloud(): Cloud {
  let highestFence = 0;

  const make = (kind: string, key: string, adoptsItself: boolean): ToolResult => {
    const known = adoptsItself && cloud.made.find((thing) => thing.key === key);
    const thing = known || { id: `${kind}-${cloud.made.length + 1}`, kind, key, at: performance.now() };
    if (!known) cloud.made.push(thing);
    return { ok: true, data: { id: thing.id } };
  };

  function write({ tool, args }: ToolCall, grant: Grant): ToolResult {
    if (grant.fence < highestFence) return failure('STALE_FENCE');
    highestFence = grant.fence;
    const key = grant.idempotencyKey;
    const kind = String(args.kind ?? tool);
    cloud.calls.push({ tool, key, at: performance.now() });
    const fault = cloud.faults.get(kind)?.shift();
    if (fault === 'throttled') return failure('Throttling', { retryable: true });
    if (fault === 'timeout-before') return failure('TIMEOUT', { ambiguous: true, retryable: true });
    if (fault === 'refused') return failure('OperationDenied.NoStock', { hint: 'Choose another type' });
    if (tool === 'remove') {
      cloud.removed.push(String(args.id));
      return { ok: true, data: {} };
    }
    const result = make(kind, key, tool === 'make_once');
    return fault === 'timeout-after' ? failure('TIMEOUT', { ambiguous: true, retryable: true }) : result;
  }

  function read({ tool, args }: ToolCall): ToolResult {
    if (tool === 'state') {
      const fault = cloud.faults.get('state')?.[0];
      if (fault === 'throttled') cloud.faults.get('state')?.shift();
      if (fault === 'throttled') return failure('Throttling', { retryable: true });
      const state = fault === 'never-ready' ? 'creating' : fault === 'broken' ? 'failed' : 'ready';
      return {
        ok: true,
        data: { state, stage: 'booting', progress: 40, error: { code: 'E_BOOT', message: 'no disk' } },
      };
    }
    const key = String(args.key);
    if (cloud.faults.get('list')?.shift()) return failure('ServiceUnavailable', { retryable: true });
    const visible = cloud.made.filter(({ at }) => performance.now() - at >= cloud.listingLagMs);
    const items: JsonObject[] = visible.filter((thing) => thing.key === key).map(({ id }) => ({ id }));
    return { ok: true, data: { items } };
  }

  async function through(work: () => ToolResult): Promise<ToolResult> {
    cloud.around('before');
    const result = work();
    cloud.around('after');
    return result;
  }

  const cloud: Cloud = {
    made: [],
    removed: [],
    calls: [],
    faults: new Map(),
    listingLagMs: 0,
    around: () => undefined,
    tools: () => [],
    read: (call) => through(() => read(call)),
    write: (call, grant) => through(() => write(call, grant)),
  };
  return cloud;
}

const text = (en: string) => ({ en, zh: en });
const ready: NonNullable<Plan['steps'][number]['until']> = {
  tool: 'state',
  args: {},
  done: [{ path: 'state', in: ['ready'] }],
  failed: [{ path: 'state', in: ['failed'] }],
  error: 'error',
  stage: 'stage',
  percent: 'progress',
  everySeconds: 1,
  timeoutMinutes: 10,
};

/** A step that makes one thing by a call that doubles when it is repeated, so only adopting keeps it single. */
export function makes(kind: string, from?: string): Plan['steps'][number] {
  return {
    id: kind,
    title: text(`Make ${kind}`),
    tool: 'make',
    args: { kind, ...(from && { parent: { $from: `${from}.id` } }) },
    adopt: { tool: 'list', args: { key: { $key: true } }, result: { id: 'items.0.id' }, settleSeconds: 60 },
    expectMinutes: 1,
  };
}

export const waitsFor = (step: Plan['steps'][number]): Plan['steps'][number] => ({ ...step, until: ready });

/** `count` things, each made from the one before; the last waits until it is ready; one check; each can be removed. */
export function planOf(id: string, count: number, change: Partial<Plan> = {}): Plan {
  const kinds = Array.from({ length: count }, (_, index) => `k${index + 1}`);
  return {
    id,
    action: 'cluster.create',
    title: text('Build'),
    why: text('Because'),
    cluster: 'shop',
    environment: 'dev',
    steps: kinds.map((kind, index) => {
      const step = makes(kind, kinds[index - 1]);
      return index === count - 1 ? waitsFor(step) : step;
    }),
    verify: [{ ...ready, id: 'works', title: text('It works') }],
    undo: kinds.toReversed().map((kind) => ({
      id: `remove-${kind}`,
      of: kind,
      title: text(`Remove ${kind}`),
      tool: 'remove',
      args: { id: { $from: `${kind}.id` } },
      expectMinutes: 1,
    })),
    undoMode: 'ask',
    risk: 'low',
    blastRadius: { objects: count, text: text('some') },
    expiresAt: 10_000_000_000_000,
    ...change,
  };
}

/** The shape of a real cluster: a network and add-ons that find themselves by their key, a cluster and pools that are looked for. */
export function clusterPlan(id: string): Plan {
  const itself = (kind: string, from?: string) => {
    const { adopt: _, ...step } = makes(kind, from);
    return { ...step, tool: 'make_once' };
  };
  return planOf(id, 1, {
    steps: [
      itself('network'),
      waitsFor(makes('cluster', 'network')),
      ...['pool-a', 'pool-b', 'pool-c'].map((pool) => waitsFor(makes(pool, 'cluster'))),
      ...['dns', 'csi', 'logs', 'ingress'].map((addon) => itself(addon, 'cluster')),
      waitsFor(itself('metrics', 'cluster')),
    ],
    verify: ['nodes-ready', 'api-reachable'].map((check) => ({ ...ready, id: check, title: text(check) })),
    undo: [],
  });
}

export const operator = { platform: 'web', tenant: 'console', id: 'operator' } as const;
const conversation = { platform: 'web', tenant: 'console', id: 'c1', kind: 'dm' } as const;

export function taskOf(id: string, plan: Plan, change: Partial<Task> = {}): Task {
  return {
    id,
    rev: 1,
    plan,
    approvalId: `a-${plan.id}`,
    state: 'queued',
    steps: [...plan.steps, ...plan.verify].map((step) => ({ id: step.id, state: 'pending', attempts: 0 })),
    fence: 0,
    leaseUntil: 0,
    dueAt: 0,
    cancelRequested: false,
    requestedBy: operator,
    approvedBy: operator,
    conversation,
    language: 'en',
    createdAt: 0,
    ...change,
  };
}

/** Counts every store write and every call; at the chosen moment the process is dead and nothing it does has an effect. */
export function mortal(tasks: Collection<Task>, cloud: Cloud, dieAt: number) {
  let moments = 0;
  const moment = () => {
    moments++;
    if (moments >= dieAt) throw new Error('the process is dead');
  };
  const alive = () => {
    if (moments >= dieAt) throw new Error('the process is dead');
  };
  const collection: Collection<Task> = {
    ...tasks,
    async get(id) {
      alive();
      return tasks.get(id);
    },
    async replace(next) {
      moment();
      const done = await tasks.replace(next);
      moment();
      return done;
    },
  };
  cloud.around = moment;
  return { collection, died: () => moments >= dieAt };
}
