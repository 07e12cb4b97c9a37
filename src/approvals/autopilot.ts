import type { Message } from '../chat/messages.ts';
import type { Collection } from '../storage/store.ts';
import type { Approval } from './approval.ts';
import { localTime, quietAt } from './local-time.ts';
import type { Plan } from './plan.ts';
import { type Policy, ruleFor } from './policy.ts';

/** What autopilot may run unasked. It first claims its place, then counts all claims: two at once can stay below the cap, never pass it. */

export interface AutopilotOptions {
  approvals: Collection<Approval>;
  policy: Policy;
  timeZone: string;
  stoppedBy: () => Promise<string | undefined>;
}

/** How much of something autopilot may take away where its rule does not say. */
const MAX_PERCENT = 25;
/** Kinds of which a plan can take away a part; it has to say how large a part. */
const HAS_PARTS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Node', 'NodePool'];

/** A key for the one object that the plan changes, where it names it. */
export function objectOf({ cluster, target }: Pick<Plan, 'cluster' | 'target'>): string | undefined {
  if (target?.kind === undefined || target.name === undefined) return undefined;
  return [cluster, target.kind, target.namespace ?? '', target.name].join(' ');
}

/** The claim that a new request of an autopilot's action class carries until it is decided. */
export function claimFor(
  policy: Policy,
  plan: Plan,
  { now, timeZone }: { now: number; timeZone: string },
): Pick<Approval, 'autopilot' | 'touchedAt'> {
  if (ruleFor(policy, plan).autonomy !== 'autopilot') return {};
  return { autopilot: [localTime(now, timeZone).date, plan.cluster, plan.action].join(' '), touchedAt: now };
}

/** Why a person has to decide about this claim, or undefined when autopilot may. */
export async function whyAsk(options: AutopilotOptions, claim: Approval, now: number): Promise<Message | undefined> {
  return (
    withinLimits(options, claim, now) ??
    (await isStopped(options)) ??
    (await isCooling(options, claim, now)) ??
    (await isBeyondCap(options, claim))
  );
}

function withinLimits({ policy, timeZone }: AutopilotOptions, { plan }: Approval, now: number): Message | undefined {
  const { autonomy, maxPercent = MAX_PERCENT } = ruleFor(policy, plan);
  if (autonomy !== 'autopilot') return { key: 'approvals.asks.policy' };
  if (plan.chosenBy === 'model') return { key: 'approvals.asks.model' };
  const quiet = quietAt(policy, now, timeZone);
  if (quiet) return { key: 'approvals.asks.quiet', params: { from: quiet.from, to: quiet.to } };
  if (objectOf(plan) === undefined) return { key: 'approvals.asks.object-unknown' };
  const { percent, kind = '' } = plan.target ?? {};
  if (percent === undefined) return HAS_PARTS.includes(kind) ? { key: 'approvals.asks.percent-unknown' } : undefined;
  return percent > maxPercent ? { key: 'approvals.asks.percent', params: { percent, max: maxPercent } } : undefined;
}

async function isStopped({ stoppedBy }: AutopilotOptions): Promise<Message | undefined> {
  const by = await stoppedBy();
  return by === undefined ? undefined : { key: 'approvals.asks.stopped', params: { by } };
}

async function isCooling(
  { approvals, policy }: AutopilotOptions,
  claim: Approval,
  now: number,
): Promise<Message | undefined> {
  const minutes = ruleFor(policy, claim.plan).cooldownMinutes;
  if (minutes === 0 || claim.object === undefined) return undefined;
  const touched = await approvals.find({
    where: { object: claim.object },
    range: { field: 'touchedAt', gt: now - minutes * 60_000 },
    limit: 2,
  });
  return touched.some(({ id }) => id !== claim.id)
    ? { key: 'approvals.asks.cooldown', params: { minutes } }
    : undefined;
}

/** The claim itself is among those counted. */
async function isBeyondCap({ approvals, policy }: AutopilotOptions, claim: Approval): Promise<Message | undefined> {
  const max = ruleFor(policy, claim.plan).dailyCap;
  const claims = await approvals.count({ where: { autopilot: claim.autopilot ?? '' } });
  return claims > max ? { key: 'approvals.asks.cap', params: { max } } : undefined;
}
