import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAnalysis, type RunAnalysis } from '../../../src/analysis/run.ts';
import { runInsights, SCRIPTS } from '../../../src/composition/health/insights.ts';
import type { Curve } from '../../../src/health/types.ts';
import { curve, NOW } from '../../analysis/series.ts';
import { hasPython } from '../../analysis/shipped.ts';

const about = { curves: [] as Curve[], events: [], cluster: 'prod', now: NOW };
const nothing = { ok: true as const, data: { findings: [] } };
const finding = {
  code: 'ODD',
  severity: 'low',
  series: 'cpu-used',
  labels: {},
  text: { en: 'odd', zh: '异常' },
  figures: { by: 2 },
};
const failure = (code: 'PYTHON_NOT_FOUND' | 'TIMEOUT') =>
  ({ ok: false, error: { code, message: 'no', hint: '', retryable: false, ambiguous: false } }) as const;
/** A fake runner whose script of that name answers so. */
const answering = (script: string, data: Awaited<ReturnType<RunAnalysis>>, own: string[] = []): RunAnalysis =>
  Object.assign(async (name: string) => (name === script ? data : nothing), {
    own: () => ({ scripts: own, refused: [] }),
  });
const volume = (name: string, free: number): Curve => {
  const labels = { namespace: 'prod', persistentvolumeclaim: name };
  return { ...curve({ name: 'volume-free', labels, capacity: 100 }, () => free), unit: 'bytes' };
};

it('lists every script of the folder, so that none is forgotten', () => {
  const files = readdirSync('analysis').filter((file) => /^[a-z].*\.py$/.test(file));
  expect(SCRIPTS.map((name) => `${name}.py`).toSorted()).toEqual(files.toSorted());
});

it('names the script that found something', async () => {
  const analyse = answering('trend', { ok: true, data: { findings: [finding] } });
  expect(await runInsights({ ...about, analyse })).toEqual({
    insights: [{ script: 'trend', ...finding }],
    unknown: [],
  });
});

it('tells of a script that fails or talks nonsense, and goes on', async () => {
  const cases = [
    [failure('TIMEOUT'), 'lost', 'TIMEOUT: no'],
    [failure('PYTHON_NOT_FOUND'), 'absent', 'PYTHON_NOT_FOUND: no'],
    [{ ok: true, data: { findings: 'many' } }, 'lost', expect.stringContaining('OUTPUT_INVALID')],
    [
      { ok: true, data: { findings: [{ ...finding, severity: 'awful' }] } },
      'lost',
      expect.stringContaining('severity'),
    ],
    [
      { ok: true, data: { findings: [{ ...finding, text: { en: 'a\nb', zh: 'c' } }] } },
      'lost',
      expect.stringContaining('one line'),
    ],
    [
      { ok: true, data: { findings: Array.from({ length: 201 }, () => finding) } },
      'lost',
      expect.stringContaining('findings'),
    ],
  ] as const;
  for (const [answer, kind, why] of cases) {
    const analyse = answering('anomaly', answer as Awaited<ReturnType<RunAnalysis>>);
    expect(await runInsights({ ...about, analyse })).toEqual({
      insights: [],
      unknown: [{ what: 'analysis anomaly', why, kind }],
    });
  }
});

it('runs two at a time, and orders what is found by the list', async () => {
  let running = 0;
  let most = 0;
  const analyse: RunAnalysis = async (script) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = script.length; turn > 0; turn -= 1) await Promise.resolve();
    running -= 1;
    return { ok: true, data: { findings: [finding] } };
  };
  const { insights } = await runInsights({ ...about, analyse });
  expect(most).toBe(2);
  expect(insights.map(({ script }) => script)).toEqual(SCRIPTS);
});

it('says how many curves were too many', async () => {
  const long = curve({ name: 'cpu-used' }, () => 1, { days: 100, stepMs: 100_000 });
  const curves = [long, long, volume('data', 50)].map((one): Curve => ({ ...one, unit: 'cores' }));
  const { unknown } = await runInsights({ ...about, curves, analyse: answering('', nothing) });
  expect(unknown).toEqual([{ what: 'analysis', why: '1 of 3 curves were too many', kind: 'lost' }]);
});

it.skipIf(!hasPython)("runs the handbook's example from an operator's own folder (needs python3)", async () => {
  const ownFolder = mkdtempSync(join(tmpdir(), 'analyses-'));
  onTestFinished(() => rmSync(ownFolder, { recursive: true }));
  const example = /```python\n([\s\S]*?)```/.exec(readFileSync('docs/adding-an-analysis.md', 'utf8'))?.[1] ?? '';
  writeFileSync(join(ownFolder, 'nearly-full.py'), example, { mode: 0o644 });
  writeFileSync(join(ownFolder, 'trend.py'), example, { mode: 0o644 });
  const analyse = createAnalysis({ folder: 'analysis', ownFolder, python: 'python3' });
  const curves = [volume('data', 4), volume('logs', 40)];
  const { insights, unknown } = await runInsights({ ...about, curves, analyse });
  expect(insights).toMatchObject([
    { script: 'nearly-full', code: 'NEARLY-FULL', text: { en: 'data has 4 % left', zh: 'data 仅剩 4%' } },
  ]);
  expect(unknown).toMatchObject([{ what: 'analysis trend.py', why: expect.stringContaining('shipped already') }]);
});
