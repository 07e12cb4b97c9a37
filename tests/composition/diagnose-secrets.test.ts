import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diagnose } from '../../flows/incidents/diagnose.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { diagnosisText } from '../../src/composition/diagnosis-text.ts';
import { withSafeLogs } from '../../src/composition/evidence/safe-logs.ts';
import { openSnapshot } from '../../src/composition/evidence/snapshot.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import {
  container,
  containerStatus,
  deployment,
  event,
  node,
  pod,
  terminated,
  waiting,
} from '../flows/incidents/objects.ts';
import { type Sample, samples } from '../tools/secret-corpus.ts';

/** The command as people run it, on a folder in which each program tells another secret as its last word. */

const run = promisify(execFile);
const BIN = join(import.meta.dirname, '..', '..', 'bin', 'k8s-copilot.cjs');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function writeSnapshot(text: string): void {
  const app = container({ env: [{ name: 'SETTING', value: text }] });
  const items = [
    node('node-a'),
    deployment('prod/app', { ready: 0, containers: [app] }),
    pod('prod/app-1', {
      containers: [app],
      metadata: { annotations: { note: text } },
      statuses: [
        containerStatus({
          state: waiting('CrashLoopBackOff', `back-off 5m0s restarting failed container=app ${text}`),
          lastState: terminated(1, { message: `could not start: ${text}` }),
          restartCount: 7,
        }),
      ],
    }),
    event('Pod prod/app-1', 'BackOff', `Back-off restarting failed container app: ${text}`, { count: 30 }),
  ];
  const place = join(folder, 'prod', 'app-1');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(folder, 'all.json'), JSON.stringify({ kind: 'List', apiVersion: 'v1', items }));
  const log = `starting\nError: cannot start with ${text}\n${text}\n`;
  for (const name of ['app.log', 'app.previous.log']) writeFileSync(join(place, name), log);
}

const seenIn = (shown: string, { shape, secret }: Sample): string[] =>
  secret
    .split('\n')
    .filter((line) => line.length > 5 && !line.startsWith('-----') && shown.includes(line))
    .map(() => shape);

test('each secret is gone from what is found, whichever place it was told in', async () => {
  const words = loadMessages('templates/messages');
  const seen: string[] = [];
  let hidden = 0;
  for (const one of samples) {
    writeSnapshot(one.text);
    const redactor = createRedactor();
    const source = withSafeLogs(openSnapshot(folder).source, redactor);
    const found = await diagnose({ source, scope: { alerts: [] }, words, elapsed: () => 0 });
    const asJson = JSON.stringify(await redactor.object(JSON.parse(JSON.stringify(found))));
    const shown = `${asJson}\n${redactor.text(diagnosisText(found, words.en, 'en'))}`;
    if (shown.includes('<secret:')) hidden++;
    seen.push(...seenIn(shown, one));
  }
  expect(seen).toEqual([]);
  // Else nothing of it would have been shown anyway.
  expect(hidden).toBeGreaterThan(0.9 * samples.length);
});

test('no secret of a snapshot is printed, as text or as JSON', async () => {
  writeSnapshot(samples.map(({ text }) => text).join('\nError: cannot start with '));
  const printed = await Promise.all(
    ['text', 'json'].map((output) =>
      run(process.execPath, [BIN, 'diagnose', '--snapshot', folder, '--output', output]),
    ),
  );
  for (const { stdout } of printed) {
    expect(stdout).toMatch(/<secret:/);
    expect(samples.flatMap((one) => seenIn(stdout, one))).toEqual([]);
  }
});
