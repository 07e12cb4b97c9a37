import { describe, expect, it } from 'vitest';
import { pyodideRunner } from '../../src/analysis/pyodide.ts';
import { keepsTheContract, SCRIPTS } from './contract.ts';

describe('the runner without a Python, in Pyodide', () => {
  keepsTheContract('pyodide');

  it('gives its memory back after a rest, and loads anew', async () => {
    const run = pyodideRunner({ restMs: 0 });
    const job = { file: `${SCRIPTS}/echo.py`, shared: SCRIPTS, text: '{"values":[1]}', timeoutMs: 10_000 };
    const ended = Promise.withResolvers<void>();
    process.once('worker', (worker) => worker.once('exit', ended.resolve));
    expect(await run(job)).toMatchObject({ ok: true });
    await ended.promise;
    expect(await run(job)).toMatchObject({ ok: true });
  });
});
