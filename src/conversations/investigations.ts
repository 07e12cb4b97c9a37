import type { Answer } from '../flow/kit.ts';
import type { Collection } from '../storage/store.ts';
import type { JsonObject, ToolResult } from '../tools/types.ts';
import { toAnswer } from './answers.ts';
import type { Places } from './places.ts';
import type { Asker } from './ports.ts';
import { createKeyedQueue } from './queue.ts';
import type { InvestigationRow } from './records.ts';
import type { Turn, Turns } from './turns.ts';

/** Investigations take minutes: they run beside the talk, and what they come to is stored before the run that waits for it is woken. */
export interface Investigations {
  /** Its answer, once there is one. Else it is under way from now on: begun, or where a process was lost with it, begun once more. */
  answer(wanted: Wanted): Promise<Answer | undefined>;
  /** Forgets answers older than a day. */
  sweep(): Promise<void>;
  /** Waits for what is under way; false where nothing was. */
  settle(): Promise<boolean>;
  /** Interrupts what is under way and leaves it to the next process. */
  close(): Promise<void>;
}

/** What a run wants to have investigated, under an id that stays the same when it is begun again. */
interface Wanted {
  id: string;
  runId: string;
  question: string;
  evidence: JsonObject;
  asker: Asker;
}

/** For whom an investigation is made. `lost`: it took two processes along, and is told as a failure instead. */
export interface Investigating {
  id: string;
  asker: Asker;
  turn?: Turn | undefined;
  lost?: boolean | undefined;
}

/** Looks around with a model. Rejects with the signal's reason where that is `Interrupted`. */
export type Investigate = (question: string, evidence: JsonObject, about: Investigating) => Promise<ToolResult>;

/** The process ends; the investigation does not: the next one goes on with it. */
export class Interrupted extends Error {
  readonly code = 'INTERRUPTED';
}

export interface InvestigationOptions {
  rows: Collection<InvestigationRow>;
  /** No other process can be at work on the same rows. */
  exclusive: boolean;
  investigate: Investigate;
  turns: Pick<Turns, 'toItsEnd'>;
  places: Pick<Places, 'seen'>;
  clock: () => number;
  /** Called when an answer is stored. */
  wake: (runId: string) => Promise<void>;
  onError: (error: unknown, where: string) => void;
}

/** What is more than that waits its turn. */
const AT_ONCE = 16;
const MOST_BEGUN = 2;
const BEAT_MS = 4000;
const LOST_AFTER_MS = 3 * BEAT_MS;
const REMEMBER_MS = 24 * 3600_000;

export function createInvestigations(options: InvestigationOptions): Investigations {
  const { rows, clock, onError } = options;
  const queue = createKeyedQueue(AT_ONCE);
  const underWay = new Map<string, Promise<void>>();
  /** Those in other hands: the revision last seen, and since when. */
  const others = new Map<string, { rev: number; since: number }>();
  const closing = new AbortController();

  /** It is lost when it did not move for that long, as seen from here: clocks need not agree. */
  function isLost({ id, rev, released }: InvestigationRow): boolean {
    if (released || options.exclusive) return true;
    const seen = others.get(id);
    if (seen?.rev === rev) return clock() - seen.since >= LOST_AFTER_MS;
    others.set(id, { rev, since: clock() });
    return false;
  }

  /** Changes what is stored; false where it is no longer in these hands. */
  async function write(
    { id, begun }: InvestigationRow,
    change: Partial<Pick<InvestigationRow, 'answer' | 'released' | 'begun'>>,
  ): Promise<boolean> {
    for (;;) {
      const stored = await rows.get(id);
      if (!stored || stored.begun !== begun || stored.released || stored.answer) return false;
      if (await rows.replace({ ...stored, ...change, rev: stored.rev + 1 })) return true;
    }
  }

  async function look(wanted: Wanted, lost: boolean): Promise<Answer | undefined> {
    const { id, question, evidence, asker } = wanted;
    const seenAt = await options.places.seen(asker.conversation);
    return options.turns.toItsEnd(asker, seenAt, async ({ signal, onStep }) => {
      const turn: Turn = { signal: AbortSignal.any([signal, closing.signal]), onStep };
      try {
        return toAnswer(await options.investigate(question, evidence, { id, asker, turn, lost }));
      } catch (error) {
        if (closing.signal.aborted) return undefined;
        onError(error, 'investigation');
        return { ok: false, code: 'FAILED', message: error instanceof Error ? error.message : String(error) };
      }
    });
  }

  async function carryOut(row: InvestigationRow, wanted: Wanted): Promise<boolean> {
    // Shows other processes that somebody is at it.
    const beat = options.exclusive ? undefined : setInterval(() => write(row, {}).catch(() => {}), BEAT_MS);
    try {
      const answer = closing.signal.aborted ? undefined : await look(wanted, row.begun > MOST_BEGUN);
      if (answer) return await write(row, { answer });
      // That a process was told to end speaks against nothing: it does not count.
      await write(row, { released: true, begun: row.begun - 1 });
      return false;
    } finally {
      clearInterval(beat);
    }
  }

  function begin(row: InvestigationRow, wanted: Wanted): void {
    const over = queue
      .add(row.id, () => carryOut(row, wanted))
      .then((isAnswered) => (isAnswered ? options.wake(wanted.runId) : undefined))
      .catch((error: unknown) => onError(error, 'investigation'))
      .finally(() => underWay.delete(row.id));
    underWay.set(row.id, over);
  }

  async function settle(): Promise<boolean> {
    const all = [...underWay.values()];
    await Promise.all(all);
    return all.length > 0;
  }

  return {
    async answer(wanted) {
      const { id } = wanted;
      const stored = await rows.get(id);
      if (stored?.answer) return stored.answer;
      if (underWay.has(id) || closing.signal.aborted || (stored && !isLost(stored))) return undefined;
      const begun = (stored?.begun ?? 0) + 1;
      const row = { id, rev: (stored?.rev ?? 0) + 1, begun, startedAt: clock(), released: false };
      others.delete(id);
      if (stored ? await rows.replace(row) : await rows.insert(row)) begin(row, wanted);
      return undefined;
    },
    async sweep() {
      await rows.remove({ range: { field: 'startedAt', lt: clock() - REMEMBER_MS } });
    },
    settle,
    async close() {
      closing.abort(new Interrupted('The process ends'));
      await settle();
    },
  };
}
