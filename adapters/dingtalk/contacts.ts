import { setTimeout as pause } from 'node:timers/promises';
import { NotYet } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import { DingTalkError, isFailure } from './errors.ts';
import type { Lanes } from './lanes.ts';
import { createMemory } from './memory.ts';
import { contactSchema } from './wire.ts';

/** What the organisation's contacts say of a staff id; `isThere` is also true where the app may not read them. */
interface Contact {
  isThere: boolean;
  name?: string | undefined;
  email?: string | undefined;
}

/** The organisation's contacts, asked no faster than DingTalk allows. */
export interface Contacts {
  /** Who that is now or was last; undefined where he was never known and DingTalk cannot be asked yet. */
  find(staffId: string): Promise<Contact | undefined>;
}

export interface ContactsOptions {
  api: Pick<Api, 'oapi'>;
  lanes: Pick<Lanes, 'run'>;
  clock: () => number;
  /** Ends all waiting. */
  over: AbortSignal;
}

const MOST = 5_000;
const KNOWN_FOR_MS = 600_000;
/** After a failure, what was known before counts so long without being asked for. */
const RETRY_MS = 30_000;
const REFUSED_FOR_MS = 3_600_000;
/** How long somebody unknown waits for his turn to be asked about; who asks again later has the same turn. */
const PATIENCE_MS = 8_000;
/** The older API's code for nobody of that id: https://open.dingtalk.com/document/orgapp/error-code */
const NOBODY = '60121';

/** Makes the contacts; each person is asked about once at a time, and again after ten minutes. */
export function createContacts({ api, lanes, clock, over }: ContactsOptions): Contacts {
  const known = createMemory<{ contact: Contact; until: number }>(MOST);
  const asking = new Map<string, Promise<Contact | undefined>>();
  let refusedUntil = 0;

  function keep(id: string, contact: Contact, forMs = KNOWN_FOR_MS): Contact {
    known.set(id, { contact, until: clock() + forMs });
    return contact;
  }

  /** https://open.dingtalk.com/document/orgapp/query-user-details */
  async function look(id: string): Promise<Contact> {
    const { result } = contactSchema.parse(await api.oapi('topapi/v2/user/get', { userid: id }));
    return { isThere: true, name: result.name, email: result.org_email || undefined };
  }

  async function inTurn(id: string, patienceMs: number): Promise<Contact> {
    const until = clock() + patienceMs;
    for (;;) {
      try {
        return await lanes.run('contact', id, () => look(id));
      } catch (error) {
        if (!(error instanceof NotYet) || clock() + error.waitMs > until || over.aborted) throw error;
        await pause(error.waitMs, undefined, { signal: over }).catch(() => {});
      }
    }
  }

  async function ask(id: string): Promise<Contact | undefined> {
    const before = known.get(id)?.contact;
    try {
      return keep(id, await inTurn(id, before ? 0 : PATIENCE_MS));
    } catch (error) {
      if (error instanceof NotYet) return before;
      if (isFailure(error, 'unreachable', 'session', 'credentials')) return before && keep(id, before, RETRY_MS);
      if (error instanceof DingTalkError && error.code === NOBODY) return keep(id, { isThere: false });
      if (isFailure(error, 'permission')) refusedUntil = clock() + REFUSED_FOR_MS;
      return keep(id, { isThere: true });
    }
  }

  return {
    find(id) {
      const held = known.get(id);
      if (held && clock() < held.until) return Promise.resolve(held.contact);
      if (clock() < refusedUntil) return Promise.resolve({ isThere: true });
      const running = asking.get(id);
      if (running) return running;
      const asked = ask(id).finally(() => asking.delete(id));
      asking.set(id, asked);
      return asked;
    },
  };
}
