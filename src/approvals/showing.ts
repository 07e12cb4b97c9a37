import type { Card, ConversationRef, UserRef } from '../chat/types.ts';
import type { Approval } from './approval.ts';
import { accountsIn, isSamePerson } from './people.ts';
import { type Policy, refusalToDecide, ruleFor } from './policy.ts';

/** Where requests for approval are shown, and to whom. */

/** Approvers who are written to about a request that was made between four eyes. */
const MOST_ASKED = 10;

/**
 * Where an approval is shown: where it was asked for, and when that is a talk between four eyes on a chat platform, with
 * the approvers of that platform as well. The same policy gives the same places, so that later changes find them.
 */
export function showingPlaces(
  policy: Policy,
  { conversation, requestedBy, plan }: Pick<Approval, 'conversation' | 'requestedBy' | 'plan'>,
): { place: ConversationRef; mayDecide: boolean }[] {
  const { platform, tenant, kind } = conversation;
  if (kind !== 'dm' || platform === 'web') return [{ place: conversation, mayDecide: true }];
  const prefix = `${platform}:${tenant}:`;
  const accounts = [...accountsIn(policy, ruleFor(policy, plan).approvers)].filter((key) => key.startsWith(prefix));
  const others = accounts
    .map((key): UserRef => ({ platform, tenant, id: key.slice(prefix.length) }))
    .filter((user) => refusalToDecide(policy, user, { plan, requestedBy }) === undefined)
    .filter((user) => !isSamePerson(policy, user, requestedBy))
    .slice(0, MOST_ASKED);
  const own = {
    place: conversation,
    mayDecide: refusalToDecide(policy, requestedBy, { plan, requestedBy }) === undefined,
  };
  return [own, ...others.map(({ id }) => ({ place: { platform, tenant, id, kind }, mayDecide: true }))];
}

/** The card without one of its buttons. */
export function withoutButton(card: Card, id: string): Card {
  const blocks = card.blocks.map((block) =>
    block.type === 'buttons' ? { ...block, items: block.items.filter((button) => button.id !== id) } : block,
  );
  return { ...card, blocks };
}
