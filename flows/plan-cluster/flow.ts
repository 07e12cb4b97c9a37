import { z } from 'zod';
import type { Message, Translate } from '../../src/chat/messages.ts';
import type { Block, Language } from '../../src/chat/types.ts';
import {
  ask,
  clarify,
  defineFlow,
  type Flow,
  type FlowContext,
  type FlowRun,
  propose,
  say,
} from '../../src/flow/kit.ts';
import { optionChoices, optionsBlocks, planBlocks, refusalText } from './cards.ts';
import { clarifySources, wantedOf } from './clarify.ts';
import type { Knowledge } from './knowledge.ts';
import type { Option } from './option.ts';
import { buildPlan } from './plan.ts';
import { askCloud } from './read.ts';
import { recommend } from './recommend.ts';
import { goOn } from './recover.ts';
import type { Refusal } from './refusal.ts';
import { type Requirements, requirementsSchema } from './requirements.ts';

/** What the flow is given besides the conversation: its data and both languages, for a plan's own texts. */
export interface Planner {
  knowledge: Knowledge;
  words: Record<Language, Translate>;
}

type Next = { kind: 'option'; option: Option } | { kind: 'again'; wanted: Requirements } | { kind: 'stop' };

/** From a sentence to a running cluster: asks what is missing, offers up to three options, and builds the approved one. */
export function planCluster(planner: Planner): Flow {
  return defineFlow({
    id: 'plan-cluster',
    version: 2,
    clarify: 'plan-cluster',
    sources: clarifySources(planner.knowledge),
    input: requirementsSchema,
    *run(first, context) {
      let wanted: Requirements | undefined = first;
      while (wanted) wanted = yield* planOnce(planner, wanted, context);
    },
  });
}

/** One round. Returns other requirements when the person wants something changed. */
function* planOnce(planner: Planner, wanted: Requirements, context: FlowContext): FlowRun<Requirements | undefined> {
  yield* say('plan.flow.looking');
  const { knowledge, notes } = yield* askCloud(wanted, planner.knowledge);
  const answer = recommend(wanted, knowledge);
  const next = answer.ok
    ? yield* chooseOption(answer.options, wanted, notes, context)
    : yield* mend(answer.refusals, wanted, context);
  if (next.kind === 'again') return next.wanted;
  if (next.kind === 'option') return yield* build(planner, next.option, wanted, knowledge, context);
  yield* say('plan.flow.nothing');
  return undefined;
}

function* chooseOption(
  options: readonly Option[],
  wanted: Requirements,
  notes: readonly Message[],
  { t }: FlowContext,
): FlowRun<Next> {
  const result = yield* ask({
    key: 'option',
    title: { key: 'plan.flow.options' },
    blocks: [...notes.map((note): Block => ({ type: 'text', markdown: t(note) })), ...optionsBlocks(options, t)],
    choices: [...optionChoices(options, t), ...ways(t)],
    freeText: true,
    template: 'plan-cluster',
  });
  const option = options.find(({ rank }) => 'choice' in result && result.choice === rank);
  return option ? { kind: 'option', option } : yield* changed(result, wanted);
}

function* mend(refusals: readonly Refusal[], wanted: Requirements, { t }: FlowContext): FlowRun<Next> {
  const nearest = refusals[0]?.nearest ?? [];
  const result = yield* ask({
    key: 'mend',
    title: { key: 'plan.flow.refused', params: { reason: refusals.map((each) => refusalText(each, t)).join(' ') } },
    choices: [
      ...nearest.map(({ field, value }, at) => ({
        id: `nearest-${at}`,
        label: t('plan.flow.set', { field, value: String(value) }),
      })),
      ...ways(t),
    ],
    freeText: true,
    template: 'plan-cluster',
  });
  const taken = nearest.find((_, at) => 'choice' in result && result.choice === `nearest-${at}`);
  if (taken) return { kind: 'again', wanted: wantedOf({ ...plain(wanted), [taken.field]: taken.value }) };
  return yield* changed(result, wanted);
}

const ways = (t: Translate) => [
  { id: 'change', label: t('plan.flow.change') },
  { id: 'cancel', label: t('plan.flow.cancel') },
];

/** Takes a correction in the person's own words, asking for them first where a button was clicked. */
function* changed(result: { choice: string } | { text: string }, wanted: Requirements): FlowRun<Next> {
  if ('choice' in result && result.choice !== 'change') return { kind: 'stop' };
  const text = 'text' in result ? result.text : yield* whatElse();
  return { kind: 'again', wanted: yield* corrected(wanted, text) };
}

function* whatElse(): FlowRun<string> {
  const said = yield* ask({
    key: 'what',
    title: { key: 'plan.flow.what' },
    choices: [],
    freeText: true,
    template: 'plan-cluster',
  });
  return 'text' in said ? said.text : '';
}

function* corrected(wanted: Requirements, text: string): FlowRun<Requirements> {
  const said = yield* clarify('plan-cluster', plain(wanted), text);
  return requirementsSchema.parse({ ...wanted, ...said });
}

function* build(
  planner: Planner,
  option: Option,
  wanted: Requirements,
  knowledge: Knowledge,
  context: FlowContext,
): FlowRun<Requirements | undefined> {
  const plan = buildPlan(option, planner.words);
  const outcome = yield* propose(plan, planBlocks(option, plan, context.t, context.language));
  if (outcome.kind === 'change-requested') return yield* corrected(wanted, outcome.reason || (yield* whatElse()));
  yield* goOn({ option, outcome, knowledge, words: planner.words }, context);
  return undefined;
}

/** Requirements as a dialogue keeps them. */
function plain(wanted: Requirements) {
  return z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .parse(
      Object.fromEntries(
        Object.entries(wanted).flatMap(([field, value]) =>
          value === undefined ? [] : [[field, Array.isArray(value) ? value.join(' ') : value]],
        ),
      ),
    );
}
