import { z } from 'zod';
import { type Flow, type FlowContext, type FlowRun, read } from '../../../src/flow/kit.ts';
import { type Rehearsal, rehearse, stepOf } from '../../../src/flow/rehearsal.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
import { workloadOf } from './owners.ts';
import {
  type Check,
  changeFlow,
  conclude,
  type Draft,
  healthyCheck,
  noteOf,
  objectText,
  offer,
  type Place,
  placeOf,
  refOf,
  rehearsalBlocks,
  tell,
  textOf,
  type Words,
} from './parts.ts';

/** What of a workload decides how its pods are replaced. */
export const workload = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().nullish(),
    paused: z.boolean().nullish(),
    strategy: z
      .looseObject({
        type: z.string().nullish(),
        rollingUpdate: z.looseObject({ maxUnavailable: z.union([z.string(), z.number()]).nullish() }).nullish(),
      })
      .nullish(),
    updateStrategy: z.looseObject({ type: z.string().nullish() }).nullish(),
  }),
});
type Workload = z.output<typeof workload>;

const owned = z.looseObject({
  metadata: z.looseObject({
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
      .nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
});

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'];

/** "Restart checkout": new pods by the workload's own roll-out, or another pod in the place of one. */
export const restartWorkload = (words: Words): Flow => changeFlow('restart', (context) => restart(words, context));

function* restart(words: Words, context: FlowContext): FlowRun {
  const target = yield* chooseTarget(context, { kinds: KINDS, level: 'object' });
  if (!target) return;
  const at = placeOf(target);
  yield* at.kind === 'Pod' ? restartPod(words, context, at) : restartAll(words, context, at);
}

function* restartAll(words: Words, context: FlowContext, at: Place): FlowRun {
  const { object } = yield* read('k8s_get', { clusterId: at.clusterId, ...refOf(at) });
  const present = workload.parse(object);
  const params = { object: objectText(at) };
  const hindrance = whyNot(present);
  if (hindrance) return yield* tell(hindrance, params);
  const { kind, namespace, name } = at;
  const seen = yield* rehearse(at.clusterId, {
    tool: 'k8s_rollout',
    args: { action: 'restart', kind, namespace, name },
  });
  const percent = awayAtOnce(kind, present);
  const notes = percent === 100 ? [noteOf(context.t, 'change.restart.downtime', params)] : [];
  const plan = restartPlan(words, { at, seen, percent });
  const outcome = yield* offer({ words, user: context.user }, plan, rehearsalBlocks(seen, context.t, { notes }));
  yield* conclude(outcome, { key: 'change.restart.done', params });
}

function whyNot({ spec }: Workload): string | undefined {
  if (spec.replicas === 0) return 'change.restart.none-runs';
  if (spec.paused) return 'change.restart.paused';
  if (spec.updateStrategy?.type === 'OnDelete') return 'change.restart.on-delete';
  return undefined;
}

interface Restarting {
  at: Place;
  seen: Rehearsal;
  percent: number;
}

function restartPlan(words: Words, { at, seen, percent }: Restarting): Draft {
  const params = { object: objectText(at) };
  const title = textOf(words, 'change.restart.title', params);
  return {
    action: 'workload.restart',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { namespace: at.namespace, kind: at.kind, name: at.name, percent },
    steps: [stepOf(seen, { id: 'restart', title })],
    verify: [healthyCheck(words, at, { seconds: 30, minutes: 30, failing: true })],
    undo: [],
    undoMode: 'ask',
    risk: percent === 100 ? 'medium' : 'low',
    blastRadius: { objects: 1, text: textOf(words, 'change.restart.blast', params) },
  };
}

/** The largest share of its pods that its roll-out takes away at one time. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy */
export function awayAtOnce(kind: string, { spec }: Workload): number {
  const replicas = Math.max(1, spec.replicas ?? 1);
  if (kind === 'StatefulSet') return Math.ceil(100 / replicas);
  if (kind === 'DaemonSet') return 100;
  if (spec.strategy?.type === 'Recreate') return 100;
  const most = spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%';
  const percent = typeof most === 'string' && most.endsWith('%') ? Number.parseInt(most, 10) : undefined;
  if (percent !== undefined) return Math.floor((percent / 100) * replicas) === 0 ? 0 : Math.min(100, percent);
  return Math.min(100, Math.ceil((100 * Number(most)) / replicas));
}

function* restartPod(words: Words, context: FlowContext, at: Place): FlowRun {
  const { object } = yield* read('k8s_get', { clusterId: at.clusterId, ...refOf(at) });
  const { metadata } = owned.parse(object);
  const controller = metadata.ownerReferences?.find((one) => one.controller === true);
  const params = { object: objectText(at) };
  if (!controller) return yield* tell('change.restart.bare', params);
  if (controller.kind === 'Node') return yield* tell('change.restart.static', params);
  const owner = { ...at, ...workloadOf(controller, metadata.labels ?? {}) };
  const seen = yield* rehearse(at.clusterId, {
    tool: 'k8s_delete_pod',
    args: { namespace: at.namespace, name: at.name },
  });
  const title = textOf(words, 'change.restart.title-pod', params);
  const plan: Draft = {
    action: 'workload.restart',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { namespace: at.namespace, kind: 'Pod', name: at.name },
    steps: [stepOf(seen, { id: 'restart', title })],
    verify: podChecks(words, owner),
    undo: [],
    undoMode: 'ask',
    risk: 'low',
    blastRadius: {
      objects: 1,
      text: textOf(words, 'change.restart.blast-pod', { ...params, owner: objectText(owner) }),
    },
  };
  const outcome = yield* offer({ words, user: context.user }, plan, rehearsalBlocks(seen, context.t));
  yield* conclude(outcome, { key: 'change.restart.done-pod', params: { ...params, owner: objectText(owner) } });
}

const WATCHED = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

const podChecks = (words: Words, owner: Place): Check[] =>
  WATCHED.has(owner.kind) ? [healthyCheck(words, owner, { seconds: 20 })] : [];
