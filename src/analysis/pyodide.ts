import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  type AnalysisError,
  type AnalysisResult,
  cancelled,
  failed,
  type Job,
  parseOutput,
  type Runner,
  scriptFailed,
  timedOut,
  tooMuchSaid,
} from './result.ts';

/** What the thread is asked. */
export interface Asked {
  files: { path: string; text: string }[];
  script: string;
  input: string;
}
/** What the thread says: `began` once Python is loaded and the script runs. */
export type Said =
  | { kind: 'began' }
  | { kind: 'printed'; text: string }
  | { kind: 'failed'; why: string }
  | { kind: 'too-much' };

/** The id of a thread that has ended. https://nodejs.org/api/worker_threads.html#workerthreadid_1 */
const ENDED = -1;
const LOAD_MS = 60_000;
const REST_MS = 30_000;

/** After these the thread is busy with what nobody waits for, or gone. */
const ASTRAY: readonly AnalysisError['code'][] = ['TIMEOUT', 'CANCELLED', 'OUTPUT_TOO_LARGE', 'PYTHON_NOT_FOUND'];

export interface PyodideOptions {
  /** After so long without work the thread ends and gives its memory back. Default 30,000. */
  restMs?: number;
}

/**
 * Runs scripts in Pyodide, Python as WebAssembly, where the machine has none: one thread, loaded at first use, ended after a rest or
 * when a script goes astray. One script at a time. It is no security boundary: a script that means it can reach Node.
 */
export function pyodideRunner({ restMs = REST_MS }: PyodideOptions = {}): Runner {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let rest: NodeJS.Timeout | undefined;
  const end = () => {
    worker?.terminate();
    worker = undefined;
  };
  const next = async (job: Job): Promise<AnalysisResult> => {
    clearTimeout(rest);
    if (job.signal?.aborted) return cancelled;
    if (worker?.threadId === ENDED) worker = undefined;
    worker ??= open();
    const result = await once(worker, job);
    if (!result.ok && ASTRAY.includes(result.error.code)) end();
    rest = setTimeout(end, restMs);
    rest.unref();
    return result;
  };
  return (job) => {
    const result = last.then(() => next(job));
    last = result;
    return result;
  };
}

function open(): Worker {
  const worker = new Worker(new URL('./pyodide-worker.ts', import.meta.url), { env: {}, stdout: true, stderr: true });
  worker.on('error', () => undefined).unref();
  return worker;
}

function once(worker: Worker, job: Job): Promise<AnalysisResult> {
  return new Promise((resolve) => {
    const end = (result: AnalysisResult) => {
      clearTimeout(timer);
      job.signal?.removeEventListener('abort', stop);
      worker.off('message', hear).off('error', broken).off('exit', gone).unref();
      resolve(result);
    };
    const stop = () => end(cancelled);
    const broken = (error: Error) => end(notLoaded(error.message));
    const gone = () => end(notLoaded('The thread of Pyodide has ended.'));
    const hear = (said: Said) => {
      if (said.kind !== 'began') return end(resultOf(said));
      clearTimeout(timer);
      timer = setTimeout(() => end(timedOut(job.timeoutMs)), job.timeoutMs);
    };
    let timer = setTimeout(() => end(notLoaded('Pyodide did not load in time.')), LOAD_MS);
    job.signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', hear).on('error', broken).on('exit', gone).ref();
    worker.postMessage(asked(job));
  });
}

function asked({ file, shared, text }: Job): Asked {
  const modules = readdirSync(shared).filter((name) => /^_[a-z0-9_]+\.py$/.test(name));
  const script = `/analysis/${basename(file)}`;
  return {
    files: [
      ...modules.map((name) => ({ path: `/analysis/${name}`, text: readFileSync(join(shared, name), 'utf8') })),
      { path: script, text: readFileSync(file, 'utf8') },
    ],
    script,
    input: text,
  };
}

function resultOf(said: Exclude<Said, { kind: 'began' }>): AnalysisResult {
  if (said.kind === 'too-much') return tooMuchSaid;
  return said.kind === 'printed' ? parseOutput(said.text) : scriptFailed(said.why);
}

const notLoaded = (why: string): AnalysisResult =>
  failed('PYTHON_NOT_FOUND', why, 'Install Python 3.9 or newer, for example with: apt-get install python3');
