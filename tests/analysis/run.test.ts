import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../../src/analysis/run.ts';

const folderOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const shipped = createAnalysis({ folder: folderOf('../../analysis') });
const run = createAnalysis({ folder: folderOf('./scripts') });
const failedWith = (code: string) => ({ ok: false, error: { code, hint: expect.any(String), ambiguous: false } });

/** Python is optional for the product, so it is for its tests. */
const hasPython = spawnSync('python3', ['--version'], { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } }).status === 0;

it('says what to install when there is no Python', async () => {
  const without = createAnalysis({ folder: folderOf('./scripts'), python: '/nowhere/python3' });
  expect(await without('words', {})).toMatchObject(failedWith('PYTHON_NOT_FOUND'));
});

describe.skipIf(!hasPython)('the runner of analyses (needs python3)', () => {
  it('hands a script JSON and takes JSON back', async () => {
    const values = [4, 1, null, 3, 2];
    expect(await shipped('describe', { values })).toEqual({
      ok: true,
      data: {
        count: 4,
        missing: 1,
        mean: 2.5,
        deviation: expect.closeTo(1.2909944, 6),
        min: 1,
        max: 4,
        p50: 2.5,
        p90: expect.closeTo(3.7),
        p95: expect.closeTo(3.85),
        p99: expect.closeTo(3.97),
      },
    });
  });

  it('describes a series of one and of none', async () => {
    expect(await shipped('describe', { values: [7] })).toMatchObject({
      ok: true,
      data: { count: 1, mean: 7, deviation: 0, p50: 7, p99: 7 },
    });
    expect(await shipped('describe', { values: [null] })).toEqual({ ok: true, data: { count: 0, missing: 1 } });
  });

  it.each(['../analysis/describe', 'describe.py', '/etc/passwd', '', 'nothing', 'words;id'])(
    'refuses %j, which is not a script of its folder',
    async (name) => {
      expect(await run(name, {})).toMatchObject(failedWith('SCRIPT_UNKNOWN'));
    },
  );

  it('gives a script nothing of our environment', async () => {
    process.env.ANALYSIS_CANARY = 'seen';
    const result = await run('environment', {});
    delete process.env.ANALYSIS_CANARY;
    expect(result).toMatchObject({ ok: true, data: { isolated: 1, nosite: 1 } });
    expect(JSON.stringify(result)).not.toContain('CANARY');
  });

  it.each([
    ['forever', 'TIMEOUT'],
    ['talkative', 'OUTPUT_TOO_LARGE'],
    ['words', 'OUTPUT_INVALID'],
    ['broken', 'SCRIPT_FAILED'],
    ['hungry', 'SCRIPT_FAILED'],
    ['writer', 'SCRIPT_FAILED'],
  ])('ends the script %s with %s', async (script, code) => {
    expect(await run(script, {}, { timeoutMs: script === 'forever' ? 300 : 10_000 })).toMatchObject(failedWith(code));
  });

  it('ends with its caller', async () => {
    const stop = new AbortController();
    const running = run('forever', {}, { signal: stop.signal });
    stop.abort();
    expect(await running).toMatchObject(failedWith('CANCELLED'));
    expect(await run('words', {}, { signal: stop.signal })).toMatchObject(failedWith('CANCELLED'));
  });

  it('refuses an input that is too long', async () => {
    expect(await run('words', { text: 'x'.repeat(8_000_001) })).toMatchObject(failedWith('INPUT_TOO_LARGE'));
  });
});
