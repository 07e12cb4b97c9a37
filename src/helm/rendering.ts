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

const START_MS = 60_000;

export function createChartThread({ patienceMs = 10_000, memoryMb = 384 }: Settings = {}): ChartThread {
  let last: Promise<unknown> = Promise.resolve();
  let running: Worker | undefined;
  let closed = false;

  async function work<Kind extends Job['kind']>(job: Extract<Job, { kind: Kind }>): Promise<Answers[Kind]> {
    if (closed) throw new ChartError('CHART_UNREACHABLE', 'Charts are no longer read: the bot is stopping');
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: {},
      workerData: job.kind,
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

/** The job's time is its own: it begins when the thread is there, however busy the machine is. */
async function ask<Kind extends Job['kind']>(worker: Worker, job: Job, patienceMs: number): Promise<Answer<Kind>> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer<Kind>>();
  const tooLarge = (message: string, cause?: unknown) => reject(new ChartError('CHART_TOO_LARGE', message, { cause }));
  const unready = () => reject(new ChartError('CHART_UNREACHABLE', 'The thread for charts does not start'));
  let late = setTimeout(unready, START_MS);
  worker
    .once('message', () => {
      clearTimeout(late);
      late = setTimeout(() => tooLarge(`The chart takes longer than ${Math.round(patienceMs / 1000)} s`), patienceMs);
      worker.once('message', resolve).postMessage(job);
    })
    .once('error', (error) => tooLarge('The chart takes more memory than it may', error))
    .once('exit', () => reject(new ChartError('CHART_UNREACHABLE', 'The thread for charts has ended')));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}
