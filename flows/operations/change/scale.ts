import { z } from 'zod';
import type { Block } from '../../../src/chat/types.ts';
import { ask, type Flow, type FlowContext, type FlowRun, read } from '../../../src/flow/kit.ts';
import { type Rehearsal, rehearse, stepOf, undoOf } from '../../../src/flow/rehearsal.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
import { amountIn, resolved } from './amount.ts';
import { autoscalerOf } from './autoscaler.ts';
import { changeLimits } from './autoscaling.ts';
import { nodesFor, quotaFor } from './capacity.ts';
import {
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
  safe,
  tell,
  textOf,
  type Words,
} from './parts.ts';

const MOST_REPLICAS = 1000;

const workload = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().nullish(),
    template: z.looseObject({ spec: z.looseObject({}) }),
  }),
});

/** "Scale checkout to 5": another number of replicas, once an approver has seen the before and the after. */
export const scaleWorkload = (words: Words): Flow => changeFlow('scale', (context) => scale(words, context));

function* scale(words: Words, context: FlowContext): FlowRun {
  const target = yield* chooseTarget(context, { kinds: ['Deployment', 'StatefulSet'], level: 'object' });
  if (!target) return;
  const at = placeOf(target);
  const { object } = yield* read('k8s_get', { clusterId: at.clusterId, ...refOf(at) });
  const { spec } = workload.parse(object);
  const from = spec.replicas ?? 1;
  const autoscaler = yield* autoscalerOf(at);
  const names = [at.name, at.namespace, at.cluster];
  if (autoscaler) {
    const amount = amountIn(context.text, names);
    const wanted = amount && amount.kind !== 'either' ? resolved(amount, from) : undefined;
    return yield* changeLimits(words, context, {
      at,
      autoscaler,
      current: from,
      ...(wanted !== undefined && { wanted }),
    });
  }
  const said = yield* howMany({ text: context.text, names, from, object: objectText(at), context });
  if (said === undefined) return yield* tell('change.end.nothing');
  const to = yield* withinQuota(at, spec.template.spec, { from, to: said }, context);
  if (to === undefined) return yield* tell('change.end.nothing');
  if (to === from) return yield* tell('change.scale.already', { object: objectText(at), count: from });
  yield* carryOut(words, context, { at, from, to, pod: spec.template.spec });
}

interface Scaling {
  at: Place;
  from: number;
  to: number;
  /** The pods' spec. */
  pod: unknown;
}

function* carryOut(words: Words, context: FlowContext, scaling: Scaling): FlowRun {
  const { at, from, to, pod } = scaling;
  const { t } = context;
  const seen = yield* rehearse(at.clusterId, {
    tool: 'k8s_scale',
    args: { kind: at.kind, namespace: at.namespace, name: at.name, replicas: to },
  });
  const notes = to > from ? yield* roomNotes(at, pod, to - from, context) : [];
  if (to === 0) notes.push(noteOf(t, 'change.scale.to-zero', { object: objectText(at) }));
  const blocks: Block[] = rehearsalBlocks(seen, t, { notes });
  const outcome = yield* offer({ words, user: context.user }, scalePlan(words, scaling, seen), blocks);
  if (outcome.kind === 'change-requested') {
    const again = yield* howMany({ text: outcome.reason ?? '', names: [], from, object: objectText(at), context });
    if (again === undefined || again === from) return yield* tell('change.end.nothing');
    return yield* carryOut(words, context, { ...scaling, to: again });
  }
  yield* conclude(outcome, { key: 'change.scale.done', params: { object: objectText(at), from, to } });
}

function scalePlan(words: Words, { at, from, to }: Scaling, seen: Rehearsal): Draft {
  const params = { object: objectText(at), from, to };
  const title = textOf(words, 'change.scale.title', params);
  const count = [{ path: 'ready', atLeast: to, atMost: to }];
  return {
    action: 'workload.scale',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { namespace: at.namespace, kind: at.kind, name: at.name, percent: lost(from, to) },
    steps: [stepOf(seen, { id: 'scale', title })],
    verify: [healthyCheck(words, at, { seconds: to === 0 ? 0 : 20, extra: count })],
    undo: undoOf(seen, 'scale', textOf(words, 'change.scale.undo', params)),
    undoMode: 'automatic',
    risk: to === 0 ? 'high' : to < from ? 'medium' : 'low',
    blastRadius: { objects: 1, text: textOf(words, 'change.scale.blast', params) },
  };
}

/** The share of what runs now that goes, in percent. */
const lost = (from: number, to: number): number => (to >= from ? 0 : Math.ceil((100 * (from - to)) / from));

interface HowMany {
  text: string;
  names: string[];
  from: number;
  object: string;
  context: FlowContext;
}

/** The number that is meant, asked for where the sentence does not say; undefined where none came of it. */
export function* howMany({ text, names, from, object, context }: HowMany): FlowRun<number | undefined> {
  const { t } = context;
  let said = text;
  for (let round = 0; round < 5; round += 1) {
    const amount = amountIn(said, names);
    if (amount?.kind === 'either') return yield* whichOfTwo(amount, from, context);
    const wanted = amount && resolved(amount, from);
    if (wanted !== undefined && wanted <= MOST_REPLICAS) return wanted;
    const title = wanted === undefined ? 'change.scale.how-many' : 'change.scale.too-many';
    const answer = yield* ask({
      key: 'count',
      title: safe({ key: title, params: { object, count: from, most: MOST_REPLICAS } }),
      choices: [...new Set([from + 1, from * 2, Math.max(1, Math.floor(from / 2))])]
        .filter((count) => count !== from && count > 0)
        .map((count) => ({ id: `${count}`, label: t('change.scale.choice', { count }) })),
      freeText: true,
      amount: true,
    });
    if ('choice' in answer) return Number(answer.choice);
    said = answer.text;
  }
  return undefined;
}

function* whichOfTwo(
  { count, sign }: { count: number; sign: 1 | -1 },
  from: number,
  { t }: FlowContext,
): FlowRun<number | undefined> {
  const by = Math.max(0, from + sign * count);
  if (by === count) return count;
  const answer = yield* ask({
    key: 'to-or-by',
    title: { key: 'change.scale.to-or-by', params: { from } },
    choices: [by, count].map((one) => ({ id: `${one}`, label: t('change.scale.from-to', { from, to: one }) })),
  });
  return 'choice' in answer ? Number(answer.choice) : undefined;
}

/** As many as the namespace's quotas allow, offered where that is fewer than were asked for. */
function* withinQuota(
  at: Place,
  pod: unknown,
  { from, to }: { from: number; to: number },
  { t }: FlowContext,
): FlowRun<number | undefined> {
  if (to <= from) return to;
  const tight = yield* quotaFor(at, pod, to - from);
  if (!tight) return to;
  const { quota, resource, hard, used } = tight;
  const most = from + tight.fits;
  const params = { object: objectText(at), to, quota, resource, hard, used, most };
  if (tight.fits === 0) {
    yield* tell('change.scale.quota-full', params);
    return undefined;
  }
  const answer = yield* ask({
    key: 'quota',
    title: safe({ key: 'change.scale.quota', params }),
    choices: [
      { id: 'most', label: t('change.scale.from-to', { from, to: most }) },
      { id: 'leave', label: t('change.leave') },
    ],
  });
  return 'choice' in answer && answer.choice === 'most' ? most : undefined;
}

/** Whether nodes have room for so many more. */
function* roomNotes(at: Place, pod: unknown, copies: number, { t }: FlowContext): FlowRun<string[]> {
  const room = yield* nodesFor(at.clusterId, pod, copies);
  if ('unknown' in room) return [noteOf(t, 'change.room.unknown', { why: room.unknown })];
  const { fits = copies } = room;
  return [noteOf(t, fits >= copies ? 'change.room.enough' : 'change.room.short', { copies, fits, open: room.open })];
}
