import { setTimeout as pause } from 'node:timers/promises';
import { client, dataFolder, run, until } from '../tests/e2e/support/copilot.ts';
import { ms, percentile, print } from './figures.ts';

/** From an alert's arrival to the incident's first card, diagnosis included: the real bot over its sandbox, one alert after the other. */

const ROUNDS = 12;
const TOKEN = 'bench';

const folder = await dataFolder();
const bot = await run(['start'], { DATA_DIR: folder.path, CONSOLE_PORT: '0', HOOK_TOKEN: TOKEN });
const { api } = client(() => bot.url);
const incidents = async () => (await (await api('/incidents?state=all')).json()) as { id: string; title: string }[];

async function alert(name: string, namespace: string): Promise<number> {
  // Of a pod that nobody knows, so that each is an incident of its own.
  const labels = { alertname: name, namespace, pod: `${name.toLowerCase()}-x` };
  const one = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString(), fingerprint: name };
  const began = performance.now();
  const answer = await fetch(`${bot.url}/hooks/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ version: '4', status: 'firing', groupKey: name, receiver: 'bench', alerts: [one] }),
  });
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
  return performance.now() - began;
}

try {
  await api('/demo/oom/break', {});
  await until('the demo', 60_000, async () => (await incidents()).length > 0);
  const answered: number[] = [];
  const shown: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Each place is left alone for a while between two looks: that pause is no part of a first card.
    await pause(2500);
    const name = `Bench${round}`;
    const began = performance.now();
    answered.push(await alert(name, round % 2 === 0 ? 'prod' : 'staging'));
    await until(name, 30_000, async () => (await incidents()).some(({ title }) => title === name));
    shown.push(performance.now() - began);
  }
  print(
    'An alert is stored and answered: median, worst',
    `${ms(percentile(answered, 0.5))}, ${ms(Math.max(...answered))}`,
    '< 100 ms',
  );
  print(
    'From an alert to its card: median, worst',
    `${ms(percentile(shown, 0.5))}, ${ms(Math.max(...shown))}`,
    '< 3 s median',
  );
} finally {
  await bot.stop();
  await folder.remove();
}
