import { z } from 'zod';

const jsonObject = z.record(z.string(), z.json());
export type JsonObject = z.infer<typeof jsonObject>;

export interface AnalysisError {
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

export type AnalysisResult = { ok: true; data: JsonObject } | { ok: false; error: AnalysisError };

/** What a runner is given: a script that exists, its input as JSON, and how long it may take. */
export interface Job {
  file: string;
  /** Where the modules lie that scripts share. */
  shared: string;
  text: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Runs one script: text in, JSON object out. Never throws. */
export type Runner = (job: Job) => Promise<AnalysisResult>;

export const MAX_BYTES = 8_000_000;
export const MAX_MEMORY = 512 * 1024 * 1024;

export const cancelled = failed('CANCELLED', 'The analysis was cancelled.', 'Ask again if it is still wanted.');
export const tooMuchSaid = failed('OUTPUT_TOO_LARGE', 'The analysis said too much.', 'Give fewer rows.');

export function failed(code: AnalysisError['code'], message: string, hint: string): AnalysisResult {
  return { ok: false, error: { code, message, retryable: false, ambiguous: false, hint } };
}

export const timedOut = (ms: number): AnalysisResult =>
  failed('TIMEOUT', `The analysis took more than ${ms} ms.`, 'Give fewer rows.');

/** A script ended badly; the last line it wrote says why. */
export const scriptFailed = (errors: string): AnalysisResult =>
  failed(
    'SCRIPT_FAILED',
    errors.trim().split('\n').at(-1) || 'The analysis ended without a word.',
    'Check the rows that were given to it.',
  );

/** What a script printed. */
export function parseOutput(text: string): AnalysisResult {
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
