import { normalise } from '../../../src/flow/clarify/normalise.ts';
import { ask, type Flow, type FlowContext, type FlowRun } from '../../../src/flow/kit.ts';
import { type Rehearsal, rehearse, stepOf, undoOf } from '../../../src/flow/rehearsal.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
import { withoutNames } from './amount.ts';
import { type Autoscaler, autoscalerNamed, autoscalerOf } from './autoscaler.ts';
import {
  changeFlow,
  conclude,
  type Draft,
  healthyCheck,
  objectText,
  offer,
  type Place,
  placeOf,
  rehearsalBlocks,
  safe,
  tell,
  textOf,
  type Words,
} from './parts.ts';

/** Limits of a HorizontalPodAutoscaler: between how many replicas, and at which load. */

export interface Limits {
  min?: number;
  max?: number;
  /** Utilisation that it holds, in percent. */
  percent?: number;
}

const RANGE =
  /(?:\bbetween\b|\bfrom\b|在|从|介于|范围|limits?)?[ :]*(\d{1,4}) ?(?:-|~|\bto\b|\band\b|到|至|和|与) ?(\d{1,4})(?! ?%)/;
const MIN =
  /(?:\bmin(?:imum)?\b(?: ?replicas)?|\bat least\b|\bno fewer than\b|\bfloor\b|最少|最小|至少|下限|不少于|最低)[^\d]{0,14}(\d{1,4})(?! ?%)/;
const MAX =
  /(?:\bmax(?:imum)?\b(?: ?replicas)?|\bat most\b|\bup to\b|\bno more than\b|\bceiling\b|最多|最大|至多|上限|不超过|最高)[^\d]{0,14}(\d{1,4})(?! ?%)/;
const PERCENT = /(\d{1,3}) ?(?:%|percent\b)|百分之 ?(\d{1,3})/;

/** The limits that a sentence names, apart from the names in it. */
export function limitsIn(text: string, names: readonly string[] = []): Limits {
  const said = normalise(withoutNames(text, names));
  const number = (pattern: RegExp) => {
    const found = pattern.exec(said);
    const digits = found?.[1] ?? found?.[2];
    return digits === undefined ? undefined : Number(digits);
  };
  const range = RANGE.exec(said);
  const min = number(MIN) ?? (range ? Number(range[1]) : undefined);
  const max = number(MAX) ?? (range ? Number(range[2]) : undefined);
  const percent = number(PERCENT);
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(percent !== undefined && { percent }),
  };
}

/** "Let checkout scale between 3 and 10": the limits of an autoscaler that is there. */
export const autoscaling = (words: Words): Flow => changeFlow('autoscaling', (context) => begin(words, context));

function* begin(words: Words, context: FlowContext): FlowRun {
  const kinds = ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet'];
  const target = yield* chooseTarget(context, { kinds, level: 'object' });
  if (!target) return;
  const found = placeOf(target);
  const autoscaler =
    found.kind === 'HorizontalPodAutoscaler' ? yield* autoscalerNamed(found) : yield* autoscalerOf(found);
  if (!autoscaler) return yield* tell('change.autoscaling.none', { object: objectText(found) });
  const at = { ...found, kind: autoscaler.of.kind, name: autoscaler.of.name };
  const limits = limitsIn(context.text, [found.name, at.name, at.namespace, at.cluster]);
  yield* settle(words, context, { at, autoscaler, limits });
}

interface Owned {
  /** The workload. */
  at: Place;
  autoscaler: Autoscaler;
  current: number;
  /** As many as somebody wanted to run. */
  wanted?: number;
}

/** A number of replicas was asked for that an autoscaler owns: says so, and offers its limits instead. */
export function* changeLimits(words: Words, context: FlowContext, { at, autoscaler, current, wanted }: Owned): FlowRun {
  const { t } = context;
  const { name, min, max } = autoscaler;
  const least = Math.max(1, wanted ?? min);
  const offered = { min: least, max: Math.max(least, max) };
  const useful = wanted !== undefined && (offered.min !== min || offered.max !== max);
  const answer = yield* ask({
    key: 'owned',
    title: safe({ key: 'change.autoscaling.owned', params: { object: objectText(at), name, min, max, current } }),
    choices: [
      ...(useful ? [{ id: 'offered', label: t('change.autoscaling.between', offered) }] : []),
      { id: 'other', label: t('change.autoscaling.other') },
      { id: 'leave', label: t('change.leave') },
    ],
    freeText: true,
    amount: true,
  });
  if ('choice' in answer && answer.choice === 'leave') return yield* tell('change.end.nothing');
  const limits = 'text' in answer ? limitsIn(answer.text) : answer.choice === 'offered' ? offered : {};
  yield* settle(words, context, { at, autoscaler, limits });
}

interface Wish {
  at: Place;
  autoscaler: Autoscaler;
  limits: Limits;
}

/** Asks until there are limits that can be, then proposes them. */
function* settle(words: Words, context: FlowContext, { at, autoscaler, limits: first }: Wish): FlowRun {
  let limits = first;
  for (let round = 0; round < 5; round += 1) {
    const wrong = mistakeIn(limits, autoscaler);
    if (!wrong) return yield* carryOut(words, context, { at, autoscaler, limits });
    const { name, min, max, target } = autoscaler;
    const params = { name, min, max, percent: target?.percent ?? 0, resource: target?.resource ?? '' };
    const answer = yield* ask({
      key: 'limits',
      title: safe({ key: wrong, params }),
      choices: [
        { id: 'more', label: context.t('change.autoscaling.between', { min, max: max * 2 }) },
        { id: 'leave', label: context.t('change.leave') },
      ],
      freeText: true,
      amount: true,
    });
    if ('choice' in answer && answer.choice === 'leave') break;
    limits = 'text' in answer ? limitsIn(answer.text) : { max: max * 2 };
  }
  yield* tell('change.end.nothing');
}

const MOST = 1000;

function mistakeIn({ min, max, percent }: Limits, now: Autoscaler): string | undefined {
  if (min === undefined && max === undefined && percent === undefined) return 'change.autoscaling.which';
  if (min === 0) return 'change.autoscaling.zero';
  if ((min ?? now.min) > (max ?? now.max)) return 'change.autoscaling.crossed';
  if ((max ?? now.max) > MOST) return 'change.autoscaling.too-many';
  if (percent !== undefined && (percent < 1 || percent > 100)) return 'change.autoscaling.percent';
  if (percent !== undefined && !now.target) return 'change.autoscaling.no-target';
  return undefined;
}

function* carryOut(words: Words, context: FlowContext, { at, autoscaler, limits }: Wish): FlowRun {
  const { name, min, max, target } = autoscaler;
  const after = { min: limits.min ?? min, max: limits.max ?? max, percent: limits.percent ?? target?.percent ?? 0 };
  if (after.min === min && after.max === max && after.percent === (target?.percent ?? 0))
    return yield* tell('change.autoscaling.already', { name, min, max });
  const seen = yield* rehearse(at.clusterId, {
    tool: 'k8s_patch',
    args: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      namespace: at.namespace,
      name,
      patchType: 'json',
      patch: [
        ...(after.min === min ? [] : [{ op: 'add', path: '/spec/minReplicas', value: after.min }]),
        ...(after.max === max ? [] : [{ op: 'add', path: '/spec/maxReplicas', value: after.max }]),
        ...(target && after.percent !== target.percent
          ? [
              {
                op: 'replace',
                path: `/spec/metrics/${target.at}/resource/target/averageUtilization`,
                value: after.percent,
              },
            ]
          : []),
      ],
    },
  });
  const plan = limitsPlan(words, { at, autoscaler, after }, seen);
  const outcome = yield* offer({ words, user: context.user }, plan, rehearsalBlocks(seen, context.t));
  if (outcome.kind === 'change-requested')
    return yield* settle(words, context, { at, autoscaler, limits: limitsIn(outcome.reason ?? '') });
  yield* conclude(outcome, { key: 'change.autoscaling.done', params: { name, min: after.min, max: after.max } });
}

interface Changing {
  at: Place;
  autoscaler: Autoscaler;
  after: { min: number; max: number; percent: number };
}

function limitsPlan(words: Words, { at, autoscaler, after }: Changing, seen: Rehearsal): Draft {
  const { name, min, max, target } = autoscaler;
  const object = `HorizontalPodAutoscaler ${at.namespace}/${name}`;
  const params = { object, workload: objectText(at), ...after, fromMin: min, fromMax: max };
  const moved = target !== undefined && after.percent !== target.percent;
  const title = textOf(words, moved ? 'change.autoscaling.title-target' : 'change.autoscaling.title', params);
  const within = [{ path: 'desired', atLeast: after.min, atMost: after.max }];
  return {
    action: 'autoscaling.patch',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { namespace: at.namespace, kind: 'HorizontalPodAutoscaler', name },
    steps: [stepOf(seen, { id: 'limits', title })],
    verify: [healthyCheck(words, at, { seconds: 20, minutes: 20, extra: within })],
    undo: undoOf(seen, 'limits', textOf(words, 'change.autoscaling.undo', params)),
    undoMode: 'automatic',
    risk: after.max < max || after.min < min ? 'medium' : 'low',
    blastRadius: { objects: 1, text: textOf(words, 'change.autoscaling.blast', params) },
  };
}
