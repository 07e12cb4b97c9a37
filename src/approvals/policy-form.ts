import { z } from 'zod';
import { userKey } from '../chat/types.ts';
import { SYSTEM_USERS } from './system-users.ts';

/** The form of policy.yaml. docs/policy.md explains it to people. */

/** Names or name patterns, one or a list; `*` stands for any run of characters. */
const patterns = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().min(1)).min(1, 'names nothing'),
);

const ruleFields = z.strictObject({
  /** Action class, or a prefix with `*`: `cluster.create`, `cluster.*`, `*`. */
  action: z.string().min(1).default('*'),
  environment: z.enum(['prod', 'staging', 'dev', '*']).default('*'),
  cluster: patterns.optional(),
  clusters: patterns.optional(),
  namespace: patterns.optional(),
  namespaces: patterns.optional(),
  /** `observe` changes nothing, `copilot` asks for each change, `autopilot` runs it unasked within the limits below. */
  autonomy: z.enum(['observe', 'copilot', 'autopilot']).default('copilot'),
  /** How many different people have to approve. */
  approvals: z.union([z.literal(1), z.literal(2), z.literal(3)], 'is not 1, 2 or 3').default(1),
  requesters: z.array(z.string()).default(['operator']),
  approvers: z.array(z.string()).default(['approver']),
  /** Whether the person who asked may also approve. */
  selfApproval: z.boolean().default(false),
  expiresMinutes: z.number().positive().max(10_080).default(15),
  /** The most objects one plan may change. */
  maxObjects: z.number().int().positive().default(5),
  /** The largest part of a workload's replicas or a pool's nodes that one step may take away. */
  maxPercent: z.number().positive().max(100).optional(),
  /** Plans that autopilot may run in a day, for each cluster and action class. */
  dailyCap: z.number().int().positive().default(10),
  /** How long autopilot leaves an object alone after it was changed. */
  cooldownMinutes: z.number().nonnegative().max(10_080).default(30),
});

/** One rule. `clusters` and `namespaces` are absent where it fits any. */
export const ruleSchema = ruleFields
  .superRefine((rule, context) => {
    for (const [one, many] of TWO_SPELLINGS) {
      if (rule[one] && rule[many]) fail(context, [one], `is given twice, as ${one} and as ${many}`);
    }
    if (rule.autonomy === 'autopilot' && rule.action === '*')
      fail(context, ['autonomy'], 'autopilot has to name its action class, such as workload.restart');
  })
  .transform(({ cluster, namespace, clusters = cluster, namespaces = namespace, ...rule }) => ({
    ...rule,
    ...(clusters && { clusters }),
    ...(namespaces && { namespaces }),
  }));

/** Who may read what. `clusters` and `namespaces` are absent where it is all of them. */
const readerSchema = z
  .strictObject({
    /** Role names, or `*` for everybody inside the organisation. */
    roles: z.array(z.string().min(1)).min(1, 'names nobody'),
    cluster: patterns.optional(),
    clusters: patterns.optional(),
    namespace: patterns.optional(),
    namespaces: patterns.optional(),
  })
  .superRefine((rule, context) => {
    for (const [one, many] of TWO_SPELLINGS) {
      if (rule[one] && rule[many]) fail(context, [one], `is given twice, as ${one} and as ${many}`);
    }
  })
  .transform(({ roles, cluster, namespace, clusters = cluster, namespaces = namespace }) => ({
    roles,
    ...(clusters && { clusters }),
    ...(namespaces && { namespaces }),
  }));

const TWO_SPELLINGS = [
  ['cluster', 'clusters'],
  ['namespace', 'namespaces'],
] as const;

const isOutsideTheBot = (key: string) => !SYSTEM_USERS.some((user) => userKey(user) === key);
const ofTheBot = 'is the bot itself, which has no rights';
/** Addresses are compared without regard to case. */
function lowerAddress(key: string): string {
  return key.startsWith('email:') ? key.toLowerCase() : key;
}
/** An account as `platform:tenant:id`, or whoever a platform says has that address: `email:NAME@HOST`. */
const account = z
  .string()
  .regex(/^((web|slack|dingtalk):[^:]+:.+|email:[^@\s]+@[^@\s]+)$/, 'is not platform:tenant:id or email:NAME@HOST')
  .refine(isOutsideTheBot, ofTheBot)
  .transform(lowerAddress);
const member = z
  .string()
  .regex(
    /^(group:.+|(web|slack|dingtalk):[^:]+:.+|email:[^@\s]+@[^@\s]+)$/,
    'is not platform:tenant:id, email:NAME@HOST or group:NAME',
  )
  .refine(isOutsideTheBot, ofTheBot)
  .transform(lowerAddress);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time such as 22:00');
const timeZone = z.string().refine(isTimeZone, 'is not an IANA time zone such as Asia/Shanghai');

const quietHours = z.strictObject({
  from: timeOfDay,
  /** The next day's where it is not after `from`. */
  to: timeOfDay,
  timeZone: timeZone.optional(),
  /** The days on which it begins; without them every day. */
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .min(1)
    .optional(),
  /** `copilot`: nothing runs unasked. `observe`: nothing is changed at all but for taking back. */
  autonomy: z.enum(['copilot', 'observe']).default('copilot'),
});

/** Where the bot changes nothing whatever a policy says: the cluster's own namespaces, and its own. */
const ALWAYS_PROTECTED = ['kube-system', 'kube-public', 'kube-node-lease', 'k8s-copilot'];

const policyFields = z.strictObject({
  /** Group name -> accounts. */
  groups: z.record(z.string(), z.array(account)).default({}),
  /** Role name -> accounts, and groups as `group:NAME`. */
  roles: z.record(z.string(), z.array(member)),
  /** A person's name -> the accounts that are this one person. */
  aliases: z.record(z.string(), z.array(account)).default({}),
  /** In which a day begins and quiet hours are meant; without it that of the installation. */
  timeZone: timeZone.optional(),
  /** Besides those of every cluster's own and the bot's own, which cannot be opened. */
  protectedNamespaces: z
    .array(z.string().min(1))
    .default([])
    .transform((more) => [...new Set([...ALWAYS_PROTECTED, ...more])]),
  /** Whether objects that Git or Helm owns may be changed in the cluster. */
  allowGitOps: z.boolean().default(false),
  quietHours: z.array(quietHours).default([]),
  /** What people may read, added up over their roles; without it everybody inside may read all but Secrets. */
  readers: z.array(readerSchema).optional(),
  /** The first rule that fits counts; after the last one, a rule of defaults. */
  rules: z.array(ruleSchema).default([]),
});

/** A whole policy: every group and role that it speaks of exists, and no account is two people. */
export const policySchema = policyFields.superRefine((policy, context) => {
  checkGroups(policy, context);
  checkAliases(policy, context);
  checkRoles(policy, context);
});

export type Policy = z.infer<typeof policySchema>;
export type Rule = z.infer<typeof ruleSchema>;
export type QuietHours = z.infer<typeof quietHours>;

function checkGroups({ roles, groups }: Policy, context: z.RefinementCtx): void {
  for (const [role, members] of Object.entries(roles)) {
    for (const [at, name] of members.entries()) {
      if (name.startsWith('group:') && !Object.hasOwn(groups, name.slice('group:'.length)))
        fail(context, ['roles', role, at], `${name} is not in groups`);
    }
  }
}

function checkAliases({ aliases }: Policy, context: z.RefinementCtx): void {
  const owners = new Map<string, string>();
  for (const [person, accounts] of Object.entries(aliases)) {
    for (const [at, key] of accounts.entries()) {
      const owner = owners.get(key);
      if (owner !== undefined) fail(context, ['aliases', person, at], `${key} is ${owner} already`);
      owners.set(key, person);
    }
  }
}

/** The two roles of the defaults may be absent: then nobody has them. */
function checkRoles({ roles, rules, readers = [] }: Policy, context: z.RefinementCtx): void {
  const isKnown = (role: string) => role === 'operator' || role === 'approver' || Object.hasOwn(roles, role);
  for (const [index, reader] of readers.entries()) {
    for (const [at, role] of reader.roles.entries()) {
      if (role !== '*' && !isKnown(role)) fail(context, ['readers', index, 'roles', at], `${role} is not in roles`);
    }
  }
  for (const [index, rule] of rules.entries()) {
    for (const field of ['requesters', 'approvers'] as const) {
      for (const [at, role] of rule[field].entries()) {
        if (!isKnown(role)) fail(context, ['rules', index, field, at], `${role} is not in roles`);
      }
    }
  }
}

function fail(context: z.RefinementCtx, path: PropertyKey[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
