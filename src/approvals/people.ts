import { type UserRef, userKey } from '../chat/types.ts';
import type { Policy } from './policy-form.ts';

/** Who is who: rights belong to accounts, but a decision counts once for each person. */

/** The keys under which a person may have been given rights: the account, and the address that its platform vouches for. */
function keysOf(user: UserRef): string[] {
  return [userKey(user), ...(user.email ? [`email:${user.email.toLowerCase()}`] : [])];
}

/** Whether one of a person's keys is among these accounts. */
export function isAmong(accounts: ReadonlySet<string>, user: UserRef): boolean {
  return keysOf(user).some((key) => accounts.has(key));
}

/** Whether two accounts are one person's; an account is itself, whatever a platform says of its address today. */
export function isSamePerson(policy: Policy, one: UserRef, other: UserRef): boolean {
  return userKey(one) === userKey(other) || personOf(policy, one) === personOf(policy, other);
}

/** The accounts in any of these roles, with those of the roles' groups. */
export function accountsIn({ roles: known, groups }: Policy, roles: readonly string[]): Set<string> {
  const members = roles.flatMap((role) => (Object.hasOwn(known, role) ? (known[role] ?? []) : []));
  return new Set(
    members.flatMap((member) => (member.startsWith('group:') ? (groups[member.slice('group:'.length)] ?? []) : member)),
  );
}

/** The key of the person behind an account: the same for all accounts that `aliases` gives one name, or that have one address. */
function personOf(policy: Policy, user: UserRef): string {
  const keys = keysOf(user);
  const named = keys.map((key) => personBehind(policy, key)).find((person) => !keys.includes(person));
  return named ?? keys.at(-1) ?? userKey(user);
}

/** How many different people have one of these roles, but for the one who is left out. */
export function countPeople(policy: Policy, roles: readonly string[], without?: UserRef): number {
  const people = new Set([...accountsIn(policy, roles)].map((key) => personBehind(policy, key)));
  if (without) people.delete(personOf(policy, without));
  return people.size;
}

function personBehind({ aliases }: Policy, key: string): string {
  const name = Object.keys(aliases).find((person) => aliases[person]?.includes(key));
  return name === undefined ? key : `person ${name}`;
}
