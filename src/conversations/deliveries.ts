import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { conversationKey, type Person, type UserRef } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import { createEarly } from './early.ts';
import type { KeyedQueue } from './queue.ts';
import type { InboxRow } from './records.ts';

/** What comes in: written down once, then worked on in the order of its conversation, also by the next process. */
export interface Deliveries {
  /** False when the same delivery was taken before. */
  take(row: Pick<InboxRow, 'id' | 'conversation' | 'sender' | 'stimulus'>): Promise<boolean>;
  /** Works on what an earlier process took in but did not finish. */
  recover(): Promise<void>;
  /** Forgets deliveries older than a day. */
  sweep(): Promise<void>;
  idle(): Promise<void>;
  /** As `idle`; what waits to be begun is left to the next process. */
  close(): Promise<void>;
}

export interface DeliveryOptions {
  inbox: Collection<InboxRow>;
  queue: KeyedQueue;
  clock: () => number;
  whoIs: (user: UserRef) => Promise<Person | undefined>;
  whoIsPatienceMs: number;
  secondLookMs: number;
  /** Whether the bot takes part in the talk to which this belongs. */
  takesPart: (row: InboxRow) => Promise<boolean>;
  work: (row: InboxRow) => Promise<void>;
  /** Says that it cannot be done, after it failed time and again. */
  apologise: (row: InboxRow) => Promise<void>;
  onTurn: (seconds: number) => void;
  onError: (error: unknown, where: string) => void;
}

const TURN_ATTEMPTS = 3;
const WHO_PAUSE_MS = 500;
const REMEMBER_MS = 24 * 3600_000;

export function createDeliveries(options: DeliveryOptions): Deliveries {
  const { inbox, queue, clock, whoIs } = options;
  const closing = new AbortController();
  const early = createEarly<InboxRow>({
    pauseMs: options.secondLookMs,
    signal: closing.signal,
    release: (row) => schedule(row, true),
  });

  function schedule(row: InboxRow, isSecondLook = false): void {
    const work = async () => {
      // Whom nobody knows when the process ends is asked about by the next one.
      if (!closing.signal.aborted || (await whoIs(row.sender))) await workPatiently(row, isSecondLook);
    };
    void queue.add(conversationKey(row.conversation), work, () => untilKnown(row.sender));
  }

  /** After a start, and while a platform has its troubles, it may take a while until it can be asked. */
  async function untilKnown(user: UserRef): Promise<void> {
    const deadline = clock() + options.whoIsPatienceMs;
    while (!(await whoIs(user)) && clock() < deadline && !closing.signal.aborted)
      await sleep(WHO_PAUSE_MS, undefined, { signal: closing.signal }).catch(() => {});
  }

  /** A turn that fails is tried again from what is stored; one that cannot be done says so instead of staying silent. */
  async function workPatiently(row: InboxRow, isSecondLook: boolean): Promise<void> {
    // What has come in meanwhile is taken in first: it is waited for.
    await setImmediate();
    for (let attempt = 1; attempt <= TURN_ATTEMPTS; attempt++) {
      try {
        return await workOnce(row, isSecondLook);
      } catch (error) {
        options.onError(error, 'turn');
      }
    }
    try {
      await options.apologise(row);
      await done(row);
    } catch (error) {
      options.onError(error, 'apology');
    }
  }

  async function workOnce(row: InboxRow, isSecondLook: boolean): Promise<void> {
    if (isOverheard(row) && !isSecondLook && (await isTooEarly(row))) return;
    await options.work(row);
    await done(row);
    options.onTurn((clock() - row.receivedAt) / 1000);
  }

  /** What began the thread may come in after a reply. */
  function isTooEarly(row: InboxRow): Promise<boolean> {
    return early.hold(conversationKey(row.conversation), row, () => options.takesPart(row));
  }

  const done = (row: InboxRow) => inbox.replace({ ...row, rev: row.rev + 1, state: 'done' });

  /** What is released is queued in the same moment. */
  async function idle(): Promise<void> {
    await queue.idle();
    await early.idle();
    await queue.idle();
  }

  return {
    async take(row) {
      const stored: InboxRow = { ...row, rev: 1, state: 'new', receivedAt: clock() };
      if (!(await inbox.insert(stored))) return false;
      schedule(stored);
      return true;
    },
    async recover() {
      for (const row of await inbox.find({ where: { state: 'new' }, orderBy: 'receivedAt', limit: 10_000 }))
        schedule(row);
    },
    async sweep() {
      await inbox.remove({ where: { state: 'done' }, range: { field: 'receivedAt', lt: clock() - REMEMBER_MS } });
    },
    idle,
    async close() {
      closing.abort();
      await idle();
    },
  };
}

/** Whether it was said in a thread without naming the bot. */
export function isOverheard({ stimulus }: InboxRow): boolean {
  return stimulus.type === 'message' && stimulus.addressed === 'thread';
}
