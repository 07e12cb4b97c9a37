import { Worker } from 'node:worker_threads';
import type { Answer, Answers, Job } from './job.ts';
import { ChartError } from './types.ts';

/** Charts are read and rendered in a thread of their own for each, one after the other, within bounds of time and memory. */
export interface ChartThread {
  /** Rejects with ChartError. */
  run<Kind extends Job['kind']>(job: Extract<Job, { kind: Kind }>): Promise<Answers[Kind]>;
  close(): Promise<void>;
}

interface Settings {
  /** How long one job may take; indexes of repositories get three times as long. */
  patienceMs?: number;
  memoryMb?: number;
}

export function createChartThread({ patienceMs = 10_000, memoryMb = 384 }: Settings = {}): ChartThread {
  let last: Promise<unknown> = Promise.resolve();
  let running: Worker | undefined;
  let closed = false;

  async function work<Kind extends Job['kind']>(job: Extract<Job, { kind: Kind }>): Promise<Answers[Kind]> {
    if (closed) throw new ChartError('CHART_UNREACHABLE', 'Charts are no longer read: the bot is stopping');
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
    });
    running = worker;
    try {
      const answer = await ask<Kind>(worker, job, job.kind === 'index' ? 3 * patienceMs : patienceMs);
      if ('failed' in answer) throw new ChartError(answer.failed.code, answer.failed.message);
      return answer.made;
    } finally {
      running = undefined;
      await worker.terminate();
    }
  }

  return {
    run(job) {
      const mine = last.then(() => work(job));
      last = mine.catch(() => {});
      return mine;
    },
    async close() {
      closed = true;
      await running?.terminate();
    },
  };
}

async function ask<Kind extends Job['kind']>(worker: Worker, job: Job, patienceMs: number): Promise<Answer<Kind>> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer<Kind>>();
  const seconds = Math.round(patienceMs / 1000);
  const late = setTimeout(
    () => reject(new ChartError('CHART_TOO_LARGE', `The chart takes longer than ${seconds} s`)),
    patienceMs,
  );
  worker
    .once('message', resolve)
    .once('error', (error) =>
      reject(new ChartError('CHART_TOO_LARGE', 'The chart takes more memory than it may', { cause: error })),
    )
    .once('exit', () => reject(new ChartError('CHART_UNREACHABLE', 'The thread for charts has ended')));
  worker.postMessage(job);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}
