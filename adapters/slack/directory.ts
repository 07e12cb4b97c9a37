import type { Person } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import { delay } from './delay.ts';
import { reasonOf, SlackCallError } from './errors.ts';
import { createAllowance } from './rates.ts';
import { userAnswer } from './wire.ts';

const KEEP_MS = 10 * 60_000;
const MOST = 10_000;
/** Tier 4, 100 a minute: https://docs.slack.dev/reference/methods/users.info */
const EVERY_MS = 650;
const BURST = 20;
/** How long somebody waits for his turn to be asked about. */
const PATIENCE_MS = 8000;

const never = new AbortController().signal;

/** Who people are, as Slack knows them. */
export interface Directory {
  /** Undefined while Slack cannot be asked. Asked once at a time for a person, and again after ten minutes. */
  person(id: string): Promise<Person | undefined>;
  /** The name if it is known already; else it is asked for, for the next time. */
  nameOf(id: string): string | undefined;
}

export interface DirectoryOptions {
  api: Pick<Api, 'call'>;
  /** The team whose people belong here. */
  team: string;
  clock: () => number;
  onError: (error: unknown, where: string) => void;
}

export function createDirectory({ api, team, clock, onError }: DirectoryOptions): Directory {
  const known = new Map<string, { person: Person; until: number }>();
  const asking = new Map<string, Promise<Person | undefined>>();
  const allowance = createAllowance({ everyMs: EVERY_MS, burst: BURST, clock });
  /** Slack wants to be asked nothing until then. */
  let quietUntil = 0;

  async function hasTurn(): Promise<boolean> {
    const until = clock() + PATIENCE_MS;
    while (!allowance.take()) {
      if (clock() > until) return false;
      await delay(EVERY_MS, never);
    }
    return clock() >= quietUntil;
  }

  /** Where Slack cannot be asked, what it said last still counts. */
  async function ask(id: string): Promise<Person | undefined> {
    try {
      if (!(await hasTurn())) return known.get(id)?.person;
      // https://docs.slack.dev/reference/methods/users.info
      const { user } = userAnswer.parse(await api.call('users.info', { user: id }));
      return keep(id, personOf(user, team));
    } catch (error) {
      if (['user_not_found', 'user_not_visible'].includes(reasonOf(error) ?? '')) return keep(id, { outside: true });
      if (error instanceof SlackCallError && error.retryAfterMs) quietUntil = clock() + error.retryAfterMs;
      onError(error, id);
      return known.get(id)?.person;
    }
  }

  function keep(id: string, person: Person): Person {
    const oldest = known.size >= MOST ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.delete(id);
    known.set(id, { person, until: clock() + KEEP_MS });
    return person;
  }

  function person(id: string): Promise<Person | undefined> {
    const held = known.get(id);
    if (held && clock() < held.until) return Promise.resolve(held.person);
    const running = asking.get(id);
    if (running) return running;
    const asked = ask(id).finally(() => asking.delete(id));
    asking.set(id, asked);
    return asked;
  }

  return {
    person,
    nameOf(id) {
      void person(id);
      return known.get(id)?.person.name;
    },
  };
}

type SlackUser = ReturnType<typeof userAnswer.parse>['user'];

/** A guest, a bot, someone of another organisation, and someone who has left are outside: https://docs.slack.dev/reference/objects/user-object */
function personOf(user: SlackUser, team: string): Person {
  const { profile } = user;
  const name = profile?.display_name || profile?.real_name || user.real_name || user.name;
  const isOurs = user.team_id === team || (user.enterprise_user?.teams ?? []).includes(team);
  const outside =
    !isOurs ||
    [user.deleted, user.is_bot, user.is_restricted, user.is_ultra_restricted, user.is_stranger].includes(true) ||
    user.id === 'USLACKBOT';
  return {
    ...(name && { name }),
    // Rights may be given to an address: only one that Slack has seen confirmed, and only of our own people.
    ...(profile?.email && user.is_email_confirmed === true && !outside && { email: profile.email }),
    outside,
  };
}
