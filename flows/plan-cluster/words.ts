import type { Message } from '../../src/chat/messages.ts';
import type { Knowledge } from './knowledge.ts';
import type { Combination, Option, Rank } from './option.ts';
import { regionOf } from './wish.ts';

type Words = Pick<Option, 'reasons' | 'pros' | 'cons' | 'warnings' | 'fixed'>;

/** Fewer pods than this on a node and people should hear of it. */
const FEW_PODS = 20;
/** Pods of a `large` node of the 7th generation: (3-1)×6. */
const LARGE_PODS = 12;

const say = (key: string, params?: Record<string, string | number>): Message => ({
  key: `plan.${key}`,
  ...(params && { params }),
});

const when = (condition: boolean, ...messages: Message[]): Message[] => (condition ? messages : []);

/** Why this combination, what speaks for and against it beside the recommended one, and what stays as it is for ever. */
export function describe(made: Combination, rank: Rank, main: Combination, knowledge: Knowledge): Words {
  return {
    reasons: reasons(made),
    ...(rank === 'recommended' ? strengths(made) : compared(made, main)),
    warnings: warnings(made, knowledge),
    fixed: fixed(made),
  };
}

function reasons({ wish, pool, version, capacity }: Combination): Message[] {
  const { zones, network, purpose } = wish;
  const type = pool.instanceTypes[0] ?? '';
  return [
    say(zones.length > 1 ? 'reason.zones' : 'reason.one-zone', { zones: zones.length, nodes: pool.count }),
    say(wish.clusterType === 'ack.standard' ? 'reason.basic' : 'reason.pro'),
    say(`reason.${network}`),
    ...when(capacity.trunk !== undefined, say('reason.trunk-pods', { pods: capacity.trunk ?? 0 })),
    ...(version.endOfSupport ? [say('reason.version', { version: version.version, date: version.endOfSupport })] : []),
    say('reason.capacity', { type, pods: capacity.perNode, usable: capacity.usable }),
    ...when(
      network === 'terway-shared' && type.endsWith('.xlarge') && !capacity.estimated,
      say('reason.not-large', smallerSize(type)),
    ),
    ...when(purpose === 'prod' && wish.apiExposure === 'private' && wish.deletionProtection, say('reason.protected')),
    ...when(
      ['web', 'nodejs', 'java', 'microservices'].includes(wish.workload) && purpose !== 'dev',
      say('reason.databases'),
    ),
  ];
}

function strengths({ wish, pool, capacity }: Combination): Pick<Words, 'pros' | 'cons'> {
  return {
    pros: [
      ...when(wish.zones.length >= 3, say('pro.zone-loss')),
      ...when(pool.instanceTypes.length > 1, say('pro.types', { count: pool.instanceTypes.length })),
      say('pro.room', { pods: capacity.usablePods, vcpu: capacity.vcpu, memory: capacity.memoryGiB }),
    ],
    cons: [
      ...when(wish.zones.length > 1 && pool.count === wish.zones.length, say('con.one-node-per-zone')),
      ...when(wish.zones.length === 1, say('con.zone-loss')),
      ...when(wish.clusterType === 'ack.standard', say('con.basic')),
      ...when(!wish.autoscaling, say('con.fixed-size')),
    ],
  };
}

function compared(made: Combination, main: Combination): Pick<Words, 'pros' | 'cons'> {
  const [more, less]: [Message[], Message[]] = [[], []];
  const note = (key: string, mine: number, theirs: number, good: 'more' | 'less') => {
    if (mine === theirs) return;
    const better = good === 'more' ? mine > theirs : mine < theirs;
    (better ? more : less).push(say(`${better ? 'pro' : 'con'}.${key}`, { mine, theirs }));
  };
  if (made.cost.complete && main.cost.complete)
    note('cost', Math.round(made.cost.amount), Math.round(main.cost.amount), 'less');
  note('nodes', made.pool.count, main.pool.count, 'more');
  note('vcpu', made.capacity.vcpu, main.capacity.vcpu, 'more');
  note('memory', made.capacity.memoryGiB, main.capacity.memoryGiB, 'more');
  note('pods', made.capacity.usablePods, main.capacity.usablePods, 'more');
  return { pros: more, cons: less };
}

function warnings(made: Combination, knowledge: Knowledge): Message[] {
  const { wish, pool, capacity, cost, version } = made;
  const type = pool.instanceTypes[0] ?? '';
  const terway = wish.network !== 'flannel';
  const region = regionOf(wish.region, knowledge);
  const few = terway && wish.network !== 'terway-exclusive' && capacity.perNode < FEW_PODS;
  const small = wish.purpose === 'prod' && (pool.vcpu < 4 || pool.memoryGiB < 8);
  return [
    ...when(
      few,
      say('warn.few-pods', {
        type,
        pods: capacity.perNode,
        usable: capacity.usable,
        most: capacity.usable + 1,
        offer: bigger(type),
      }),
    ),
    ...when(small, say('warn.small-nodes', { type, vcpu: pool.vcpu, memory: pool.memoryGiB })),
    ...when(terway && capacity.estimated, say('warn.pods-estimated', { type, pods: capacity.perNode })),
    ...when(pool.sharedCpu, say('warn.shared-cpu', { type })),
    ...when(pool.arch === 'arm64', say('warn.arm')),
    ...when(wish.zones.length < 3 && wish.purpose === 'prod', zonesWarning(made, knowledge)),
    ...when(wish.purpose === 'prod' && pool.count < 3, say('warn.few-nodes', { nodes: pool.count })),
    ...when(wish.clusterType === 'ack.standard' && wish.purpose === 'prod', say('warn.basic')),
    ...when(wish.apiExposure === 'public', say('warn.public-api')),
    ...when(wish.purpose === 'prod' && !wish.deletionProtection, say('warn.unprotected')),
    ...when(wish.workload === 'ai', say('warn.no-gpu')),
    ...when(!/^\d+\.\d+\.\d/.test(version.version), say('warn.patch-version', { version: version.version })),
    ...when(!cost.complete, say('warn.no-price', { region: wish.region })),
    ...overBudget(made),
    ...when(
      cost.lines.some(({ estimated }) => estimated),
      say('warn.estimated'),
    ),
    ...when(!region.live, say('warn.zones-unchecked', { zones: wish.zones.join(', ') })),
    ...when(!made.stockChecked, say('warn.stock-unchecked')),
  ];
}

function zonesWarning({ wish }: Combination, knowledge: Knowledge): Message {
  const known = regionOf(wish.region, knowledge).zones.length;
  const params = { region: wish.region, known, zones: wish.zones.length };
  return known > 0 && known < 3 ? say('warn.region-zones', params) : say('warn.few-zones', params);
}

function overBudget({ wish, cost }: Combination): Message[] {
  const limit = wish.monthlyBudget;
  if (limit === undefined || cost.amount <= limit) return [];
  return [say('warn.over-budget', { limit, amount: Math.round(cost.amount) })];
}

/** The `large` size of a family, which a person may have in mind: too small for Terway. */
function smallerSize(type: string) {
  return { type: type.replace(/\.xlarge$/, '.large'), pods: LARGE_PODS, usable: LARGE_PODS - 4, most: LARGE_PODS - 3 };
}

/** The next size up of a type whose size is `large`. */
function bigger(type: string): string {
  return type.replace(/\.large$/, '.xlarge');
}

function fixed({ wish, network }: Combination): Message[] {
  return [
    say('fixed.place', { region: wish.region, vpc: network.vpcCidr }),
    say('fixed.plugin', { plugin: wish.network === 'flannel' ? 'Flannel' : 'Terway' }),
    say('fixed.type'),
    say('fixed.services', { cidr: network.serviceCidr }),
    ...(network.podCidr ? [say('fixed.pods', { cidr: network.podCidr })] : []),
    say('fixed.version'),
  ];
}
