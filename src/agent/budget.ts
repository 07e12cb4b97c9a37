import type { Collection } from '../storage/store.ts';
import type { UsageRow } from './records.ts';

/** What may be spent on models in a day, by user, by conversation and in all. It is taken before a call and settled after it. */

export interface Amounts {
  calls: number;
  tokens: number;
  money: number;
}

/** The most of a day; what is absent is not limited. */
export interface Limits {
  user: Partial<Amounts>;
  conversation?: Partial<Amounts>;
  all: Partial<Amounts>;
}

export type Taken =
  | {
      ok: true;
      /** Replaces what was taken by what it really was. Never rejects; what cannot be settled stays as it was taken. */
      settle(used: Amounts): Promise<void>;
    }
  | { ok: false; of: keyof Limits; what: keyof Amounts };

export interface Budget {
  /**
   * Takes the amounts of today's budget, or nothing at all. `who` is absent for what the house asks for itself, `conversation` where
   * nobody talks.
   */
  take(who: string | undefined, need: Amounts, conversation?: string): Promise<Taken>;
}

export interface BudgetOptions {
  rows: Collection<UsageRow>;
  limits: Limits;
  /** Where a day begins. */
  timeZone: string;
  clock: () => number;
  onError: (error: unknown) => void;
}

/** Everybody together. */
const ALL = '*';
const KEEP_MS = 90 * 24 * 3600_000;
const WHAT = ['calls', 'tokens', 'money'] as const;

/** A budget that is kept in the store: several processes and a restart share it. */
export function createBudget({ rows, limits, timeZone, clock, onError }: BudgetOptions): Budget {
  const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone });
  const dayOf = (at: number) => calendar.format(at);

  /** Adds to a row; with a limit that this would break it changes nothing and says which. */
  async function add(day: string, who: string, more: Amounts, limit?: Partial<Amounts>) {
    const id = `${day} ${who}`;
    for (;;) {
      const stored = await rows.get(id);
      const next = { id, rev: (stored?.rev ?? 0) + 1, day, who, ...sum(stored ?? NONE, more) };
      const broken = WHAT.find((what) => more[what] > 0 && next[what] > (limit?.[what] ?? Number.POSITIVE_INFINITY));
      if (broken) return broken;
      if (stored ? await rows.replace(next) : await rows.insert(next)) break;
    }
    return undefined;
  }

  /** Takes from one after the other; a refusal gives back what was taken before it. */
  async function take(day: string, payers: Payer[], need: Amounts): Promise<Taken> {
    for (const [at, { of, row }] of payers.entries()) {
      const broken = await add(day, row, need, limits[of]);
      if (!broken) continue;
      for (const paid of payers.slice(0, at)) await add(day, paid.row, negative(need));
      return { ok: false, of, what: broken };
    }
    return { ok: true, settle: (used) => settle(day, payers, sum(used, negative(need))) };
  }

  async function settle(day: string, payers: Payer[], change: Amounts): Promise<void> {
    try {
      for (const { row } of payers) await add(day, row, change);
    } catch (error) {
      onError(error);
    }
  }

  return {
    async take(who, need, conversation) {
      const day = dayOf(clock());
      // The first call of a day forgets what nobody asks for any more.
      if (!(await rows.get(`${day} ${ALL}`)))
        await rows.remove({ range: { field: 'day', lt: dayOf(clock() - KEEP_MS) } });
      const payers: Payer[] = [{ of: 'all', row: ALL }];
      if (who !== undefined) payers.push({ of: 'user', row: who });
      if (conversation !== undefined) payers.push({ of: 'conversation', row: `conversation ${conversation}` });
      return take(day, payers, need);
    },
  };
}

interface Payer {
  of: keyof Limits;
  /** Whose row it is. */
  row: string;
}

const NONE: Amounts = { calls: 0, tokens: 0, money: 0 };

function sum(a: Amounts, b: Amounts): Amounts {
  return { calls: a.calls + b.calls, tokens: a.tokens + b.tokens, money: a.money + b.money };
}

const negative = ({ calls, tokens, money }: Amounts): Amounts => ({ calls: -calls, tokens: -tokens, money: -money });
