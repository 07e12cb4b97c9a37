import { z } from 'zod';
import type { Translate } from '../../src/chat/messages.ts';
import type { Language } from '../../src/chat/types.ts';
import { ask, type FlowContext, type FlowRun, type ProposalOutcome, propose, say } from '../../src/flow/kit.ts';
import { planBlocks } from './cards.ts';
import type { Knowledge } from './knowledge.ts';
import type { Option } from './option.ts';
import { type Built, buildRest } from './plan.ts';
import { recommend } from './recommend.ts';
import type { Requirements } from './requirements.ts';

interface Attempt {
  option: Option;
  outcome: ProposalOutcome;
  knowledge: Knowledge;
  words: Record<Language, Translate>;
}

const NO_STOCK = /NoStock|NotOnSale|NotSupported|sold out/i;

const builtSchema = z.object({
  network: z.object({ vswitches: z.array(z.object({ id: z.string(), zone: z.string(), role: z.string() })) }),
  cluster: z.object({ clusterId: z.string() }),
});

/** Tells how an attempt ended; where nodes were sold out, offers to go on with other types or zones until it is up or left. */
export function* goOn(attempt: Attempt, context: FlowContext): FlowRun {
  const built = builtOf(attempt.outcome);
  let current: Attempt | undefined = attempt;
  for (let round = 2; current; round += 1) {
    const way: Option | undefined = yield* afterwards(current, built, round, context);
    if (!way || !built) return;
    const plan = buildRest(way, built, current.words);
    const outcome: ProposalOutcome = yield* propose(plan, planBlocks(way, plan, context.t, context.language));
    current = { ...current, option: way, outcome };
  }
}

/** Says how it ended. A way on that the person chose is the option to build next. */
function* afterwards(
  { option, outcome, knowledge }: Attempt,
  built: Built | undefined,
  round: number,
  { t }: FlowContext,
): FlowRun<Option | undefined> {
  const { name } = option.wish;
  switch (outcome.kind) {
    case 'succeeded':
      yield* say('plan.flow.done', { name, clusterId: built?.clusterId ?? name });
      return undefined;
    case 'rejected':
    case 'change-requested':
      yield* say('plan.flow.nothing');
      return undefined;
    case 'expired':
    case 'undone':
      yield* say(`plan.flow.${outcome.kind}`);
      return undefined;
    case 'not-allowed':
      yield* say('plan.flow.not-allowed', { reason: outcome.reason ? ` (${outcome.reason})` : '' });
      return undefined;
    case 'cancelled':
      yield* say('plan.flow.cancelled', { task: outcome.taskId });
      return undefined;
    case 'failed':
      break;
  }
  const { code = 'UNKNOWN', message = '', stepId = '' } = outcome.failure ?? {};
  const offers =
    built && stepId.startsWith('pool-') && NO_STOCK.test(`${code} ${message}`)
      ? waysOn(option, message, round, knowledge)
      : [];
  const said = t('plan.flow.failed', { name, message, code });
  const hint = t('plan.flow.ways-hint', { task: outcome.taskId });
  if (offers.length === 0) {
    yield* say('plan.flow.failed', { name, message, code }, [{ type: 'text', markdown: hint }]);
    return undefined;
  }
  const result = yield* ask({
    key: 'ways',
    title: { key: 'plan.flow.ways', params: { message: said } },
    blocks: [{ type: 'text', markdown: hint }],
    choices: [
      ...offers.map((offer) => ({ id: offer.id, label: labelOf(offer, t) })),
      { id: 'keep', label: t('plan.flow.keep') },
    ],
  });
  return offers.find(({ id }) => 'choice' in result && result.choice === id)?.option;
}

/** Another pool for the same cluster: of the next larger types, or in the zones that were not named as sold out. */
function waysOn({ pool, wish }: Option, message: string, round: number, knowledge: Knowledge) {
  const [type = ''] = pool.instanceTypes;
  const family = type.replace(/[^.]*$/, '');
  const bigger = knowledge.types.find(
    ({ id, vcpu, memoryGiB }) => id.startsWith(family) && vcpu === pool.vcpu * 2 && memoryGiB === pool.memoryGiB * 2,
  )?.id;
  const zones = wish.zones.filter((zone) => !message.includes(zone));
  const same = { ...wish.asked, instanceType: type, nodeCount: pool.count, zones: wish.zones };
  const fewer = { ...same, zones, availability: zones.length === 2 ? ('two-zone' as const) : ('single-zone' as const) };
  const named = (id: string, wanted: Requirements) => {
    const answer = recommend(wanted, knowledge);
    const option = answer.ok ? answer.options[0] : undefined;
    return option ? [{ id, option: { ...option, pool: { ...option.pool, name: `default-${round}` } } }] : [];
  };
  return [
    ...(bigger ? named('other-types', { ...same, instanceType: bigger }) : []),
    ...(zones.length > 0 && zones.length < wish.zones.length ? named('other-zones', fewer) : []),
  ];
}

function labelOf({ id, option }: { id: string; option: Option }, t: Translate): string {
  return t(`plan.flow.${id}`, { types: option.pool.instanceTypes.join(', '), zones: option.wish.zones.join(', ') });
}

function builtOf(outcome: ProposalOutcome): Built | undefined {
  const parsed = builtSchema.safeParse('results' in outcome ? outcome.results : undefined);
  return parsed.success
    ? { clusterId: parsed.data.cluster.clusterId, vswitches: parsed.data.network.vswitches }
    : undefined;
}
