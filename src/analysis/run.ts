import { pyodideRunner } from './pyodide.ts';
import { pythonRunner } from './python.ts';
import { type AnalysisResult, cancelled, failed, type Job, type JsonObject, MAX_BYTES, type Runner } from './result.ts';
import { findScripts, type RefusedScript } from './scripts.ts';

export interface AnalysisOptions {
  /** The folder whose `.py` files may run. */
  folder: string;
  /** An operator's own folder beside it; its scripts join every health report. May be absent. */
  ownFolder?: string;
  /** A Python 3.9 or newer, or `pyodide`. Default: `python3` of the usual system folders, and Pyodide where there is none. */
  python?: string;
}

interface RunLimits {
  /** Default 10,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface RunAnalysis {
  (script: string, input: JsonObject, limits?: RunLimits): Promise<AnalysisResult>;
  /** The scripts of the operator's own folder, and the files there that are not run. */
  own?(): { scripts: string[]; refused: RefusedScript[] };
}

/**
 * Runs the scripts of a folder by name without `.py`: JSON on stdin, a JSON object on stdout, no files, network or processes.
 * The limits keep an honest script from going astray; they are no prison for a hostile one. Never throws.
 */
export function createAnalysis({ folder, ownFolder, python }: AnalysisOptions): RunAnalysis {
  const runner = runnerOf(python);
  const run: RunAnalysis = async (script, input, { timeoutMs = 10_000, signal } = {}) => {
    const { files } = findScripts(folder, ownFolder);
    const file = files.get(script);
    if (file === undefined)
      return failed('SCRIPT_UNKNOWN', `There is no analysis ${script}.`, `Use one of: ${[...files.keys()].join(', ')}`);
    const text = JSON.stringify(input);
    if (text.length > MAX_BYTES)
      return failed('INPUT_TOO_LARGE', `The input has ${text.length} characters.`, 'Give fewer rows.');
    return signal?.aborted ? cancelled : runner({ file, shared: folder, text, timeoutMs, signal });
  };
  const own = () => {
    const { own, refused } = findScripts(folder, ownFolder);
    return { scripts: own, refused };
  };
  return Object.assign(run, { own });
}

function runnerOf(python: string | undefined): Runner {
  if (python === 'pyodide') return pyodideRunner();
  return python === undefined ? lookedFor() : pythonRunner(python);
}

/** The system's Python; from the first time on that there is none, Pyodide. */
function lookedFor(): Runner {
  const system = pythonRunner('python3');
  let instead: Runner | undefined;
  return async (job: Job) => {
    if (instead) return instead(job);
    const result = await system(job);
    if (result.ok || result.error.code !== 'PYTHON_NOT_FOUND') return result;
    instead ??= pyodideRunner();
    return instead(job);
  };
}
