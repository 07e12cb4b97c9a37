import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAnalysis } from '../../src/analysis/run.ts';
import { failedWith, keepsTheContract, SCRIPTS } from './contract.ts';
import { hasPython } from './shipped.ts';

describe.skipIf(!hasPython)('the runner with a Python of the machine (needs python3)', () => {
  keepsTheContract('python3');
});

describe('a Python that is asked for', () => {
  it('is said to be missing, with what to install', async () => {
    const without = createAnalysis({ folder: SCRIPTS, python: '/nowhere/python3' });
    expect(await without('words', {})).toMatchObject(failedWith('PYTHON_NOT_FOUND'));
  });

  it('is said to be too old when it says so itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'python-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const old = join(folder, 'python3');
    writeFileSync(old, '#!/bin/sh\nexit 97\n');
    chmodSync(old, 0o755);
    expect(await createAnalysis({ folder: SCRIPTS, python: old })('words', {})).toMatchObject(
      failedWith('PYTHON_NOT_FOUND', expect.stringContaining('older than 3.9')),
    );
  });
});

describe("an operator's own folder", () => {
  function folderWith(files: Record<string, string>) {
    const folder = mkdtempSync(join(tmpdir(), 'analyses-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o644 });
    return folder;
  }
  const ownOf = (ownFolder: string) => createAnalysis({ folder: SCRIPTS, ownFolder }).own?.();

  it('may be absent, and is looked at anew each time', () => {
    const folder = join(folderWith({}), 'later');
    const analyse = createAnalysis({ folder: SCRIPTS, ownFolder: folder });
    expect(analyse.own?.()).toEqual({ scripts: [], refused: [] });
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine.py'), 'print("{}")');
    expect(analyse.own?.()).toEqual({ scripts: ['mine'], refused: [] });
  });

  it('does not replace a shipped script, and says so of each file it leaves out', () => {
    const folder = folderWith({ 'words.py': '', 'Mine.py': '', '_own.py': '', 'notes.txt': '', 'mine.py': '' });
    mkdirSync(join(folder, 'folder.py'));
    expect(ownOf(folder)).toEqual({
      scripts: ['mine'],
      refused: [
        { name: 'Mine.py', why: expect.stringContaining('lower-case') },
        { name: '_own.py', why: expect.stringContaining('lower-case') },
        { name: 'folder.py', why: 'it is no file' },
        { name: 'words.py', why: expect.stringContaining('shipped already') },
      ],
    });
  });

  it('runs nothing that everyone on the machine can write', () => {
    const folder = folderWith({ 'mine.py': '', 'open.py': '' });
    chmodSync(join(folder, 'open.py'), 0o666);
    expect(ownOf(folder)).toMatchObject({ scripts: ['mine'], refused: [{ name: 'open.py' }] });
    chmodSync(folder, 0o777);
    expect(ownOf(folder)?.scripts).toEqual([]);
  });

  it.skipIf(!hasPython)('runs with what the shipped scripts share (needs python3)', async () => {
    const mine = 'import json, sys\nfrom _series import DAY\njson.dump({"day": DAY}, sys.stdout)\n';
    const folder = new URL('../../analysis', import.meta.url).pathname;
    const analyse = createAnalysis({ folder, ownFolder: folderWith({ 'mine.py': mine }), python: 'python3' });
    expect(await analyse('mine', {})).toEqual({ ok: true, data: { day: 86_400_000 } });
  });
});
