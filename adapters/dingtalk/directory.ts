import type { Person, UserRef } from '../../src/chat/types.ts';
import type { Contacts } from './contacts.ts';
import { createMemory } from './memory.ts';
import type { CardCallback, RobotMessage } from './wire.ts';

/** Who people are. Somebody whom DingTalk gives no staff id is from outside, and his `tenant` says so for ever. */
export interface Directory {
  /** Notes the robot's own organisation. */
  learnHome(corpId: string): void;
  /** The robot's own organisation; undefined until DingTalk has named it. */
  home(): string | undefined;
  sender(message: RobotMessage): UserRef;
  clicker(callback: CardCallback): UserRef;
  /** Undefined while it cannot be known. */
  person(user: UserRef): Promise<Person | undefined>;
  /** The name a person goes by, where it was ever told. */
  nameOf(id: string): string | undefined;
}

const OUTSIDE = 'outside';
/** The tenant of what DingTalk has named no organisation for. */
export const UNKNOWN_CORP = 'unknown';
/** A sender id, which DingTalk gives everybody, as opposed to a staff id, which the organisation gives. */
const SENDER_ID = /^\$:/;

/** Whether this id is one that the organisation gave, so that it can be written to and mentioned. */
export function isStaffId(id: string): boolean {
  return id !== '' && !SENDER_ID.test(id);
}

/** Makes the directory. E-mail addresses come from the organisation's contacts, where the app may read them. */
export function createDirectory(contacts: Contacts): Directory {
  const names = createMemory<string>(5_000);
  /** Clicks came from them before DingTalk had named the robot's organisation. */
  const unjudged = new Set<string>();
  let home: string | undefined;

  const user = (tenant: string, id: string): UserRef => {
    const name = names.get(id);
    return { platform: 'dingtalk', tenant, id, ...(name !== undefined && { name }) };
  };

  return {
    learnHome(corpId) {
      if (corpId === UNKNOWN_CORP) return;
      home = corpId;
      unjudged.clear();
    },
    home: () => home,
    nameOf: (id) => names.get(id),
    sender({ chatbotCorpId, senderCorpId, senderStaffId, senderId, senderNick }) {
      const id = senderStaffId || senderId;
      if (senderNick) names.set(id, senderNick);
      const own = chatbotCorpId ?? home ?? senderCorpId;
      const isInside = senderStaffId && own !== undefined && (senderCorpId ?? own) === own;
      return user(isInside ? own : `${OUTSIDE}-${senderCorpId ?? UNKNOWN_CORP}`, id);
    },
    clicker({ userId, corpId }) {
      const tenant = corpId ?? home ?? UNKNOWN_CORP;
      if (!isStaffId(userId) || (home !== undefined && tenant !== home)) return user(`${OUTSIDE}-${tenant}`, userId);
      if (home === undefined) unjudged.add(userId);
      return user(tenant, userId);
    },
    async person({ tenant, id }) {
      const name = names.get(id);
      const isOutside = tenant.startsWith(`${OUTSIDE}-`) || !isStaffId(id) || (home !== undefined && tenant !== home);
      if (isOutside) return { outside: true, ...(name !== undefined && { name }) };
      if (unjudged.has(id)) return undefined;
      const contact = await contacts.find(id);
      if (!contact) return undefined;
      const { isThere, email, name: fullName = name } = contact;
      return { outside: !isThere, ...(fullName !== undefined && { name: fullName }), ...(email && { email }) };
    },
  };
}
