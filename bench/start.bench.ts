import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolder, run } from '../tests/e2e/support/copilot.ts';
import { ms, percentile, print } from './figures.ts';

/** `start` until /readyz answers 200, warm disk, each time as a new process; then its memory after 20 idle seconds. */

const folder = await dataFolder();
const env = { DATA_DIR: folder.path, CONSOLE_PORT: '0' };
const times: number[] = [];
let rss = 0;
for (let n = 0; n < 9; n++) {
  const began = performance.now();
  const copilot = await run(['start'], env);
  while (
    !(await fetch(`${copilot.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(5);
  if (n > 0) times.push(performance.now() - began);
  if (n === 8) {
    await sleep(20_000);
    const status = readFileSync(`/proc/${copilot.child.pid}/status`, 'utf8');
    rss = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }
  await copilot.stop();
}
await folder.remove();
print('start to /readyz 200 (median of 8, warm)', ms(percentile(times, 0.5)), 'target < 2000 ms');
print('resident memory, idle for 20 s', `${rss.toFixed(0)} MiB`, 'target < 180 MB');
