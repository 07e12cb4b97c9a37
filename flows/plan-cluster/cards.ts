import type { Message, Translate } from '../../src/chat/messages.ts';
import type { Block, Choice, Language } from '../../src/chat/types.ts';
import type { PlanDraft } from '../../src/flow/kit.ts';
import type { Option } from './option.ts';
import type { Cost } from './price.ts';
import type { Refusal } from './refusal.ts';

const text = (markdown: string): Block => ({ type: 'text', markdown });
const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** The options side by side, the reasons for the recommended one, and for each what speaks for and against it. */
export function optionsBlocks(options: readonly Option[], t: Translate): Block[] {
  const rows: [string, (option: Option) => string][] = [
    ['monthly', ({ cost }) => amountText(cost, t)],
    ['nodes', (option) => nodesText(option, t)],
    ['zones', ({ wish }) => wish.zones.join(', ')],
    ['type', ({ wish }) => wish.clusterType],
    ['version', ({ version }) => version.version],
    ['pods', ({ capacity }) => t('plan.card.pods-line', { pods: capacity.perNode, usable: capacity.usablePods })],
    ['network', ({ wish }) => t(`plan.mode.${wish.network}`)],
    ['storage', (option) => storageText(option, t)],
  ];
  return [
    {
      type: 'table',
      caption: t('plan.card.choose'),
      head: [t('plan.card.aspect'), ...options.map(({ rank }) => t(`plan.rank.${rank}`))],
      rows: rows.map(([key, cell]) => [t(`plan.card.${key}`), ...options.map(cell)]),
    },
    ...options.map((option) => text(whyText(option, t))),
    ...shared(
      options.map(({ warnings }) => warnings),
      t,
    ),
  ];
}

/** A button for each option. */
export function optionChoices(options: readonly Option[], t: Translate): Choice[] {
  return options.map((option) => ({
    id: option.rank,
    label: t(`plan.rank.${option.rank}`),
    hint: nodesText(option, t),
  }));
}

/** The body of the approval card: what will stand where, what it costs, what happens, what to know before. */
export function planBlocks(option: Option, plan: PlanDraft, t: Translate, language: Language): Block[] {
  return [
    { type: 'fields', items: topology(option, t) },
    ...costBlocks(option.cost, t),
    {
      type: 'table',
      caption: t('plan.card.steps'),
      head: [t('plan.card.step'), t('plan.card.minutes')],
      rows: plan.steps.map(({ title, expectMinutes }) => [title[language], String(expectMinutes)]),
    },
    ...(option.warnings.length > 0 ? [text(`${t('plan.card.risks')}\n${bullets(words(option.warnings, t))}`)] : []),
    text(`${t('plan.card.fixed')}\n${bullets(words(option.fixed, t))}`),
  ];
}

/** Why a wish cannot be had, and what could be had instead. */
export function refusalText({ message, nearest }: Refusal, t: Translate): string {
  const values = nearest.map(({ field, value }) => `${field} = ${value}`).join(', ');
  return [t(message), ...(values ? [t('plan.refused.nearest', { values })] : [])].join(' ');
}

function topology(option: Option, t: Translate) {
  const { wish, network, pool, version, addons } = option;
  const places = (list: typeof network.nodes) => list.map(({ zone, cidr }) => `${zone}: ${cidr}`).join(', ');
  const items: [string, string | undefined][] = [
    ['region', `${wish.region} (${wish.zones.join(', ')})`],
    ['type', `${wish.clusterType}, Kubernetes ${version.version}`],
    [
      'nodes',
      `${nodesText(option, t)}; ${t('plan.card.also-types', { types: pool.instanceTypes.slice(1).join(', ') || '–' })}`,
    ],
    ['autoscaling', pool.autoscaling && t('plan.card.autoscaling-line', pool.autoscaling)],
    ['pods', t('plan.card.pods-line', { pods: option.capacity.perNode, usable: option.capacity.usablePods })],
    ['image', `${pool.image}, ${t('plan.card.runtime')}`],
    ['network', t(`plan.mode.${wish.network}`)],
    ['vpc', network.vpcCidr],
    ['node-vswitches', places(network.nodes)],
    [network.podCidr ? 'pod-range' : 'pod-vswitches', network.podCidr ?? places(network.pods)],
    ['services', network.serviceCidr],
    ['storage', storageText(option, t)],
    ['api', t(`plan.card.api-${wish.apiExposure}`)],
    ['protection', t(wish.deletionProtection ? 'plan.yes' : 'plan.no')],
    ['maintenance', wish.maintenanceWindow],
    ['ingress', t(`plan.ingress.${wish.ingress}`)],
    ['logging', t(wish.logging ? 'plan.yes' : 'plan.no')],
    ['monitoring', t(wish.monitoring ? 'plan.yes' : 'plan.no')],
    ['addons', addons.map(({ name }) => name).join(', ')],
  ];
  return items.flatMap(([key, value]) => (value === undefined ? [] : [{ label: t(`plan.card.${key}`), value }]));
}

function costBlocks(cost: Cost, t: Translate): Block[] {
  const from = ({ estimated, source, asOf }: Cost['lines'][number]) =>
    t(estimated ? 'plan.cost.estimate' : 'plan.cost.sourced', { source, asOf });
  return [
    {
      type: 'table',
      caption: t('plan.cost.caption'),
      head: [t('plan.cost.item'), t('plan.cost.amount'), t('plan.cost.source')],
      rows: [
        ...cost.lines.map((line) => [t(line.label), line.amount.toFixed(2), from(line)]),
        [t('plan.cost.total'), amountText(cost, t), ''],
      ],
    },
    text(t('plan.cost.not-included', { items: words(cost.notIncluded, t).join(', ') })),
  ];
}

function amountText({ amount, complete }: Cost, t: Translate): string {
  if (complete) return t('plan.cost.approximate', { amount: Math.round(amount) });
  return amount > 0 ? t('plan.cost.partly', { amount: Math.round(amount) }) : t('plan.cost.unknown');
}

function nodesText({ pool }: Option, t: Translate): string {
  const { count, vcpu, memoryGiB: memory } = pool;
  return t('plan.card.node-line', { count, type: pool.instanceTypes[0] ?? '', vcpu, memory });
}

function storageText({ storage }: Option, t: Translate): string {
  return storage.map(({ id }) => t(`plan.storage.${id}`)).join(', ');
}

function whyText(option: Option, t: Translate): string {
  const list = [
    ...(option.rank === 'recommended' ? words(option.reasons, t) : []),
    ...words(option.pros, t).map((pro) => t('plan.card.pros', { text: pro })),
    ...words(option.cons, t).map((con) => t('plan.card.cons', { text: con })),
  ];
  return `${t('plan.card.reasons', { rank: t(`plan.rank.${option.rank}`) })}\n${bullets(list)}`;
}

/** Every warning once, however many options have it. */
function shared(lists: readonly (readonly Message[])[], t: Translate): Block[] {
  const lines = [...new Set(lists.flatMap((list) => words(list, t)))];
  return lines.length > 0 ? [text(`${t('plan.card.risks')}\n${bullets(lines)}`)] : [];
}

function words(messages: readonly Message[], t: Translate): string[] {
  return messages.map((message) => t(message));
}
