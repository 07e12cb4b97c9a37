import { Worker } from 'node:worker_threads';
import type { Materials } from '../../../flows/health-report/assemble.ts';
import type { Report } from '../../health/types.ts';

/** A report takes seconds of computing where a cluster is large: it is put together in a thread of its own, which ends with it. */

/** Enough for a survey of 50,000 pods. Young objects are few at a time, so that little memory lies about. */
const MEMORY = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };
const PATIENCE_MS = 60_000;

/** What the thread answers. */
export type Assembled = { report: Report } | { failed: string };

export async function assembleApart(materials: Materials, signal?: AbortSignal): Promise<Report> {
  const worker = new Worker(new URL('./assemble-worker.ts', import.meta.url), { resourceLimits: MEMORY });
  const { promise, resolve, reject } = Promise.withResolvers<Assembled>();
  const late = setTimeout(() => reject(new Error(`The report was not ready within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  worker
    .once('message', resolve)
    .once('error', reject)
    .once('exit', () => reject(new Error('The thread that puts reports together has ended')));
  worker.postMessage(materials);
  try {
    const answer = await promise;
    if ('failed' in answer) throw new Error(`The report could not be put together: ${answer.failed}`);
    return answer.report;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
