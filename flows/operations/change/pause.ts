import { z } from 'zod';
import { type Flow, type FlowContext, type FlowRun, read } from '../../../src/flow/kit.ts';
import { type Rehearsal, rehearse, stepOf, undoOf } from '../../../src/flow/rehearsal.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
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
import { awayAtOnce, workload } from './restart.ts';

/** A Deployment's roll-out, held and let go on. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment */

const status = z.looseObject({ state: z.string(), desired: z.number(), updated: z.number(), oldPods: z.number() });
type Status = z.output<typeof status>;

/** "Pause the rollout of checkout": no more pods are replaced. */
export const pauseRollout = (words: Words): Flow => flowOf('pause-rollout', words, pause);

/** "Resume the rollout of checkout": it goes on where it was held. */
export const resumeRollout = (words: Words): Flow => flowOf('resume-rollout', words, resume);

type Change = (words: Words, context: FlowContext, at: Place) => FlowRun;

const flowOf = (id: string, words: Words, change: Change): Flow =>
  changeFlow(id, (context) => begin(words, context, change));

function* begin(words: Words, context: FlowContext, change: Change): FlowRun {
  const target = yield* chooseTarget(context, { kinds: ['Deployment', 'StatefulSet', 'DaemonSet'], level: 'object' });
  if (!target) return;
  const at = placeOf(target);
  if (at.kind === 'Deployment') return yield* change(words, context, at);
  yield* tell('change.pause.kind', { object: objectText(at) });
}

/** The object, and how far its pods are. */
function* seenOf(at: Place): FlowRun<{ spec: z.output<typeof workload>['spec']; now: Status }> {
  const { object } = yield* read('k8s_get', { clusterId: at.clusterId, ...refOf(at) });
  const now = status.parse(yield* read('k8s_workload_status', { clusterId: at.clusterId, ...refOf(at) }));
  return { spec: workload.parse(object).spec, now };
}

const isRolling = ({ state, oldPods, updated, desired }: Status) =>
  state !== 'healthy' && (oldPods > 0 || updated < desired);

function* pause(words: Words, context: FlowContext, at: Place): FlowRun {
  const { spec, now } = yield* seenOf(at);
  const params = { object: objectText(at), name: at.name };
  if (spec.paused) return yield* tell('change.pause.already', params);
  const { updated, desired, oldPods: old } = now;
  const notes = [
    isRolling(now)
      ? noteOf(context.t, 'change.pause.rolling', { updated, desired, old })
      : noteOf(context.t, 'change.pause.idle'),
    noteOf(context.t, 'change.pause.waits', params),
  ];
  const check: Check = {
    id: 'paused',
    title: textOf(words, 'change.pause.check', params),
    tool: 'k8s_workload_status',
    args: { clusterId: at.clusterId, ...refOf(at) },
    done: [{ path: 'paused', in: [true] }],
    everySeconds: 2,
    timeoutMinutes: 2,
  };
  const seen = yield* rehearse(at.clusterId, held(at, true));
  const plan = planOf(words, at, { seen, word: 'pause', verify: [check], percent: 0 });
  const outcome = yield* offer({ words, user: context.user }, plan, rehearsalBlocks(seen, context.t, { notes }));
  yield* conclude(outcome, { key: 'change.pause.done', params });
}

function* resume(words: Words, context: FlowContext, at: Place): FlowRun {
  const { spec, now } = yield* seenOf(at);
  const params = { object: objectText(at), name: at.name };
  if (!spec.paused)
    return yield* tell(isRolling(now) ? 'change.resume.rolling' : 'change.resume.idle', {
      ...params,
      updated: now.updated,
      desired: now.desired,
    });
  const seen = yield* rehearse(at.clusterId, held(at, false));
  const verify = [healthyCheck(words, at, { seconds: 30, minutes: 30, failing: true })];
  const plan = planOf(words, at, { seen, word: 'resume', verify, percent: awayAtOnce(at.kind, { spec }) });
  const notes = [noteOf(context.t, 'change.resume.fails')];
  const outcome = yield* offer({ words, user: context.user }, plan, rehearsalBlocks(seen, context.t, { notes }));
  yield* conclude(outcome, { key: 'change.resume.done', params });
}

const held = ({ kind, namespace, name }: Place, paused: boolean) => ({
  tool: 'k8s_patch',
  args: { kind, namespace, name, patchType: 'json', patch: [{ op: 'add', path: '/spec/paused', value: paused }] },
});

interface Holding {
  seen: Rehearsal;
  word: 'pause' | 'resume';
  verify: Check[];
  percent: number;
}

function planOf(words: Words, at: Place, { seen, word, verify, percent }: Holding): Draft {
  const params = { object: objectText(at) };
  const title = textOf(words, `change.${word}.title`, params);
  return {
    action: 'workload.patch',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { namespace: at.namespace, kind: at.kind, name: at.name, percent },
    steps: [stepOf(seen, { id: word, title })],
    verify,
    undo: undoOf(seen, word, textOf(words, `change.${word}.undo`, params)),
    undoMode: 'automatic',
    risk: percent === 100 ? 'medium' : 'low',
    blastRadius: { objects: 1, text: textOf(words, `change.${word}.blast`, params) },
  };
}
