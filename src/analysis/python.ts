import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  type AnalysisResult,
  cancelled,
  failed,
  type Job,
  MAX_BYTES,
  MAX_MEMORY,
  parseOutput,
  type Runner,
  scriptFailed,
  timedOut,
  tooMuchSaid,
} from './result.ts';

const GUARD = fileURLToPath(new URL('./guard.py', import.meta.url));
/** How guard.py ends where Python is older than 3.9. */
const TOO_OLD = 97;

/** Runs scripts in a Python of this machine: a process each, with an empty environment, limits, and the guard before it. */
export function pythonRunner(python: string): Runner {
  return (job) =>
    new Promise((resolve) => {
      const child = start(python, job);
      const out: Buffer[] = [];
      let errors = '';
      let length = 0;
      const end = (result: AnalysisResult) => {
        clearTimeout(timer);
        job.signal?.removeEventListener('abort', stop);
        child.kill('SIGKILL');
        resolve(result);
      };
      const stop = () => end(cancelled);
      const timer = setTimeout(() => end(timedOut(job.timeoutMs)), job.timeoutMs);
      job.signal?.addEventListener('abort', stop, { once: true });
      child.stdout.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES) end(tooMuchSaid);
        else out.push(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        errors = `${errors}${chunk}`.slice(-2000);
      });
      // A script may end before it has read everything.
      child.stdin.on('error', () => undefined);
      child.on('error', (error) => end(notStarted(python, error)));
      child.on('close', (code) => end(ended(python, code, { out: Buffer.concat(out), errors })));
      child.stdin.end(job.text);
    });
}

function start(python: string, { file, shared, timeoutMs }: Job) {
  const seconds = String(Math.ceil(timeoutMs / 1000) + 1);
  return spawn(python, ['-I', '-S', '-B', '-X', 'utf8', GUARD, file, shared, seconds, String(MAX_MEMORY)], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function ended(python: string, code: number | null, { out, errors }: { out: Buffer; errors: string }): AnalysisResult {
  if (code === TOO_OLD) return noPython(`${python} is older than 3.9.`);
  return code === 0 ? parseOutput(out.toString()) : scriptFailed(errors);
}

function notStarted(python: string, error: NodeJS.ErrnoException): AnalysisResult {
  return error.code === 'ENOENT' || error.code === 'EACCES'
    ? noPython(`${python} is not on this machine.`)
    : scriptFailed(error.message);
}

const noPython = (message: string): AnalysisResult =>
  failed(
    'PYTHON_NOT_FOUND',
    message,
    'Install Python 3.9 or newer, for example with: apt-get install python3. PYTHON=pyodide does without.',
  );
