import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPictures } from '../src/charts/pictures.ts';
import { loadMessages } from '../src/chat/messages.ts';
import type { Chart } from '../src/chat/types.ts';
import { ms, percentile, print } from './figures.ts';

/** Pictures of three curves over a week: the first with its thread, then with the thread there; what the main loop feels; memory after the rest. */

const NOW = Date.parse('2026-11-25T04:00:00Z');
const WEEK_OF_QUARTERS = 672;
const chart: Chart = {
  unit: 'bytes',
  series: ['checkout', 'cart', 'payment'].map((name, n) => ({
    name,
    points: Array.from({ length: WEEK_OF_QUARTERS }, (_, at): [number, number] => [
      NOW - (WEEK_OF_QUARTERS - at) * 900_000,
      (120 + 40 * n + 20 * Math.sin(at / (20 + n))) * 2 ** 20,
    ]),
  })),
  limits: [{ name: '上限', value: 2 ** 28 }],
  marks: [{ name: 'OOMKilled', at: NOW - 3 * 86_400_000 }],
};
const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

const pictures = createPictures({
  translate: loadMessages('templates/messages'),
  timeZone: 'Asia/Shanghai',
  restMs: 1000,
});
const before = process.memoryUsage.rss();
const lag = monitorEventLoopDelay({ resolution: 1 });
lag.enable();
const took = async () => {
  const began = performance.now();
  const { length } = await pictures.png(chart, '容器内存（工作集）', 'zh');
  return { time: performance.now() - began, length };
};
const first = await took();
const warm: number[] = [];
for (let n = 0; n < 40; n++) warm.push((await took()).time);
lag.disable();
const busy = process.memoryUsage.rss();
await sleep(15_000);
const after = process.memoryUsage.rss();
await pictures.close();

print('first picture, with its thread', ms(first.time), 'target < 2 s');
print(
  `warm picture of ${WEEK_OF_QUARTERS} points a curve (median of 40)`,
  ms(percentile(warm, 0.5)),
  'target < 300 ms',
);
print('size', `${Math.round(first.length / 1024)} KiB`, 'target < 300 KiB');
print('main loop meanwhile, lag p99 / max', `${ms(lag.percentile(99) / 1e6)} / ${ms(lag.max / 1e6)}`, 'target < 50 ms');
print('memory before, while drawing, after the rest', [before, busy, after].map(mib).join(', '), 'after = before');
