import { type UserRef, userKey } from '../chat/types.ts';

/** The actor of what policy lets run unasked. No person can log in as it, and no role holds it. */
export const AUTOPILOT: UserRef = { platform: 'web', tenant: 'console', id: 'autopilot' };

/** The bot where it asks by itself, for an incident. It may ask, and never decide. */
export const COPILOT: UserRef = { platform: 'web', tenant: 'console', id: 'copilot' };

export const SYSTEM_USERS: readonly UserRef[] = [AUTOPILOT, COPILOT];

/** Whether this is the bot under that name. */
export function isUser(user: UserRef, other: UserRef): boolean {
  return userKey(user) === userKey(other);
}
