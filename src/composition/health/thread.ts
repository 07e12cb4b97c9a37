import { Worker } from 'node:worker_threads';
import type { Facts } from '../../health/types.ts';
import type { JobName, Jobs } from './jobs.ts';
import { type Outline, type SurveySink, SurveyUnreadable } from './outline.ts';

/**
 * A survey of a large cluster is tens of megabytes, and what is made of it seconds of computing: both are in a thread of their own,
 * which takes the survey page by page and ends with what was asked of it.
 */
export interface HealthThread extends SurveySink {
  /** Runs a job on the survey that was taken in last and these facts. Rejects with the reason of the signal. */
  run<J extends JobName>(
    job: J,
    facts: FactsApart,
    input: Jobs[J]['takes'],
    signal?: AbortSignal,
  ): Promise<Jobs[J]['gives']>;
  /** To be called whatever happens. */
  close(): Promise<void>;
}

/** The facts without the survey, which the thread adds where `surveyed`. */
export type FactsApart = Omit<Facts, 'survey'> & { surveyed: boolean };

/** What the thread is told. Each but a page is answered, in order. */
export type Told =
  | { type: 'begin' }
  | { type: 'page'; page: Record<string, unknown> }
  | { type: 'end' }
  | { type: 'job'; job: JobName; facts: FactsApart; input: unknown };

/** What the thread answers to `end` and `job`. */
export type Answered = { done: unknown } | { unreadable: string } | { failed: string };

/** Enough for a survey of 50,000 pods. Young objects are few at a time, so that little memory lies about. */
const MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };
const PATIENCE_MS = 60_000;

export function openHealthThread(): HealthThread {
  const worker = new Worker(new URL('./thread-worker.ts', import.meta.url), { resourceLimits: MEMORY });
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  worker
    .once('error', broken.reject)
    .once('exit', () => broken.reject(new Error('The thread that puts reports together has ended')));
  const tell = (told: Told) => worker.postMessage(told);

  async function ask(told: Told, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const late = setTimeout(() => reject(new Error(`The report was not ready within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    const stop = () => reject(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
    tell(told);
    try {
      const answer = await Promise.race([promise, broken.promise]);
      if ('unreadable' in answer) throw new SurveyUnreadable(answer.unreadable);
      if ('failed' in answer) throw new Error(`The report could not be put together: ${answer.failed}`);
      return answer.done;
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', stop);
      worker.off('message', resolve);
    }
  }

  return {
    begin: () => tell({ type: 'begin' }),
    add: (page) => tell({ type: 'page', page }),
    end: async () => (await ask({ type: 'end' })) as Outline,
    // What a job gives is what its own thread made: both sides are of this file's types.
    run: async (job, facts, input, signal) => (await ask({ type: 'job', job, facts, input }, signal)) as never,
    async close() {
      await worker.terminate();
    },
  };
}

/** Does something with a thread, which ends with it. */
export async function withHealthThread<T>(work: (thread: HealthThread) => Promise<T>): Promise<T> {
  const thread = openHealthThread();
  try {
    return await work(thread);
  } finally {
    await thread.close();
  }
}
