import type { Message } from '../chat/messages.ts';
import type { UserRef } from '../chat/types.ts';
import { accountsIn, countPeople, isAmong, isSamePerson } from './people.ts';
import { PolicyError, parsePolicy, readPolicy } from './policy-file.ts';
import { type Policy, policySchema, type Rule, ruleSchema } from './policy-form.ts';
import { type PlanScope, scopeOf } from './scope.ts';
import { COPILOT, isUser, SYSTEM_USERS } from './system-users.ts';

/** Who may do what, and how much the bot may do by itself. Read from policy.yaml; without one, the built-in policy below. */

export type { Policy, Rule };
export { parsePolicy };

/**
 * The policy without a file: everybody who can log in to the console is operator and approver. Somebody who is alone,
 * as the local operator of a new installation is, may approve what he asked for; of several, another one has to. Taking
 * a finalizer away can lose what it guards, so it takes two people, of whom the asker may be one.
 */
export function builtInPolicy(users: readonly string[] = ['operator']): Policy {
  const everybody = users.map((name) => `web:console:${name}`);
  const selfApproval = users.length === 1;
  return policySchema.parse({
    roles: { operator: everybody, approver: everybody },
    rules: [
      { action: 'cluster.*', selfApproval, expiresMinutes: 1440, maxObjects: 50 },
      // Its pods move: they count, and each is evicted within its own budget.
      { action: 'nodepool.remove-nodes', selfApproval, maxObjects: 200 },
      // Their nodes and add-ons count.
      { action: 'nodepool.*', selfApproval, maxObjects: 50 },
      { action: 'addon.upgrade', selfApproval, maxObjects: 50 },
      // One application is many objects: a release counts each.
      { action: 'app.*', selfApproval, maxObjects: 30 },
      { action: 'finalizer.remove', approvals: 2, selfApproval: true, maxObjects: 1 },
      { action: '*', selfApproval },
    ],
  });
}

/** The policy of that file, or the built-in one for these users of the console where no file is named. Throws PolicyError. */
export function loadPolicy(file: string | undefined, users?: readonly string[]): Policy {
  const taken = SYSTEM_USERS.find(({ id }) => users?.includes(id));
  if (taken) throw new PolicyError(`CONSOLE_USERS: ${taken.id} is the bot itself. Give that person another name.`);
  return file === undefined ? builtInPolicy(users) : readPolicy(file);
}

/**
 * The first rule that fits the plan. One that touches several namespaces gets the strictest of the rules that fit each,
 * so that nothing is gained by doing two things at once.
 */
export function ruleFor(policy: Policy, plan: PlanScope): Rule {
  const { clusters, namespaces } = scopeOf(plan);
  const fits = (rule: Rule, namespace: string | undefined) =>
    (rule.environment === '*' || rule.environment === plan.environment) &&
    matches(rule.action, plan.action) &&
    matchesAny(rule.clusters, clusters) &&
    matchesAny(rule.namespaces, namespace === undefined ? [] : [namespace]);
  const places = namespaces.length > 0 ? namespaces : [undefined];
  return places
    .map((namespace) => policy.rules.find((rule) => fits(rule, namespace)) ?? ruleSchema.parse({}))
    .reduce(stricter);
}

const LEVELS = ['observe', 'copilot', 'autopilot'] as const;

function stricter(one: Rule, other: Rule): Rule {
  const level = Math.min(LEVELS.indexOf(one.autonomy), LEVELS.indexOf(other.autonomy));
  const percents = [one.maxPercent, other.maxPercent].filter((percent) => percent !== undefined);
  return {
    ...one,
    autonomy: LEVELS[level] ?? 'observe',
    approvals: one.approvals > other.approvals ? one.approvals : other.approvals,
    requesters: one.requesters.filter((role) => other.requesters.includes(role)),
    approvers: one.approvers.filter((role) => other.approvers.includes(role)),
    selfApproval: one.selfApproval && other.selfApproval,
    expiresMinutes: Math.min(one.expiresMinutes, other.expiresMinutes),
    maxObjects: Math.min(one.maxObjects, other.maxObjects),
    ...(percents.length > 0 && { maxPercent: Math.min(...percents) }),
    dailyCap: Math.min(one.dailyCap, other.dailyCap),
    cooldownMinutes: Math.max(one.cooldownMinutes, other.cooldownMinutes),
  };
}

function matchesAny(patterns: string[] | undefined, names: string[]): boolean {
  return patterns === undefined || patterns.some((pattern) => names.some((name) => matches(pattern, name)));
}

/** `*` stands for any run of characters. */
export function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** Whether the account has one of the roles, itself or through a group. */
export function hasRole(policy: Policy, user: UserRef, roles: readonly string[]): boolean {
  return isAmong(accountsIn(policy, roles), user);
}

/** Why nobody may run the plan, or undefined when it is within bounds. */
export function refusalToRun(policy: Policy, plan: PlanScope): Message | undefined {
  const { autonomy, maxObjects, maxPercent } = ruleFor(policy, plan);
  if (autonomy === 'observe') return { key: 'approvals.refused.observe', params: { action: plan.action } };
  const { namespaces, unclear, clusterIds, objects } = scopeOf(plan);
  if (unclear) return { key: 'approvals.refused.namespace-unclear' };
  const namespace = namespaces.find((name) => policy.protectedNamespaces.some((pattern) => matches(pattern, name)));
  if (namespace !== undefined) return { key: 'approvals.refused.protected', params: { namespace } };
  if (clusterIds.length > 1) return { key: 'approvals.refused.clusters', params: { clusters: clusterIds.join(', ') } };
  if (objects > maxObjects) return { key: 'approvals.refused.blast-radius', params: { objects, max: maxObjects } };
  const percent = plan.target?.percent;
  if (percent !== undefined && maxPercent !== undefined && percent > maxPercent)
    return { key: 'approvals.refused.percent', params: { percent, max: maxPercent } };
  return undefined;
}

/** Why this person may not ask for the plan, or undefined when he may. The bot itself may ask for all that it may run. */
export function refusalToRequest(policy: Policy, user: UserRef, plan: PlanScope): Message | undefined {
  const { requesters, approvers, approvals, selfApproval } = ruleFor(policy, plan);
  const out = refusalToRun(policy, plan);
  if (out) return out;
  if (!isUser(user, COPILOT) && !hasRole(policy, user, requesters))
    return { key: 'approvals.refused.requester', params: { roles: requesters.join(', ') } };
  const people = countPeople(policy, approvers, selfApproval ? undefined : user);
  if (approvals > 1 && people < approvals)
    return { key: 'approvals.refused.too-few', params: { needed: approvals, people } };
  return undefined;
}

/** Why this person may not approve (or reject) it, or undefined when he may. */
export function refusalToDecide(
  policy: Policy,
  user: UserRef,
  { plan, requestedBy }: { plan: PlanScope; requestedBy: UserRef },
): Message | undefined {
  const { approvers, selfApproval } = ruleFor(policy, plan);
  if (!hasRole(policy, user, approvers))
    return { key: 'approvals.refused.approver', params: { roles: approvers.join(', ') } };
  if (!selfApproval && isSamePerson(policy, user, requestedBy)) return { key: 'approvals.refused.self' };
  return undefined;
}
