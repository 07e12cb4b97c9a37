import type { Person, UserRef } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import { DingTalkError, isFailure } from './errors.ts';
import { createMemory } from './memory.ts';
import { type CardCallback, contactSchema, type RobotMessage } from './wire.ts';

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
const KNOWN_FOR_MS = 600_000;
const REFUSED_FOR_MS = 3_600_000;
/** The older API's code for nobody of that id: https://open.dingtalk.com/document/orgapp/error-code */
const NOBODY = '60121';

/** Whether this id is one that the organisation gave, so that it can be written to and mentioned. */
export function isStaffId(id: string): boolean {
  return id !== '' && !SENDER_ID.test(id);
}

/** Makes the directory. E-mail addresses come from the organisation's contacts, where the app may read them. */
export function createDirectory({ api, clock }: { api: Pick<Api, 'oapi'>; clock: () => number }): Directory {
  const names = createMemory<string>(5_000);
  const people = createMemory<{ at: number; person: Promise<Person | undefined> }>(5_000);
  /** Clicks came from them before DingTalk had named the robot's organisation. */
  const unjudged = new Set<string>();
  let home: string | undefined;
  let refusedUntil = 0;

  const user = (tenant: string, id: string): UserRef => {
    const name = names.get(id);
    return { platform: 'dingtalk', tenant, id, ...(name !== undefined && { name }) };
  };

  /** https://open.dingtalk.com/document/orgapp/query-user-details */
  async function contact(id: string): Promise<Person | undefined> {
    const name = names.get(id);
    const bare: Person = { outside: false, ...(name !== undefined && { name }) };
    if (clock() < refusedUntil) return bare;
    try {
      const { result } = contactSchema.parse(await api.oapi('topapi/v2/user/get', { userid: id }));
      const { org_email: email, name: fullName = name } = result;
      return { outside: false, ...(fullName !== undefined && { name: fullName }), ...(email && { email }) };
    } catch (error) {
      if (error instanceof DingTalkError && error.code === NOBODY) return { ...bare, outside: true };
      if (isFailure(error, 'unreachable', 'rate', 'session', 'credentials')) return undefined;
      refusedUntil = clock() + REFUSED_FOR_MS;
      return bare;
    }
  }

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
      const known = people.get(id);
      if (known && clock() < known.at + KNOWN_FOR_MS) return known.person;
      const person = contact(id);
      people.set(id, { at: clock(), person });
      void person.then((found) => found === undefined && people.delete(id));
      return person;
    },
  };
}
