import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createAnalysis } from '../../src/analysis/run.ts';
import { curve, DAY, material } from './series.ts';

/** What every runner of analyses keeps, whichever Python it has. */

const folderOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const SHIPPED = folderOf('../../analysis');
export const SCRIPTS = folderOf('./scripts');
export const failedWith = (code: string, message: unknown = expect.any(String)) => ({
  ok: false,
  error: { code, message, hint: expect.any(String), ambiguous: false },
});

/** What a script may not do, and the word that its error has. */
const REFUSED = {
  reads: 'PermissionError: an analysis opens no files: /etc/hostname',
  'reads-upwards': 'PermissionError: an analysis opens no files',
  lists: 'PermissionError: an analysis looks into no folders: /',
  writes: 'PermissionError: an analysis opens no files',
  connects: 'PermissionError: an analysis has no files, network or processes: socket.',
  resolves: 'PermissionError: an analysis has no files, network or processes: socket.getaddrinfo',
  fetches: 'PermissionError: an analysis has no files, network or processes: urllib.Request',
  native: 'ImportError: an analysis may not import _ctypes',
  low: 'ImportError: an analysis may not import _posixsubprocess',
  node: 'ImportError: an analysis may not import js',
};
/** Pyodide has no processes at all, and says so in its own words. */
const NO_PROCESSES = ['starts', 'forks', 'shells', 'replaces'];

/** Tests of a runner. `python` as in the setting PYTHON. */
export function keepsTheContract(python: string): void {
  const shipped = createAnalysis({ folder: SHIPPED, python });
  const run = createAnalysis({ folder: SCRIPTS, python });

  it('hands a script JSON and takes JSON back', async () => {
    const input = { values: [1, 2, 6], text: 'Grüße, 集群 \u2028', none: null, many: 'x'.repeat(200_000) };
    expect(await run('echo', input)).toEqual({ ok: true, data: { given: input, mean: 3 } });
  });

  it('runs the shipped analyses, which share a module', async () => {
    const volume = { name: 'volume-free', unit: 'bytes', capacity: 100 };
    const given = material([curve(volume, (_, day) => 90 - 10 * day, { days: 7, stepMs: DAY / 24 })]);
    expect(await shipped('forecast', given)).toMatchObject({
      ok: true,
      data: { findings: [{ code: 'FULL', figures: { days: expect.closeTo(2, 1) } }] },
    });
  });

  it.each(['../analysis/describe', 'words.py', '/etc/passwd', '', 'nothing', 'words;id'])(
    'refuses %j, which is not a script of its folder',
    async (name) => {
      expect(await run(name, {})).toMatchObject(failedWith('SCRIPT_UNKNOWN'));
    },
  );

  it('does not take the module that scripts share for a script', async () => {
    expect(await shipped('_series', {})).toMatchObject(failedWith('SCRIPT_UNKNOWN'));
  });

  it('gives a script nothing of our environment', async () => {
    process.env.ANALYSIS_CANARY = 'seen';
    const result = await run('environment', {});
    delete process.env.ANALYSIS_CANARY;
    expect(result).toMatchObject({ ok: true, data: { isolated: 1, nosite: 1 } });
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });

  it.each(Object.entries(REFUSED))('refuses the script that %s, and says what was refused', async (script, message) => {
    expect(await run(script, {})).toMatchObject(failedWith('SCRIPT_FAILED', expect.stringContaining(message)));
  });

  it.each(NO_PROCESSES)('refuses the script that %s', async (script) => {
    expect(await run(script, {})).toMatchObject(failedWith('SCRIPT_FAILED'));
  });

  it.each([
    ['words', 'OUTPUT_INVALID', /JSON object/],
    ['nan', 'OUTPUT_INVALID', /JSON object/],
    ['broken', 'SCRIPT_FAILED', /^ValueError: no rows \(line 1\)$/],
    ['ends', 'SCRIPT_FAILED', /^nothing to do$/],
    ['hungry', 'SCRIPT_FAILED', /^MemoryError/],
    ['writer', 'SCRIPT_FAILED', /^(FileNotFound|Permission)Error/],
    ['talkative', 'OUTPUT_TOO_LARGE', /too much/],
    ['forever', 'TIMEOUT', /300 ms/],
  ])('ends the script %s with %s', async (script, code, message) => {
    const result = await run(script, {}, { timeoutMs: script === 'forever' ? 300 : 10_000 });
    expect(result).toMatchObject(failedWith(code, expect.stringMatching(message)));
  });

  it('ends with its caller, and is there for the next', async () => {
    const stop = new AbortController();
    const running = run('forever', {}, { signal: stop.signal });
    stop.abort();
    expect(await running).toMatchObject(failedWith('CANCELLED'));
    expect(await run('words', {}, { signal: stop.signal })).toMatchObject(failedWith('CANCELLED'));
    expect(await run('echo', { values: [1] })).toMatchObject({ ok: true });
  });

  it('runs several that are asked for at once', async () => {
    const all = await Promise.all([1, 2, 3].map((value) => run('echo', { values: [value] })));
    expect(all).toMatchObject([1, 2, 3].map((mean) => ({ ok: true, data: { mean } })));
  });

  it('refuses an input that is too long', async () => {
    expect(await run('words', { text: 'x'.repeat(8_000_001) })).toMatchObject(failedWith('INPUT_TOO_LARGE'));
  });
}
