import { z } from 'zod';
import type { Block } from '../../../src/chat/types.ts';
import { ask, type Flow, type FlowContext, FlowError, type FlowRun } from '../../../src/flow/kit.ts';
import { type Rehearsal, rehearse, stepOf, undoOf } from '../../../src/flow/rehearsal.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
import { askRoom } from './capacity.ts';
import {
  type Check,
  changeFlow,
  conclude,
  type Draft,
  healthyCheck,
  noteOf,
  offer,
  type Params,
  type Place,
  placeOf,
  rehearsalBlocks,
  safe,
  tell,
  textOf,
  type Words,
} from './parts.ts';
import type { RoomAnswer } from './room.ts';

/** Nodes: no new pods, new pods again, and all pods elsewhere. https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/ */

const nodeFlow = (id: string, change: (context: FlowContext, at: Place) => FlowRun): Flow =>
  changeFlow(id, function* (context) {
    const target = yield* chooseTarget(context, { kinds: ['Node'], level: 'object' });
    if (target) yield* change(context, { ...placeOf(target), kind: 'Node', namespace: '' });
  });

/** "Cordon NODE": no new pods come to it. */
export const cordonNode = (words: Words): Flow =>
  nodeFlow('cordon', (context, at) => setCordon(words, context, { at, on: true }));

/** "Uncordon NODE": new pods may come to it again. */
export const uncordonNode = (words: Words): Flow =>
  nodeFlow('uncordon', (context, at) => setCordon(words, context, { at, on: false }));

function* setCordon(words: Words, { t, user }: FlowContext, { at, on }: { at: Place; on: boolean }): FlowRun {
  const way = on ? 'cordon' : 'uncordon';
  const params = { node: at.name };
  const seen = yield* rehearse(at.clusterId, { tool: 'k8s_cordon', args: { node: at.name, on } });
  if (seen.diff === '') return yield* tell(`change.${way}.already`, params);
  const room = on ? yield* askRoom({ clusterId: at.clusterId }) : undefined;
  const open = room && 'open' in room ? room.open - 1 : undefined;
  const notes = open === undefined ? [] : [noteOf(t, 'change.cordon.left', { open })];
  const title = textOf(words, `change.${way}.title`, params);
  const plan: Draft = {
    action: 'node.cordon',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { kind: 'Node', name: at.name, ...(on && { percent: shareOf(room) }) },
    steps: [stepOf(seen, { id: way, title })],
    verify: [
      {
        id: 'node',
        title: textOf(words, `change.${way}.check`, params),
        ...nodeStatus(at),
        done: [{ path: 'schedulable', in: [!on] }],
        everySeconds: 3,
        timeoutMinutes: 5,
      },
    ],
    undo: undoOf(seen, way, textOf(words, on ? 'change.uncordon.title' : 'change.cordon.title', params)),
    undoMode: 'automatic',
    risk: open === 0 ? 'high' : 'low',
    blastRadius: { objects: 1, text: textOf(words, `change.${way}.blast`, params) },
  };
  const outcome = yield* offer({ words, user }, plan, rehearsalBlocks(seen, t, { notes }));
  yield* conclude(outcome, { key: `change.${way}.done`, params });
}

const nodeStatus = ({ clusterId, name }: Place) => ({
  tool: 'k8s_workload_status',
  args: { clusterId, kind: 'Node', name },
});

/** One node's share of all, in percent; all of it where that is not known. */
const shareOf = (room: RoomAnswer | { unknown: string } | undefined): number =>
  room && 'nodes' in room && room.nodes > 0 ? Math.ceil(100 / room.nodes) : 100;

/** "Drain NODE": every pod that can goes elsewhere, as disruption budgets allow. */
export const drainNode = (words: Words): Flow => nodeFlow('drain', (context, at) => drain(words, context, at));

const drained = z.object({
  evicted: z.array(z.object({ namespace: z.string(), name: z.string() })),
  left: z.array(z.object({ namespace: z.string(), name: z.string(), why: z.string() })),
  staying: z.number(),
});
type Drained = z.output<typeof drained>;
type Moving = NonNullable<RoomAnswer['moving']>;

function* drain(words: Words, context: FlowContext, at: Place): FlowRun {
  const room = yield* askRoom({ clusterId: at.clusterId, leaving: [at.name] });
  const moving = 'moving' in room ? room.moving : undefined;
  if (moving && (yield* mustStop(context, at, moving))) return;
  const deleteEmptyDirData = (moving ?? []).some(({ emptyDir, owner }) => emptyDir && owner !== undefined);
  if (deleteEmptyDirData && !(yield* mayLose(context, at, moving ?? []))) return yield* tell('change.end.nothing');
  const seen = yield* rehearse(at.clusterId, { tool: 'k8s_drain', args: { node: at.name, deleteEmptyDirData } });
  if (!seen.drain) throw new FlowError('NO_PREVIEW', 'The server did not say what a drain would do');
  const preview = drained.parse(seen.drain);
  if (preview.evicted.length + preview.left.length === 0 && seen.diff === '')
    return yield* tell('change.drain.already', { node: at.name });
  const plan = drainPlan(words, { at, seen, preview, moving: moving ?? [], room });
  const outcome = yield* offer(
    { words, user: context.user },
    plan,
    drainBlocks(context, { preview, moving, room, seen }),
  );
  yield* conclude(outcome, { key: 'change.drain.done', params: { node: at.name, pods: preview.evicted.length } });
}

/** Pods that nothing would bring back end it; pods that fit nowhere else are asked about. */
function* mustStop({ t }: FlowContext, at: Place, moving: Moving): FlowRun<boolean> {
  const bare = moving.filter(({ owner }) => owner === undefined);
  if (bare.length > 0) {
    yield* tell('change.drain.bare', { node: at.name, count: bare.length, pods: listed(bare) });
    return true;
  }
  const homeless = moving.filter((pod) => pod.homeless);
  if (homeless.length === 0) return false;
  const answer = yield* ask({
    key: 'homeless',
    title: safe({
      key: 'change.drain.homeless',
      params: { node: at.name, count: homeless.length, pods: listed(homeless) },
    }),
    choices: [
      { id: 'anyway', label: t('change.drain.anyway') },
      { id: 'leave', label: t('change.leave') },
    ],
  });
  if ('choice' in answer && answer.choice === 'anyway') return false;
  yield* tell('change.end.nothing');
  return true;
}

/** What is in an emptyDir is lost with its pod: nobody loses it unasked. */
function* mayLose({ t }: FlowContext, at: Place, moving: Moving): FlowRun<boolean> {
  const pods = moving.filter(({ emptyDir }) => emptyDir);
  const answer = yield* ask({
    key: 'empty-dir',
    title: safe({ key: 'change.drain.empty-dir', params: { node: at.name, count: pods.length, pods: listed(pods) } }),
    choices: [
      { id: 'lose', label: t('change.drain.lose') },
      { id: 'leave', label: t('change.leave') },
    ],
  });
  return 'choice' in answer && answer.choice === 'lose';
}

const MOST_LISTED = 10;

function listed(pods: readonly { namespace: string; name: string }[]): string {
  const names = pods.slice(0, MOST_LISTED).map(({ namespace, name }) => `${namespace}/${name}`);
  return names.join(', ') + (pods.length > MOST_LISTED ? ` … +${pods.length - MOST_LISTED}` : '');
}

interface Draining {
  at: Place;
  seen: Rehearsal;
  preview: Drained;
  moving: Moving;
  room: RoomAnswer | { unknown: string };
}

const DRAIN_MINUTES = 30;
const MOST_WATCHED = 5;

function drainPlan(words: Words, { at, seen, preview, moving, room }: Draining): Draft {
  const pods = preview.evicted.length + preview.left.length;
  const params = { node: at.name, pods };
  const title = textOf(words, 'change.drain.title', params);
  const { args, ...step } = stepOf(seen, { id: 'drain', title, expectMinutes: Math.max(2, pods) });
  const risky = preview.left.length > 0 || moving.some(({ homeless }) => homeless) || 'unknown' in room;
  return {
    action: 'node.drain',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { kind: 'Node', name: at.name, percent: shareOf(room) },
    steps: [
      {
        ...step,
        args: { ...args, timeoutSeconds: 60 },
        repeat: {
          done: [{ path: 'done', in: [true] }],
          everySeconds: 5,
          timeoutMinutes: DRAIN_MINUTES,
          stage: 'left.0.why',
        },
      },
    ],
    verify: [
      ...settled(words, at, room),
      ...ownersOf(at, moving).map((owner, n) => healthyCheck(words, owner, { id: `healthy-${n + 1}`, seconds: 10 })),
    ],
    undo: undoOf(seen, 'drain', textOf(words, 'change.uncordon.title', params)),
    undoMode: 'ask',
    risk: risky ? 'high' : 'medium',
    blastRadius: { objects: 1, text: textOf(words, 'change.drain.blast', params) },
  };
}

/** No pod waits for a node, where none did before. */
function settled(words: Words, { clusterId }: Place, room: Draining['room']): Check[] {
  if ('unknown' in room || room.waiting > 0) return [];
  return [
    {
      id: 'no-pod-waits',
      title: textOf(words, 'change.drain.waiting', {}),
      tool: 'k8s_list',
      args: { clusterId, kind: 'Pod', fieldSelector: 'spec.nodeName=,status.phase=Pending', fields: ['metadata.name'] },
      // An empty list counts as zero, any other as no number.
      done: [{ path: 'items', atMost: 0 }],
      everySeconds: 10,
      timeoutMinutes: 15,
    },
  ];
}

const WATCHED = new Set(['Deployment', 'StatefulSet']);

function ownersOf(at: Place, moving: Moving): Place[] {
  const owners = new Map(
    moving.flatMap(({ namespace, owner }) =>
      owner && WATCHED.has(owner.kind)
        ? [[`${namespace}/${owner.kind}/${owner.name}`, { ...at, namespace, ...owner }]]
        : [],
    ),
  );
  return [...owners.values()].slice(0, MOST_WATCHED);
}

type Shown = Pick<Draining, 'preview' | 'room' | 'seen'> & { moving: Moving | undefined };

function drainBlocks({ t }: FlowContext, { preview, moving, room, seen }: Shown): Block[] {
  const { evicted, left, staying } = preview;
  const notes = [
    note('change.drain.will-go', { count: evicted.length, pods: listed(evicted) }),
    ...(left.length > 0 ? [note('change.drain.held', { count: left.length, minutes: DRAIN_MINUTES })] : []),
    note('change.drain.stay', { count: staying }),
    'unknown' in room
      ? note('change.room.unknown', { why: room.unknown })
      : note(moving?.some(({ homeless }) => homeless) ? 'change.drain.no-room' : 'change.drain.room', {
          open: room.open,
        }),
  ];
  const rows = left.slice(0, 20).map(({ namespace, name, why }) => [`${namespace}/${name}`, why]);
  const head = [t('change.drain.pod'), t('change.drain.why')];
  const table: Block = { type: 'table', caption: t('change.drain.held-caption'), head, rows };
  return [...rehearsalBlocks(seen, t, { notes, back: 'ask' }), ...(rows.length > 0 ? [table] : [])];

  function note(key: string, params: Params): string {
    return noteOf(t, key, params);
  }
}
