import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const jsonObject = z.record(z.string(), z.json());
type JsonObject = z.infer<typeof jsonObject>;

interface AnalysisError {
  code:
    | 'SCRIPT_UNKNOWN'
    | 'PYTHON_NOT_FOUND'
    | 'INPUT_TOO_LARGE'
    | 'OUTPUT_TOO_LARGE'
    | 'OUTPUT_INVALID'
    | 'TIMEOUT'
    | 'CANCELLED'
    | 'SCRIPT_FAILED';
  message: string;
  retryable: boolean;
  /** Always false: an analysis changes nothing. */
  ambiguous: false;
  hint: string;
}

type AnalysisResult = { ok: true; data: JsonObject } | { ok: false; error: AnalysisError };

export interface AnalysisOptions {
  /** The folder whose `.py` files may run. */
  folder: string;
  /** Default `python3`, looked for in the usual system folders. */
  python?: string;
}

interface RunLimits {
  /** Default 10,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export type RunAnalysis = (script: string, input: JsonObject, limits?: RunLimits) => Promise<AnalysisResult>;

const maxBytes = 8_000_000;
const maxMemory = 512 * 1024 * 1024;

/** Runs before the script: no more than so much memory, time and no new files. */
const prologue = `
import resource, runpy, sys
def limit(what, most):
    try: resource.setrlimit(what, (most, most))
    except (ValueError, OSError): pass
limit(resource.RLIMIT_AS, ${maxMemory})
limit(resource.RLIMIT_CPU, int(sys.argv[2]))
limit(resource.RLIMIT_FSIZE, 0)
limit(resource.RLIMIT_NOFILE, 32)
limit(resource.RLIMIT_CORE, 0)
runpy.run_path(sys.argv[1], run_name='__main__')
`;

/**
 * Runs the scripts of one folder, by name without `.py`, in the system's Python: JSON on stdin, a JSON object on stdout.
 * The limits keep an honest script from going astray; they are no prison for a hostile one. Never throws.
 */
export function createAnalysis({ folder, python = 'python3' }: AnalysisOptions): RunAnalysis {
  return async (script, input, { timeoutMs = 10_000, signal } = {}) => {
    const known = readdirSync(folder).filter((file) => /^[a-z0-9_-]+\.py$/.test(file));
    if (!known.includes(`${script}.py`))
      return failed('SCRIPT_UNKNOWN', `There is no analysis ${script}.`, `Use one of: ${known.join(', ')}`);
    const text = JSON.stringify(input);
    if (text.length > maxBytes)
      return failed('INPUT_TOO_LARGE', `The input has ${text.length} characters.`, 'Give fewer rows.');
    if (signal?.aborted) return cancelled;
    return new Promise((resolve) => {
      const end = start(python, join(folder, `${script}.py`), timeoutMs, resolve);
      signal?.addEventListener('abort', () => end(cancelled), { once: true });
      end.send(text);
    });
  };
}

type End = ((result: AnalysisResult) => void) & { send(text: string): void };

function start(python: string, file: string, timeoutMs: number, resolve: (result: AnalysisResult) => void): End {
  const seconds = String(Math.ceil(timeoutMs / 1000) + 1);
  const child = spawn(python, ['-I', '-S', '-c', prologue, file, seconds], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  let errors = '';
  let length = 0;
  const timer = setTimeout(
    () => end(failed('TIMEOUT', `The analysis took more than ${timeoutMs} ms.`, 'Give fewer rows.')),
    timeoutMs,
  );
  const end = (result: AnalysisResult) => {
    clearTimeout(timer);
    child.kill('SIGKILL');
    resolve(result);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) end(failed('OUTPUT_TOO_LARGE', 'The analysis said too much.', 'Give fewer rows.'));
    else out.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-2000);
  });
  // A script may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => end(notStarted(python, error)));
  child.on('close', (code) => end(code === 0 ? parse(Buffer.concat(out).toString()) : scriptFailed(errors)));
  return Object.assign(end, { send: (text: string) => child.stdin.end(text) });
}

function notStarted(python: string, error: NodeJS.ErrnoException): AnalysisResult {
  return error.code === 'ENOENT'
    ? failed(
        'PYTHON_NOT_FOUND',
        `${python} is not on this machine.`,
        'Install Python 3.9 or newer, for example with: apt-get install python3',
      )
    : scriptFailed(error.message);
}

function parse(text: string): AnalysisResult {
  try {
    return { ok: true, data: jsonObject.parse(JSON.parse(text)) };
  } catch {
    return failed(
      'OUTPUT_INVALID',
      'The analysis did not print a JSON object.',
      'This is a fault of the script: report it.',
    );
  }
}

const scriptFailed = (errors: string): AnalysisResult =>
  failed(
    'SCRIPT_FAILED',
    errors.trim().split('\n').at(-1) || 'The analysis ended without a word.',
    'Check the rows that were given to it.',
  );

function failed(code: AnalysisError['code'], message: string, hint: string): AnalysisResult {
  return { ok: false, error: { code, message, retryable: false, ambiguous: false, hint } };
}

const cancelled = failed('CANCELLED', 'The analysis was cancelled.', 'Ask again if it is still wanted.');
