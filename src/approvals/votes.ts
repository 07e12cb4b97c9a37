import type { UserRef } from '../chat/types.ts';
import type { Approval } from './approval.ts';
import { isSamePerson } from './people.ts';
import { type Policy, refusalToDecide, refusalToRun, ruleFor } from './policy.ts';
import { AUTOPILOT, isUser } from './system-users.ts';

/** Those who approved and may still do so by the policy of now; each person once. */
export function countedVotes(policy: Policy, approval: Approval): UserRef[] {
  const people: UserRef[] = [];
  for (const user of votesOf(approval)) {
    const counts = refusalToDecide(policy, user, approval) === undefined;
    if (counts && !people.some((other) => isSamePerson(policy, other, user))) people.push(user);
  }
  return people;
}

/** Whether this person has approved it already, under whichever account. */
export function hasVoted(policy: Policy, approval: Approval, user: UserRef): boolean {
  return votesOf(approval).some((other) => isSamePerson(policy, other, user));
}

/** Whether the policy of now would let it run on the approvals that it has; on autopilot's only while it is autopilot's to give. */
export function stillCounts(policy: Policy, approval: Approval): boolean {
  const { plan } = approval;
  if (refusalToRun(policy, plan)) return false;
  const { autonomy, approvals } = ruleFor(policy, plan);
  if (votesOf(approval).some((user) => isUser(user, AUTOPILOT))) return autonomy === 'autopilot';
  return countedVotes(policy, approval).length >= approvals;
}

function votesOf({ approvedBy, decidedBy }: Approval): UserRef[] {
  return approvedBy ?? (decidedBy ? [decidedBy] : []);
}
