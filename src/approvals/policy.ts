import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Message } from '../chat/messages.ts';
import { type UserRef, userKey } from '../chat/types.ts';
import type { Plan } from './plan.ts';

/** Who may do what, and how much the bot may do by itself. Read from policy.yaml; without one, the built-in policy below. */

const rule = z.strictObject({
  /** Action class, or a prefix with `*`: `cluster.create`, `cluster.*`, `*`. */
  action: z.string().min(1).default('*'),
  environment: z.enum(['prod', 'staging', 'dev', '*']).default('*'),
  /** `observe` changes nothing, `copilot` asks for each change. */
  autonomy: z.enum(['observe', 'copilot']).default('copilot'),
  requesters: z.array(z.string()).default(['operator']),
  approvers: z.array(z.string()).default(['approver']),
  /** Whether the person who asked may also approve. */
  selfApproval: z.boolean().default(false),
  expiresMinutes: z.number().positive().max(10_080).default(15),
  /** The most objects one plan may change. */
  maxObjects: z.number().int().positive().default(5),
});

const policySchema = z.strictObject({
  /** Role name -> people as `platform:tenant:id`. */
  roles: z.record(
    z.string(),
    z.array(z.string().regex(/^(web|slack|dingtalk):[^:]+:.+$/, 'is not platform:tenant:id')),
  ),
  /** The first rule that fits counts; after the last one, a rule of defaults. */
  rules: z.array(rule).default([]),
});

export type Policy = z.infer<typeof policySchema>;
export type Rule = z.infer<typeof rule>;

/** The policy file cannot be used: the message names the place and the next move. */
class PolicyError extends Error {
  readonly code = 'POLICY_INVALID';
}

/**
 * The policy without a file: everybody who can log in to the console is operator and approver. Somebody who is alone,
 * as the local operator of a new installation is, may approve what he asked for; of several, another one has to.
 */
export function builtInPolicy(users: readonly string[] = ['operator']): Policy {
  const everybody = users.map((name) => `web:console:${name}`);
  const selfApproval = users.length === 1;
  return policySchema.parse({
    roles: { operator: everybody, approver: everybody },
    rules: [
      { action: 'cluster.*', selfApproval, expiresMinutes: 1440, maxObjects: 50 },
      { action: '*', selfApproval },
    ],
  });
}

/** Reads a policy. Throws PolicyError. */
export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken)
    throw new PolicyError(
      `${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}. Mend the file and start again.`,
    );
  const parsed = policySchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? part.description : part));
  const node = document.getIn(path, true);
  const at =
    node && typeof node === 'object' && 'range' in node && Array.isArray(node.range)
      ? `:${lines.linePos(node.range[0]).line}`
      : '';
  throw new PolicyError(
    `${file}${at}: ${path.join('.') || 'the file'}: ${issue?.message}. docs/policy.md describes its form.`,
  );
}

/** The policy of that file, or the built-in one for these users of the console where no file is named. */
export function loadPolicy(file: string | undefined, users?: readonly string[]): Policy {
  if (file === undefined) return builtInPolicy(users);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PolicyError(`POLICY_FILE ${file} cannot be read. Mend the path, or unset POLICY_FILE.`, { cause });
  }
  return parsePolicy(text, file);
}

export function ruleFor(policy: Policy, { action, environment }: Pick<Plan, 'action' | 'environment'>): Rule {
  const fits = ({ action: pattern, environment: where }: Rule) =>
    (where === '*' || where === environment) &&
    (pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern);
  return policy.rules.find(fits) ?? rule.parse({});
}

export function hasRole(policy: Policy, user: UserRef, roles: readonly string[]): boolean {
  const key = userKey(user);
  return roles.some((role) => policy.roles[role]?.includes(key));
}

/** Why this person may not ask for the plan, or undefined when he may. */
export function refusalToRequest(
  policy: Policy,
  user: UserRef,
  plan: Pick<Plan, 'action' | 'environment' | 'blastRadius'>,
): Message | undefined {
  const { autonomy, requesters, maxObjects } = ruleFor(policy, plan);
  if (autonomy === 'observe') return { key: 'approvals.refused.observe', params: { action: plan.action } };
  if (!hasRole(policy, user, requesters))
    return { key: 'approvals.refused.requester', params: { roles: requesters.join(', ') } };
  if (plan.blastRadius.objects > maxObjects) {
    return { key: 'approvals.refused.blast-radius', params: { objects: plan.blastRadius.objects, max: maxObjects } };
  }
  return undefined;
}

/** Why this person may not approve (or reject) it, or undefined when he may. */
export function refusalToDecide(
  policy: Policy,
  user: UserRef,
  { plan, requestedBy }: { plan: Pick<Plan, 'action' | 'environment'>; requestedBy: UserRef },
): Message | undefined {
  const { approvers, selfApproval } = ruleFor(policy, plan);
  if (!hasRole(policy, user, approvers))
    return { key: 'approvals.refused.approver', params: { roles: approvers.join(', ') } };
  if (!selfApproval && userKey(user) === userKey(requestedBy)) return { key: 'approvals.refused.self' };
  return undefined;
}
